//! Driver: carries out what the session wants. `settle` is the only loop.
//!
//! Invariant: the state is never borrowed while JavaScript runs. Host calls may come straight back into the engine.

use std::cell::RefCell;
use std::mem;
use std::rc::{Rc, Weak};
use std::time::Duration;

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{CloseEvent, WebSocket};

use super::clock::{self, Alarm};
use super::convert;
use super::entropy::PageEntropy;
use super::fields::Fields;
use super::host::Host;
use super::inbound::{EventBytes, Exchange};
use super::signal::{Listener, Signal, when_settled};
use super::socket::Socket;
use crate::core::error::Code;
use crate::core::session::Session;
use crate::core::session::event::Event;
use crate::core::session::output::{Answer, DialId, Loss, Output, Question};
use crate::core::time::Instant;
use crate::core::wire::rows::Rows;
use crate::core::wire::steps::Steps;

/// Bytes of coalesced publishes that are sent without waiting for the microtask. 128 KiB beat 64 and 16 when
/// measured; more only delays the socket.
const HIGH_WATER: usize = 128 * 1024;
/// Requests that share one reading of the clock: reading it costs as much as writing a request.
const CLOCK_SHARES: u32 = 32;
/// How long bytes wait while promises of one turn go on writing (docs/decisions/0031).
const LONGEST_TURN: Duration = Duration::from_millis(1);

pub struct Driver {
    host: Host,
    state: RefCell<State>,
    /// Settles after the turn in which something was written.
    flush: Listener,
}

pub struct State {
    pub session: Session,
    pub scratch: Vec<u8>,
    socket: Option<Socket>,
    rows: Rows,
    steps: Steps,
    exchange: Box<Exchange>,
    alarm: Alarm,
    flush_queued: bool,
    /// Something was written since the microtask was queued.
    wrote: bool,
    /// When the microtask first found that; nothing waits when it is none.
    turn_began: Option<Instant>,
    now: Instant,
    clock_shares: u32,
    connecting: Option<Connecting>,
}

/// The promise of the first connect.
pub struct Connecting {
    pub resolve: Function,
    pub reject: Function,
}

impl Connecting {
    /// `failure`: why the session ended before it was ever live.
    fn settle(self, failure: Option<(Code, &str)>) {
        // The functions of a promise do not throw.
        let _ = match failure {
            None => self.resolve.call0(&JsValue::UNDEFINED),
            Some((code, detail)) => self.reject.call1(&JsValue::UNDEFINED, &convert::failure(code, detail)),
        };
    }
}

impl Driver {
    pub fn new(options: &Fields, host: Host) -> Rc<Driver> {
        Rc::new_cyclic(|weak: &Weak<Driver>| Driver {
            host,
            state: RefCell::new(State {
                session: Session::new(convert::config(options), Box::new(PageEntropy)),
                scratch: Vec::new(),
                socket: None,
                rows: Rows::new(),
                steps: Steps::default(),
                exchange: Box::default(),
                alarm: Alarm::new(Listener::new(weak.clone(), Signal::Alarm)),
                flush_queued: false,
                wrote: false,
                turn_began: None,
                now: clock::now(),
                clock_shares: 0,
                connecting: None,
            }),
            flush: Listener::new(weak.clone(), Signal::Flush),
        })
    }

    /// Starts dialling; `connecting` hears how the first connect ended.
    pub fn connect(self: &Rc<Driver>, connecting: Connecting) {
        self.state.borrow_mut().connecting = Some(connecting);
        self.act(|state, now| state.session.connect(now));
    }

    /// The browser has called back.
    pub fn on(self: &Rc<Driver>, signal: Signal, value: JsValue) {
        match signal {
            Signal::Flush if self.goes_on() => clock::queue(&self.flush),
            Signal::Flush => {
                self.state.borrow_mut().flush_queued = false;
                self.settle();
            }
            Signal::Alarm => self.on_alarm(),
            Signal::Open(dial) => self.on_open(dial),
            Signal::Close(dial) => {
                let event: CloseEvent = value.unchecked_into();
                self.on_close(dial, Loss { code: event.code(), reason: event.reason() });
            }
            Signal::SocketMade(dial) => self.attach(dial, value.unchecked_into()),
            Signal::SocketFailed(dial) => self.dial_failed(dial, &value),
            Signal::LineMade(dial) => {
                self.answer(dial, connect_answer(Ok(value)));
                self.settle();
            }
            Signal::LineFailed(dial) => {
                self.answer(dial, connect_answer(Err(value)));
                self.settle();
            }
        }
    }

