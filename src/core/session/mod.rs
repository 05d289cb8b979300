//! Session: one logical connection across many sockets. It decides what is sent, when to dial and what the
//! application hears; it refuses to know sockets, clocks, JSON and user functions: those belong to its shell.
//!
//! Every method belongs to one of four families:
//! 1. getters: `&self`, plain nouns;
//! 2. `handle_*`: the world did something;
//! 3. plain verbs: the application wants something;
//! 4. [`Session::poll_output`]: what the shell must do now. After each call of families 2 and 3 it is called until
//!    [`Output::Timeout`] comes. Verbs that write ops are polled for at the end of the turn (`pacing`).
//!
//! Instants that are passed in never go backwards.

pub mod config;
mod dialing;
pub mod event;
mod heartbeat;
mod outbound;
pub mod output;
mod pacing;
mod reading;
mod requests;
mod server_error;
mod servers;
mod subscriptions;
mod table;
mod timers;
mod timing;
mod verbs;

use std::collections::VecDeque;

use config::Config;
use event::Event;
use heartbeat::{Heartbeat, Ping};
use outbound::Outbound;
use output::{DialId, Output, Reason, ServerInfo};
use pacing::{Pacing, Verdict};
use requests::Requests;
pub use requests::Strategy;
pub use servers::Member;
use servers::ServerPool;
use subscriptions::Subscriptions;
use timers::{Timer, Timers};

use crate::core::error::Code;
use crate::core::random::{self, Entropy};
use crate::core::time::Instant;
use crate::core::wire::scan::Scanner;
use crate::core::wire::write::{self, PreparedSubject};

/// Where a session is. The discriminants are the boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// `connect` was not called yet.
    Idle = 0,
    /// A socket is being opened.
    Dialing = 1,
    /// The socket is open, the handshake is not through.
    Greeting = 2,
    Live = 3,
    /// Between two dials.
    Waiting = 4,
    /// `drain` was called; there may be a socket or not.
    Draining = 5,
    /// For good.
    Closed = 6,
}

impl Phase {
    /// In the order of their numbers, which cross the boundary.
    pub const ALL: [Phase; 7] = [
        Phase::Idle,
        Phase::Dialing,
        Phase::Greeting,
        Phase::Live,
        Phase::Waiting,
        Phase::Draining,
        Phase::Closed,
    ];
}

/// What the session does about its socket. Draining is apart from this: it can happen in any of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SocketState {
    Idle,
    Dialing,
    Greeting(Handshake),
    Live,
    Waiting(Wait),
    Closed,
}

/// What the next dial waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// Its time.
    Time,
    /// The user's function, for how long.
    Delay,
    /// The user's function, for the server.
    Server,
    /// The time the user's function asked for with the server it chose.
    Chosen,
}

/// What a handshake waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handshake {
    /// The server's INFO.
    Info,
    /// The shell, to read the INFO and to write the CONNECT. `is_outdated`: the server has sent another INFO since, which
    /// is read already.
    Answer { is_outdated: bool },
    /// The PONG to the PING behind CONNECT.
    Pong,
}

/// Messages and bytes since the session was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    pub in_messages: u64,
    /// Payloads and headers.
    pub in_bytes: u64,
    pub out_messages: u64,
    /// Payloads and headers.
    pub out_bytes: u64,
}

/// A subject that was checked and encoded for repeated use.
struct Prepared {
    to: PreparedSubject,
    fingerprint: u64,
}

pub struct Session {
    config: Config,
    entropy: Box<dyn Entropy>,
    /// The latest instant that was passed in.
    now: Instant,

    socket: SocketState,
    /// `drain` was called: subscriptions get what was on its way to them, what is published meanwhile is flushed.
    is_draining: bool,
    /// The handshake went through at least once.
    was_live: bool,
    /// The latest dial; 0 before the first.
    dial: DialId,
    pool: ServerPool,
    /// The latest INFO, of whichever socket.
    info: Option<ServerInfo>,
    /// This socket's server said that it is about to shut down.
    is_lame_duck: bool,
    /// Why the latest socket or dial failed: what `Closed` says if nothing follows.
    cause: Option<(Code, String)>,
    /// The latest authentication error since the session was live: the same again ends it.
    auth_error: Option<Code>,

