//! What the session wants of its shell. Drained with `Session::poll_output` after every call, until `Timeout` comes.

use std::time::Duration;

use super::event::Event;
use super::timers::Timer;
use crate::core::text::decimal;
use crate::core::time::Instant;

/// Number of a dial, from 1. An answer or a socket event that names an older dial is ignored.
pub type DialId = u32;

#[derive(Clone, Debug, PartialEq)]
pub enum Output {
    /// Open a socket to `url` (scheme `ws` or `wss`), then `handle_open` or `handle_lost`.
    Dial { dial: DialId, url: String },
    /// Abandon the socket at once: listeners off, close() called, not awaited. Nothing it does later may be handled.
    Hangup,
    /// Send what `Session::next_transmit` returns, confirm it by `transmitted`, and ask again until there is nothing.
    Transmit,
    /// Call `Session::handle_turn_end` once, after the code of the current turn and before any event (a page:
    /// `queueMicrotask`).
    AwaitTurnEnd,
    /// Somebody else knows: answer with `handle_answer`. The session stays in its phase until then; its timers go on.
    Ask { dial: DialId, question: Question },
    /// Tell the application.
    Event(Event),
    /// Nothing more to do until this moment (`None`: until something happens), and why then.
    Timeout(Option<(Instant, Reason)>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The first INFO line of the server at `url`, JSON text: what it says, and the CONNECT line that answers it,
    /// credentials and the signature of its nonce included. May take long: authenticators can be asynchronous.
    /// Answer: `Answer::Greet`, `Answer::Unreadable` (the dial fails in the phase `handshake`) or `Answer::Refused` (in the
    /// phase `auth`).
    Greet { url: String, info: Vec<u8> },
    /// A later INFO line, JSON text. Answer: `Answer::Info` or `Answer::Unreadable`.
    ReadInfo(Vec<u8>),
    /// How long to wait before the next dial (the user's `reconnectDelayHandler`). Answer: `Answer::Delay`.
    RedialDelay,
    /// Which server to dial (the user's `reconnectToServer`). Answer: `Answer::Server` or `Answer::Refused`.
    Server,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// What the server's first INFO says, and the JSON text after `CONNECT `.
    Greet {
        info: ServerInfo,
        connect: Vec<u8>,
    },
    Info(ServerInfo),
    /// An authenticator threw or rejected, or the user's function chose no server that is there; the text says what.
    Refused(String),
    Delay(Duration),
    Server {
        /// Place in the pool, where 0 is the server whose turn it is and the others follow in their order.
        place: usize,
        /// To be waited before its dial.
        wait: Duration,
    },
    /// The INFO line could not be read; the text says why.
    Unreadable(String),
}

/// The fields of INFO the session acts upon. All others stay in TypeScript.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerInfo {
    /// Largest body of a publish, headers included, in bytes.
    pub max_payload: u32,
    /// The server takes HPUB and sends HMSG.
    pub headers: bool,
    /// `host:port` of the cluster's websocket listeners.
    pub connect_urls: Vec<String>,
    /// The server is about to shut down.
    pub lame_duck: bool,
}

/// Why the shell is asked to wake the session: for finding a shell that spins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Timer(Timer),
    Request,
    Subscription,
}

/// How a socket ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// WebSocket close code; 0 when the socket could not even be made.
    pub code: u16,
    /// The close reason, or what the constructor threw.
    pub reason: String,
}

impl Loss {
    /// What there is to say about it: the reason, or else the code.
    pub fn words(&self) -> String {
        match (self.reason.as_str(), self.code) {
            ("", 0) => "the socket could not be opened".into(),
            ("", code) => ["the socket was closed with code ", &decimal(code.into())].concat(),
            (reason, _) => reason.into(),
        }
    }
}