    /// Whether more may be written in this turn. A loop over messages writes in one microtask after the other: each send
    /// costs more than all else that is done for a message, so bytes wait for a microtask that wrote nothing.
    fn goes_on(&self) -> bool {
        let state = &mut *self.state.borrow_mut();
        let now = clock::now();
        let began = *state.turn_began.get_or_insert(now);
        let goes_on = mem::take(&mut state.wrote) && now.since(began) < LONGEST_TURN;
        if !goes_on {
            state.turn_began = None;
        }
        goes_on
    }

    /// Reads from or writes to the session, then settles: for verbs whose effects should not wait for the microtask.
    pub fn act<T>(self: &Rc<Driver>, verb: impl FnOnce(&mut State, Instant) -> T) -> T {
        let result = verb(&mut self.state.borrow_mut(), clock::now());
        self.settle();
        result
    }

    /// Writes to the session; what was written leaves with the microtask, or at once above the high-water mark.
    pub fn write<T>(self: &Rc<Driver>, verb: impl FnOnce(&mut State) -> T) -> T {
        let state = &mut *self.state.borrow_mut();
        state.wrote = true;
        if state.session.outbound_len() > HIGH_WATER {
            state.transmit();
        }
        // Queued before the verb runs, so that a verb that shares the clock finds it read in this turn.
        if !state.flush_queued {
            state.flush_queued = true;
            state.clock_shares = 0;
            clock::queue(&self.flush);
        }
        verb(state)
    }

    /// Touches state that leaves nothing to send.
    pub fn edit<T>(&self, verb: impl FnOnce(&mut State) -> T) -> T {
        verb(&mut self.state.borrow_mut())
    }

    pub fn read<T>(&self, question: impl FnOnce(&State) -> T) -> T {
        question(&self.state.borrow())
    }

    pub fn on_open(self: &Rc<Driver>, dial: DialId) {
        self.act(|state, now| state.session.handle_open(dial, now));
    }

    pub fn on_close(self: &Rc<Driver>, dial: DialId, loss: Loss) {
        self.act(|state, now| state.session.handle_lost(dial, now, loss));
    }

    /// Reads one window of a WebSocket message from offset `at`, and leaves a report on it. Returns where the next one
    /// begins. What the window holds is delivered before the next is read, so a message of megabytes does not build a
    /// table of megabytes.
    pub fn receive(self: &Rc<Driver>, dial: DialId, at: usize, length: usize, time_stamp: f64) -> usize {
        let now = clock::at(time_stamp);
        let (next, is_settled) = {
            let State { session, rows, steps, exchange, .. } = &mut *self.state.borrow_mut();
            steps.clear();
            let event = EventBytes::new(length, exchange.stage(), &self.host);
            let next = session.handle_frame(dial, now, &event, at, steps, rows);
            let is_settled = session.is_settled(now);
            exchange.report(rows, steps, session.body_left(), is_settled);
            (next, is_settled)
        };
        if is_settled {
            // Sets the alarm, and nothing else. All other things wait until the rows are delivered.
            self.settle_at(now);
        }
        next
    }

    fn on_alarm(self: &Rc<Driver>) {
        let now = clock::now();
        {
            let state = &mut *self.state.borrow_mut();
            state.alarm.rang();
            state.session.handle_timeout(now);
        }
        self.settle_at(now);
    }

    pub fn settle(self: &Rc<Driver>) {
        self.settle_at(clock::now());
    }

    fn settle_at(self: &Rc<Driver>, now: Instant) {
        loop {
            let output = self.state.borrow_mut().session.poll_output(now);
            match output {
                Output::Dial { dial, url } => self.dial(dial, &url),
                // Dropped after the borrow: closing can call back.
                Output::Hangup => drop(self.take_socket()),
                Output::Transmit => self.state.borrow_mut().transmit(),
                Output::Ask { dial, question } => self.ask(dial, question),
                Output::Event(event) => self.tell(event),
                Output::Timeout(next) => {
                    let deadline = next.map(|(deadline, _)| deadline);
                    self.state.borrow_mut().alarm.set(deadline, now);
                    return;
                }
            }
        }
    }

    fn take_socket(&self) -> Option<Socket> {
        self.state.borrow_mut().socket.take()
    }

    fn dial(self: &Rc<Driver>, dial: DialId, url: &str) {
        match self.host.open_socket(url) {
            Ok(made) if made.is_instance_of::<Promise>() => {
                let (made_it, failed) = (Signal::SocketMade(dial), Signal::SocketFailed(dial));
                when_settled(made, Rc::downgrade(self), made_it, failed);
            }
            Ok(socket) => self.attach(dial, socket.unchecked_into()),
            Err(thrown) => self.dial_failed(dial, &thrown),
        }
    }