    /// `None` while it runs, because the session is its sink.
    scanner: Option<Box<Scanner>>,
    /// A message came before INFO.
    spoke_early: bool,
    heartbeat: Heartbeat,
    subscriptions: Subscriptions,
    requests: Requests,
    outbound: Outbound,
    pacing: Pacing,
    /// Flushes that wait for the next handshake.
    flushes: Vec<u32>,
    prepared: Vec<Prepared>,
    /// Subject of a publish that was not prepared.
    one_off: PreparedSubject,
    stats: Stats,

    timers: Timers,
    outputs: VecDeque<Output>,
    /// `Transmit` was put out since the last `Timeout`: a shell that could not send is not asked again at once.
    transmit_is_out: bool,
}

impl Session {
    pub fn new(config: Config, mut entropy: Box<dyn Entropy>) -> Session {
        let name = random::name(&mut entropy).map(char::from);
        let inbox = [&config.inbox_prefix, ".", &name.iter().collect::<String>()].concat();
        Session {
            now: Instant::default(),
            socket: SocketState::Idle,
            is_draining: false,
            was_live: false,
            dial: 0,
            pool: ServerPool::new(&config.servers, config.shuffle, &mut *entropy),
            info: None,
            is_lame_duck: false,
            cause: None,
            auth_error: None,
            scanner: Some(Box::default()),
            spoke_early: false,
            heartbeat: Heartbeat::default(),
            subscriptions: Subscriptions::new(),
            requests: Requests::new(&inbox),
            outbound: Outbound::new(config.reconnect_buffer_size),
            pacing: Pacing::default(),
            flushes: Vec::new(),
            prepared: Vec::new(),
            one_off: PreparedSubject::new(b""),
            stats: Stats::default(),
            timers: Timers::default(),
            outputs: VecDeque::new(),
            transmit_is_out: false,
            config,
            entropy,
        }
    }

    pub fn phase(&self) -> Phase {
        match self.socket {
            SocketState::Closed => Phase::Closed,
            _ if self.is_draining => Phase::Draining,
            SocketState::Idle => Phase::Idle,
            SocketState::Dialing => Phase::Dialing,
            SocketState::Greeting(_) => Phase::Greeting,
            SocketState::Live => Phase::Live,
            SocketState::Waiting(_) => Phase::Waiting,
        }
    }

    /// What this socket's server told last; `None` while there is no socket or it has told nothing.
    pub fn info(&self) -> Option<&ServerInfo> {
        match self.socket {
            SocketState::Live | SocketState::Greeting(Handshake::Pong) => self.info.as_ref(),
            _ => None,
        }
    }

    /// `host:port` of the server this session is connected to or tries to reach; empty before the first dial.
    pub fn server(&self) -> &str {
        self.pool.current().map_or("", |it| &it.server.name)
    }

    /// The known servers and their histories, in the order they will be tried; the current one comes last.
    pub fn servers(&self) -> impl Iterator<Item = &Member> {
        self.pool.in_order()
    }

    /// The subject of replies to this ticket over the shared inbox: `<inbox prefix>.<unique name>.<token>`.
    pub fn reply_subject(&mut self, ticket: u32) -> &[u8] {
        self.requests.reply_subject(ticket)
    }

    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Ticket of the latest request or flush.
    pub fn ticket(&self) -> u32 {
        self.requests.latest()
    }

    /// Live subscriptions, those of the inboxes included.
    pub fn subscription_count(&self) -> usize {
        self.subscriptions.len()
    }

    /// Requests that still wait.
    pub fn request_count(&self) -> usize {
        self.requests.len()
    }

    /// The shell still has to say how this dial went.
    pub fn is_dialing(&self, dial: DialId) -> bool {
        dial == self.dial && self.socket == SocketState::Dialing
    }

    /// Bytes that may be sent now.
    pub fn outbound_len(&self) -> usize {
        self.outbound.len()
    }

    /// Bytes of publishes that wait for the next handshake; at most `reconnect_buffer_size`.
    pub fn held_len(&self) -> usize {
        self.outbound.held_len()
    }

    /// Most bytes of one WebSocket message. A server that compresses refuses a message of more than `max_payload`
    /// bytes, however many ops are in it; half of it leaves room for control lines.
    pub fn transmit_limit(&self) -> u32 {
        match &self.info {
            Some(info) if info.max_payload > 0 => (info.max_payload / 2).max(1),
            _ => u32::MAX,
        }
    }

    /// The next WebSocket message to send. It stays where it is until `transmitted`; the shell asks again until there
    /// is none.
    pub fn next_transmit(&self) -> Option<&[u8]> {
        self.outbound.next_transmit(self.transmit_limit() as usize)
    }

