//! Driver: carries out what the session wants. `settle` is the only loop.
//!
//! A module is instantiated once for each connection, so there is one state, and nothing names it. Invariant: it is
//! never borrowed while JavaScript runs that may come straight back.

use std::cell::RefCell;
use std::mem;
use std::time::Duration;

use super::clock::{self, Alarm};
use super::convert;
use super::entropy::PageEntropy;
use super::host;
use super::inbound::{EventBytes, Exchange};
use crate::core::session::Session;
use crate::core::session::config::Config;
use crate::core::session::output::{Answer, DialId, Loss, Output, Question};
use crate::core::time::Instant;
use crate::core::wire::rows::Rows;
use crate::core::wire::steps::Steps;

/// Bytes of coalesced publishes that are sent without waiting for the microtask. 128 KiB beat 64 and 16 when
/// measured; more only delays the socket.
const HIGH_WATER: usize = 128 * 1024;
/// Requests that share one reading of the clock: reading it costs as much as writing a request.
const CLOCK_SHARES: u32 = 128;
/// How long bytes wait while promises of one turn go on writing (docs/decisions/0031).
const LONGEST_TURN: Duration = Duration::from_millis(1);
/// Events whose answers may leave together, when one follows the other (docs/decisions/0008).
const MOST_PUT_OFF: u32 = 4;
/// Milliseconds that answers wait for an event that must come, and does not.
const LONGEST_PUT_OFF: f64 = 8.0;

thread_local! {
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
    /// A region for strings on their way in. Apart from the state, which some of them make.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

pub struct State {
    pub session: Session,
    /// TypeScript has a socket to send on.
    has_socket: bool,
    rows: Rows,
    steps: Steps,
    exchange: Box<Exchange>,
    alarm: Alarm,
    flush_queued: bool,
    /// Something was written since the microtask was queued.
    wrote: bool,
    /// When the microtask first found that; nothing waits when it is none.
    turn_began: Option<Instant>,
    /// The event read last ended within an op: the next one is on its way.
    more_comes: bool,
    /// How many events' answers wait for the next event.
    put_off: u32,
    /// The core is rung in time, should that event not come.
    will_ring: bool,
    now: Instant,
    clock_shares: u32,
}

/// Once, before anything else but `scratch`.
pub fn open(config: Config) {
    let state = State {
        session: Session::new(config, Box::new(PageEntropy)),
        has_socket: false,
        rows: Rows::new(),
        steps: Steps::default(),
        exchange: Box::default(),
        alarm: Alarm::default(),
        flush_queued: false,
        wrote: false,
        turn_began: None,
        more_comes: false,
        put_off: 0,
        will_ring: false,
        now: clock::now(),
        clock_shares: 0,
    };
    STATE.set(Some(state));
}

/// Address of `length` bytes for strings; what was written stays until the next call.
pub fn scratch(length: usize) -> *mut u8 {
    SCRATCH.with_borrow_mut(|scratch| {
        if scratch.len() < length {
            scratch.resize(length.next_power_of_two(), 0);
        }
        scratch.as_mut_ptr()
    })
}

/// The first `length` bytes of it.
pub fn scratched<T>(length: usize, read: impl FnOnce(&[u8]) -> T) -> T {
    SCRATCH.with_borrow(|scratch| read(&scratch[..length]))
}

/// Touches the state, and leaves nothing to send.
pub fn with<T>(touch: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(|state| touch(state.as_mut().expect("open comes first")))
}

/// Reads from or writes to the session, then settles: for verbs whose effects should not wait for the microtask.
pub fn act<T>(verb: impl FnOnce(&mut Session, Instant) -> T) -> T {
    let result = with(|state| verb(&mut state.session, clock::now()));
    settle();
    result
}

/// Writes to the session; what was written leaves with the microtask, or at once above the high-water mark.
pub fn write<T>(verb: impl FnOnce(&mut State) -> T) -> T {
    with(|state| {
        state.wrote = true;
        if state.session.outbound_len() > HIGH_WATER {
            state.transmit();
        }
        // Queued before the verb runs, so that a verb that shares the clock finds it read in this turn.
        state.queue_flush();
        verb(state)
    })
}

/// Reads one window of a WebSocket message from offset `at`, and leaves a report on it. Returns where the next one
/// begins. What the window holds is delivered before the next is read, so a message of megabytes does not build a
/// table of megabytes.
pub fn receive(dial: DialId, at: usize, length: usize, time_stamp: f64) -> usize {
    let now = clock::at(time_stamp);
    let (next, is_settled) = with(|State { session, rows, steps, exchange, more_comes, .. }| {
        steps.clear();
        let event = EventBytes::new(length, exchange.stage());
        let next = session.handle_frame(dial, now, &event, at, steps, rows);
        *more_comes = session.awaits_rest();
        let is_settled = session.is_settled(now);
        exchange.report(rows, steps, session.body_left(), is_settled);
        (next, is_settled)
    });
    if is_settled {
        // Sets the alarm, and nothing else. All other things wait until the rows are delivered.
        settle_at(now, Sending::AtOnce);
    }
    next
}

/// What the window brought is delivered. Answers to earlier events leave with those to this one, which promises are
/// still about to write.
pub fn window_ended() {
    let waits = with(|state| {
        if state.put_off > 0 {
            state.queue_flush();
        }
        state.put_off > 0
    });
    if !waits {
        settle();
    }
}

/// The turn in which something was written is over, or only one of its microtasks.
pub fn turn_ended() {
    let now = clock::now();
    if with(|state| state.goes_on(now)) {
        return host::end_turn();
    }
    let sending = with(|state| {
        state.flush_queued = false;
        state.may_put_off()
    });
    settle_at(now, sending);
}

pub fn ring() {
    let now = clock::now();
    with(|state| {
        state.alarm.rang();
        state.will_ring = false;
        state.session.handle_timeout(now);
    });
    settle_at(now, Sending::AtOnce);
}

/// Whether a socket for this dial is still wanted.
pub fn attach(dial: DialId) -> bool {
    with(|state| {
        let is_wanted = state.session.is_dialing(dial);
        state.has_socket |= is_wanted;
        is_wanted
    })
}

pub fn lost(dial: DialId, loss: Loss) {
    act(|session, now| session.handle_lost(dial, now, loss));
}

pub fn answer(dial: DialId, answer: Answer) {
    act(|session, now| session.handle_answer(dial, now, answer));
}

pub fn settle() {
    settle_at(clock::now(), Sending::AtOnce);
}

/// What becomes of the bytes that are to be sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sending {
    AtOnce,
    /// They wait for the next event.
    PutOff,
}