    fn attach(self: &Rc<Driver>, dial: DialId, socket: WebSocket) {
        self.host.listen(&socket, dial);
        let socket = Socket::new(socket, dial, &Rc::downgrade(self));
        if !self.read(|state| state.session.is_dialing(dial)) {
            // The dial was given up while a factory was still making its socket: dropping closes it.
            return;
        }
        let is_open = socket.is_open();
        self.state.borrow_mut().socket = Some(socket);
        if is_open {
            self.on_open(dial);
        }
    }

    fn dial_failed(self: &Rc<Driver>, dial: DialId, thrown: &JsValue) {
        self.on_close(dial, Loss { code: 0, reason: convert::thrown_text(thrown) });
    }

    fn ask(self: &Rc<Driver>, dial: DialId, question: Question) {
        match question {
            Question::ReadInfo(line) => {
                let answer = match self.host.read_info(Uint8Array::from(line.as_slice())) {
                    Ok(fields) => Answer::Info(convert::server_info(&fields)),
                    Err(thrown) => Answer::Unreadable(convert::thrown_text(&thrown)),
                };
                self.answer(dial, answer);
            }
            Question::Connect { server, nonce } => {
                let index = server.map_or(-1, |index| index as i32);
                match self.host.connect_line(index, &nonce) {
                    Ok(line) if line.is_instance_of::<Promise>() => {
                        let (made, failed) = (Signal::LineMade(dial), Signal::LineFailed(dial));
                        when_settled(line, Rc::downgrade(self), made, failed);
                    }
                    line => self.answer(dial, connect_answer(line)),
                }
            }
            Question::RedialDelay => {
                // A handler that throws must not stop the redialling: no wait of its own is the nearest to none given.
                let milliseconds = self.host.redial_delay().unwrap_or_else(|thrown| {
                    report(Err(thrown));
                    0.0
                });
                self.answer(dial, Answer::Delay(clock::duration(milliseconds)));
            }
            Question::Server => {
                let answer = match self.host.choose_server() {
                    Ok(chosen) => Answer::Server {
                        place: chosen.number("place") as usize,
                        wait: clock::duration(chosen.number("delay")),
                    },
                    Err(thrown) => Answer::Refused(convert::thrown_text(&thrown)),
                };
                self.answer(dial, answer);
            }
        }
    }

    fn answer(&self, dial: DialId, answer: Answer) {
        self.state.borrow_mut().session.handle_answer(dial, clock::now(), answer);
    }

    fn tell(&self, event: Event) {
        report(self.host.notify(convert::event(&event)));
        let failure = match &event {
            Event::Connected { .. } => None,
            Event::Closed { code, detail, .. } => {
                Some((code.unwrap_or(Code::ConnectionClosed), detail.as_str()))
            }
            _ => return,
        };
        let connecting = self.state.borrow_mut().connecting.take();
        if let Some(connecting) = connecting {
            connecting.settle(failure);
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if let Some(connecting) = self.state.get_mut().connecting.take() {
            connecting.settle(Some((Code::ConnectionClosed, "")));
        }
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

    /// A region for strings on their way in.
    pub fn scratch(&mut self, length: usize) -> *mut u8 {
        if self.scratch.len() < length {
            self.scratch.resize(length.next_power_of_two(), 0);
        }
        self.scratch.as_mut_ptr()
    }

    pub fn buffered_amount(&self) -> u32 {
        self.socket.as_ref().map_or(0, Socket::buffered_amount)
    }

    /// Sends all that may go now.
    pub fn transmit(&mut self) {
        let State { session, socket: Some(socket), .. } = self else { return };
        while let Some(bytes) = session.next_transmit() {
            let length = bytes.len();
            // A socket that is closing discards what it is given; its close event tells the session.
            let _ = socket.send(bytes);
            session.transmitted(length);
        }
    }

    /// Sends bytes that lie in JS memory, in WebSocket messages of at most `limit` bytes.
    pub fn send_from_js(&self, bytes: &Uint8Array, limit: u32) {
        let Some(socket) = &self.socket else { return };
        let mut from = 0;
        while from < bytes.length() {
            let to = bytes.length().min(from + limit);
            let _ = socket.send_from_js(&bytes.subarray(from, to));
            from = to;
        }
    }
}

fn connect_answer(line: Result<JsValue, JsValue>) -> Answer {
    match line {
        Ok(line) => match line.as_string() {
            Some(line) => Answer::Connect(line.into_bytes()),
            None => Answer::Refused("the CONNECT line is not a string".into()),
        },
        Err(thrown) => Answer::Refused(convert::thrown_text(&thrown)),
    }
}

/// An exception out of our own TypeScript, or out of a user's handler that nothing else reports: shown, never swallowed.
fn report(outcome: Result<(), JsValue>) {
    if let Err(thrown) = outcome {
        log_error(&thrown);
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    pub fn log_error(thrown: &JsValue);
}