    /// The shell has handed the first `len` bytes of `next_transmit` to the socket.
    pub fn transmitted(&mut self, len: usize) {
        self.outbound.transmitted(len);
        if self.outbound.len() == 0 {
            self.pacing.release();
            self.timers.clear(Timer::Deferral);
        }
    }

    /// Bytes at the beginning of the next WebSocket message that are a message's body and not looked at.
    pub fn body_left(&self) -> u32 {
        self.scanner.as_ref().map_or(0, |scanner| scanner.body_left())
    }

    /// Whether `poll_output` would answer `Timeout` at once.
    pub fn is_settled(&mut self, now: Instant) -> bool {
        self.outputs.is_empty()
            && (self.outbound.len() == 0 || self.pacing.verdict() == Verdict::Wait)
            && self.next_timeout().is_none_or(|(deadline, _)| deadline > now)
    }

    /// What the shell must do now. `Timeout` ends it: there is nothing more to do until then.
    pub fn poll_output(&mut self, now: Instant) -> Output {
        loop {
            if let Some(output) = self.outputs.pop_front() {
                if output == Output::Hangup && self.socket == SocketState::Closed {
                    self.outbound.empty_line();
                }
                return output;
            }
            if !self.transmit_is_out && self.outbound.len() > 0 {
                match self.pacing.verdict() {
                    Verdict::Transmit => {
                        self.transmit_is_out = true;
                        self.pacing.sending(now);
                        return Output::Transmit;
                    }
                    Verdict::AwaitTurnEnd => {
                        self.pacing.await_turn_end();
                        return Output::AwaitTurnEnd;
                    }
                    Verdict::Wait => {}
                }
            }
            let next = self.next_timeout();
            if next.is_none_or(|(deadline, _)| deadline > now) {
                self.transmit_is_out = false;
                return Output::Timeout(next);
            }
            self.handle_timeout(now);
        }
    }

    fn next_timeout(&mut self) -> Option<(Instant, Reason)> {
        let mut next = self.timers.next().map(|(deadline, timer)| (deadline, Reason::Timer(timer)));
        let request = self.requests.next_deadline().map(|deadline| (deadline, Reason::Request));
        let subscription =
            self.subscriptions.next_deadline().map(|deadline| (deadline, Reason::Subscription));
        for other in [request, subscription].into_iter().flatten() {
            if next.is_none_or(|(deadline, _)| other.0 < deadline) {
                next = Some(other);
            }
        }
        next
    }

    fn emit(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    /// A request failed: one event for all that fail at the same moment with the same code.
    fn emit_request_failed(&mut self, ticket: u32, code: Code) {
        if let Some(Output::Event(Event::RequestsFailed { tickets, code: same })) = self.outputs.back_mut()
            && *same == code
        {
            tickets.push(ticket);
            return;
        }
        self.emit(Event::RequestsFailed { tickets: vec![ticket], code });
    }

    /// All requests that wait fail.
    fn fail_requests(&mut self, code: Code) {
        let tickets = self.requests.take_all();
        self.leave_inboxes();
        if !tickets.is_empty() {
            self.emit(Event::RequestsFailed { tickets, code });
        }
    }

    /// Unsubscribes the own inboxes of requests that are over. Called wherever requests end.
    #[inline]
    fn leave_inboxes(&mut self) {
        while let Some(sid) = self.requests.take_left_inbox() {
            self.leave_inbox(sid);
        }
    }

    #[cold]
    fn leave_inbox(&mut self, sid: u32) {
        // After the last message it may take, the server has forgotten it too.
        if self.subscriptions.remove(sid) && self.socket == SocketState::Live {
            write::unsubscribe(self.outbound.line(), sid, 0);
        }
    }

    /// Writes a PING and remembers whose it is. There is a socket.
    fn ping(&mut self, ping: Ping) {
        write::ping(self.outbound.line());
        self.heartbeat.pinged(ping);
    }

    /// Writes the SUB of `sid` to this socket.
    fn write_subscribe(&mut self, sid: u32) {
        let Some(subscription) = self.subscriptions.get_mut(sid) else { return };
        let tell_max = subscription.mark_sent();
        let line = self.outbound.line();
        write::subscribe(line, subscription.subject(), subscription.queue(), sid);
        if tell_max {
            write::unsubscribe(line, sid, subscription.max());
        }
    }

    /// The user's subscriptions, ascending: all but the inboxes of requests.
    fn user_sids(&self) -> Vec<u32> {
        self.subscriptions.sids().into_iter().filter(|&sid| !self.requests.is_inbox(sid)).collect()
    }
}
