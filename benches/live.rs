//! A session with a server that says what the bench wants. Shared by the bench of the session and the count of its
//! instructions.

use std::hint::black_box;
use std::time::Duration;

use nats_wasm::core::random::Entropy;
use nats_wasm::core::session::Session;
use nats_wasm::core::session::config::{Config, Server};
use nats_wasm::core::session::output::{Answer, Output, ServerInfo};
use nats_wasm::core::time::Instant;
use nats_wasm::core::wire::rows::Rows;
use nats_wasm::core::wire::slices::Joined;

/// The server cuts the stream every 4096 bytes for a browser.
pub const BROWSER_FRAME: usize = 4096;
/// The server is further away than the ops of a loop are from each other.
const LATENCY: Duration = Duration::from_millis(1);

struct Zeros;

impl Entropy for Zeros {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

pub struct Live {
    pub session: Session,
    joined: Joined,
    rows: Rows,
    pub now: Instant,
    awaits_turn_end: bool,
}

impl Live {
    pub fn connected() -> Live {
        let config = Config {
            servers: vec![Server { url: "ws://a:80".into(), name: "a:80".into() }],
            shuffle: false,
            ignore_cluster_updates: false,
            dial_timeout: Duration::from_secs(20),
            reconnect: true,
            max_reconnect_attempts: None,
            reconnect_time_wait: Duration::from_secs(2),
            reconnect_jitter: Duration::ZERO,
            asks_redial_delay: false,
            asks_server: false,
            wait_on_first_connect: false,
            ignore_auth_error_abort: false,
            // A year: nobody hears the server in some of the workloads.
            ping_interval: Duration::from_secs(365 * 24 * 3600),
            max_ping_out: 2,
            wake_timeout: Duration::from_secs(3),
            reconnect_buffer_size: 1 << 20,
            inbox_prefix: "_INBOX".into(),
            fail_requests_on_disconnect: false,
        };
        let session = Session::new(config, Box::new(Zeros));
        let mut this = Live {
            session,
            joined: Joined::default(),
            rows: Rows::new(),
            now: Instant::from_micros(1),
            awaits_turn_end: false,
        };
        this.session.connect(this.now);
        this.settle();
        this.session.handle_open(1, this.now);
        this.hear(b"INFO {}\r\n");
        this.hear(b"PONG\r\n");
        this
    }

    /// The session, about to write an op.
    #[inline]
    pub fn write(&mut self) -> &mut Session {
        if self.session.wants_room() {
            self.transmit();
        }
        if self.session.note_write() {
            self.awaits_turn_end = true;
        }
        &mut self.session
    }

    /// Ends the turn in which ops were written: they are sent, and have reached the server.
    pub fn end_turn(&mut self) {
        while std::mem::take(&mut self.awaits_turn_end) {
            self.session.handle_turn_end(self.now);
            self.settle();
        }
        self.now = self.now + LATENCY;
    }

    /// Takes what the session has to say and to send, until it waits for time to pass or for the end of the turn.
    pub fn settle(&mut self) {
        loop {
            match self.session.poll_output(self.now) {
                Output::Transmit => self.transmit(),
                Output::AwaitTurnEnd => self.awaits_turn_end = true,
                Output::Ask { dial, .. } => {
                    let info = ServerInfo { max_payload: 1 << 20, headers: true, ..ServerInfo::default() };
                    let answer = Answer::Greet { info, connect: b"{}".into() };
                    self.session.handle_answer(dial, self.now, answer);
                }
                Output::Timeout(_) => return,
                _ => {}
            }
        }
    }

    #[cold]
    fn transmit(&mut self) {
        while let Some(bytes) = self.session.next_transmit() {
            let len = black_box(bytes).len();
            self.session.transmitted(len);
        }
    }

    /// Takes a stream from the server in events of [`BROWSER_FRAME`] bytes.
    pub fn hear(&mut self, stream: &[u8]) {
        for event in stream.chunks(BROWSER_FRAME) {
            let mut at = 0;
            while at < event.len() {
                at = self.session.handle_frame(1, self.now, &event, at, &mut self.joined, &mut self.rows);
                black_box(self.rows.words());
            }
            self.settle();
        }
    }
}
