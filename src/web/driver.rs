//! Driver: carries out what the session wants. `settle` is the only loop.
//!
//! A module is instantiated once for each connection, so there is one state, and nothing names it. Invariant: it is
//! never borrowed while JavaScript runs that may come straight back.

use std::cell::RefCell;

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

/// Requests that share one reading of the clock: reading it costs as much as writing a request.
const CLOCK_SHARES: u32 = 128;

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

/// Writes an op to the session, which says when its bytes leave.
pub fn write<T>(verb: impl FnOnce(&mut State) -> T) -> T {
    with(|state| {
        if state.session.wants_room() {
            state.transmit();
        }
        // Before the verb runs, so that a verb that shares the clock finds it read in this turn.
        if state.session.note_write() {
            state.clock_shares = 0;
            host::end_turn();
        }
        verb(state)
    })
}

/// Reads one window of a WebSocket message from offset `at`, and leaves a report on it. Returns where the next one
/// begins. What the window holds is delivered before the next is read, so a message of megabytes does not build a
/// table of megabytes.
pub fn receive(dial: DialId, at: usize, length: usize, time_stamp: f64) -> usize {
    let now = clock::at(time_stamp);
    let (next, is_settled) = with(|State { session, rows, steps, exchange, clock_shares, .. }| {
        *clock_shares = 0;
        steps.clear();
        let event = EventBytes::new(length, exchange.stage());
        let next = session.handle_frame(dial, now, &event, at, steps, rows);
        let is_settled = session.is_settled(now);
        exchange.report(rows, steps, session.body_left(), is_settled);
        (next, is_settled)
    });
    if is_settled {
        // Sets the alarm, and nothing else. All other things wait until the rows are delivered.
        settle_at(now);
    }
    next
}

/// The turn in which something was written is over, or only one of its microtasks.
pub fn turn_ended() {
    let now = clock::now();
    with(|state| {
        state.now = now;
        state.clock_shares = 1;
        state.session.handle_turn_end(now);
    });
    settle_at(now);
}

pub fn ring() {
    let now = clock::now();
    with(|state| {
        state.alarm.rang();
        state.session.handle_timeout(now);
    });
    settle_at(now);
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
    settle_at(clock::now());
}

fn settle_at(now: Instant) {
    loop {
        let output = with(|state| state.session.poll_output(now));
        match output {
            Output::Dial { dial, url } => host::dial(dial, &url),
            Output::Hangup => {
                with(|state| state.has_socket = false);
                host::hang_up();
            }
            Output::Transmit => with(State::transmit),
            Output::AwaitTurnEnd => host::end_turn(),
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

    /// Address of what is exchanged when a WebSocket message comes.
    pub fn exchange(&self) -> *const u32 {
        self.exchange.address()
    }

    /// Sends all that may go now.
    pub fn transmit(&mut self) {
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