fn settle_at(now: Instant, sending: Sending) {
    loop {
        let output = with(|state| state.session.poll_output(now));
        match output {
            Output::Dial { dial, url } => host::dial(dial, &url),
            Output::Hangup => {
                with(|state| state.has_socket = false);
                host::hang_up();
            }
            Output::Transmit if sending == Sending::PutOff => {}
            Output::Transmit => with(State::transmit),
            Output::Ask { dial, question } => ask(dial, question),
            Output::Event(event) => convert::tell(&event),
            Output::Timeout(next) => {
                let deadline = next.map(|(deadline, _)| deadline);
                return with(|state| state.alarm.set(deadline, now));
            }
        }
    }
}

fn ask(dial: DialId, question: Question) {
    match question {
        Question::ReadInfo(line) => host::read_info(dial, &line),
        Question::Connect { server, nonce } => {
            host::connect_line(dial, server.map_or(-1, |index| index as i32), &nonce);
        }
        Question::RedialDelay => host::redial_delay(dial),
        Question::Server => host::choose_server(dial),
    }
}

impl State {
    /// The time of this turn: read when the turn's first op is written, then shared by a bounded number of ops.
    pub fn turn_now(&mut self) -> Instant {
        if self.clock_shares.is_multiple_of(CLOCK_SHARES) {
            self.now = clock::now();
        }
        self.clock_shares += 1;
        self.now
    }

    /// Whether more may be written in this turn. A loop over messages writes in one microtask after the other: each send
    /// costs more than all else that is done for a message, so bytes wait for a microtask that wrote nothing.
    fn goes_on(&mut self, now: Instant) -> bool {
        let began = *self.turn_began.get_or_insert(now);
        let goes_on = mem::take(&mut self.wrote) && now.since(began) < LONGEST_TURN;
        if !goes_on {
            self.turn_began = None;
        }
        goes_on
    }

    /// Bytes wait for the next event when that is certain to come: it brings more of what is answered.
    fn may_put_off(&mut self) -> Sending {
        let waits =
            self.more_comes && self.put_off < MOST_PUT_OFF && self.session.outbound_len() <= HIGH_WATER;
        if !waits {
            return Sending::AtOnce;
        }
        self.put_off += 1;
        if !self.will_ring {
            self.will_ring = true;
            host::ring_within(LONGEST_PUT_OFF);
        }
        Sending::PutOff
    }

    fn queue_flush(&mut self) {
        if !self.flush_queued {
            self.flush_queued = true;
            self.clock_shares = 0;
            host::end_turn();
        }
    }

    /// Address of what is exchanged when a WebSocket message comes.
    pub fn exchange(&self) -> *const u32 {
        self.exchange.address()
    }

    /// Sends all that may go now.
    pub fn transmit(&mut self) {
        self.put_off = 0;
        if !self.has_socket {
            return;
        }
        while let Some(bytes) = self.session.next_transmit() {
            let length = bytes.len();
            host::send(bytes);
            self.session.transmitted(length);
        }
    }
}
