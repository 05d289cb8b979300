//! Driver: carries out the outputs of a session. `settle` is the only loop. Decides nothing: the session (`core::session`) decides
//! when bytes leave and when a server is dialled.
//!
//! Invariant: no state is borrowed while JavaScript runs that may call an export.

use std::rc::Rc;

use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{MessageEvent, WebSocket};

use super::clock;
use super::engine::{self, Engine, State};
use super::events;
use super::millis;
use super::scratch;
use super::shell::Shell;
use super::socket::Socket;
use crate::core::error::Code;
use crate::core::session::output::{Answer, DialId, Loss, Output, Question};
use crate::core::session::{Phase, Session};
use crate::core::time::Instant;
use crate::core::wire::Source;

/// The close code for data of a kind that the receiver does not take (RFC 6455, section 7.4.1).
const UNSUPPORTED: u16 = 1003;

impl Engine {
    pub fn with_state<T>(&self, touch: impl FnOnce(&mut State) -> T) -> T {
        touch(&mut self.state.borrow_mut())
    }

    /// For verbs and happenings whose effects do not wait for the end of the turn.
    pub fn then_settle<T>(self: &Rc<Engine>, verb: impl FnOnce(&mut Session, Instant) -> T) -> T {
        let now = clock::now();
        let result = self.with_state(|state| verb(&mut state.session, now));
        self.settle_at(now);
        result
    }

    /// Writes an op; the session says when its bytes leave.
    #[inline]
    pub fn in_turn<T>(&self, verb: impl FnOnce(&mut State) -> T) -> T {
        self.with_state(|state| {
            self.begin_op(state);
            verb(state)
        })
    }

    /// Comes before each op, so that a verb that shares the clock finds it read in this turn.
    #[inline(always)]
    pub fn begin_op(&self, state: &mut State) {
        if state.session.wants_room() {
            self.transmit(state);
        }
        if state.session.note_write() {
            self.begin_turn(state);
        }
    }

    /// Once a turn, apart from what each op costs.
    #[cold]
    fn begin_turn(&self, state: &mut State) {
        state.turn.begin_turn();
        self.await_turn_end();
    }

    /// Reads a WebSocket message, window by window. The rows of a window are delivered before the next window is read, so that a
    /// message of megabytes does not build a table of megabytes.
    pub fn receive(self: &Rc<Engine>, dial: DialId, event: &MessageEvent) {
        let now = clock::at(event.time_stamp());
        let Some((length, room)) = self.take(event) else { return };
        if length < 0.0 {
            // No NATS server sends text.
            return self.lost(dial, Loss { code: UNSUPPORTED, reason: "a text message arrived".into() });
        }
        let length = length as usize;
        let bytes = EventBytes { shell: &self.shell, length, is_staged: length <= room };
        let mut at = 0;
        loop {
            let from = at;
            at = self.receive_window(dial, now, &bytes, from);
            if at <= from || at >= bytes.length {
                break;
            }
        }
    }

    /// Has the shell take the message, and copy the unread bytes of a small one to the stage. Returns the length of the message (-1:
    /// text) and of the stage. `None` while another message is being read.
    fn take(&self, event: &MessageEvent) -> Option<(f64, usize)> {
        self.with_state(|State { session, turn, .. }| {
            turn.begin_turn();
            let skip = session.body_left() as usize;
            let stage = session.stage()?;
            Some((self.shell.take(event, stage.as_mut_ptr(), stage.len(), skip), stage.len()))
        })
    }

    /// Reads and delivers the window at `from`; returns where the next one begins.
    fn receive_window(
        self: &Rc<Engine>,
        dial: DialId,
        now: Instant,
        bytes: &EventBytes<'_>,
        from: usize,
    ) -> usize {
        let (next, is_settled, rows, count, generation, steps, step_words, held) =
            self.with_state(|State { session, rows, steps, .. }| {
                steps.clear();
                let next = session.handle_frame(dial, now, bytes, from, steps, rows);
                let is_settled = session.is_settled(now);
                let (words, held) = (steps.words(), steps.held().as_ptr());
                let rows_at = rows.words().as_ptr();
                let (steps_at, step_words) = (words.as_ptr(), words.len());
                (next, is_settled, rows_at, rows.len(), rows.generation(), steps_at, step_words, held)
            });
        if is_settled {
            // Sets the timer, and nothing else: all other outputs wait until the rows are delivered.
            self.settle_at(now);
        }
        if count > 0 || step_words > 0 {
            let is_end = next >= bytes.length;
            self.shell.deliver(rows, count, generation, steps, step_words, held, is_end);
        }
        if !is_settled {
            self.settle();
        }
        next
    }

    pub fn turn_ended(self: &Rc<Engine>) {
        let now = clock::now();
        self.with_state(|state| {
            state.turn.set(now);
            state.session.handle_turn_end(now);
        });
        self.settle_at(now);
    }

    pub fn timer_fired(self: &Rc<Engine>) {
        let now = clock::now();
        self.with_state(|state| {
            state.alarm.fired();
            state.session.handle_timeout(now);
        });
        self.settle_at(now);
    }

    /// Takes the socket that was made for this dial, unless the dial was given up meanwhile.
    pub fn attach(self: &Rc<Engine>, dial: DialId, socket: WebSocket) {
        if !self.with_state(|state| state.session.is_dialing(dial)) {
            return Socket::abandon(&socket, &self.shell);
        }
        self.shell.watch(&socket);
        let socket = Socket::new(socket, dial, &Rc::downgrade(self), &self.shell);
        let is_open = socket.is_open();
        self.socket.replace(Some(socket));
        if is_open {
            self.then_settle(|session, now| session.handle_open(dial, now));
        }
    }

    /// The words of an error or an event of a socket.
    pub fn words(&self, said: &JsValue) -> String {
        scratch::text(self.shell.words(said))
    }

    pub fn lost(self: &Rc<Engine>, dial: DialId, loss: Loss) {
        self.then_settle(|session, now| session.handle_lost(dial, now, loss));
    }

    pub fn answer(self: &Rc<Engine>, dial: DialId, answer: Answer) {
        self.then_settle(|session, now| session.handle_answer(dial, now, answer));
    }

    pub fn settle(self: &Rc<Engine>) {
        self.settle_at(clock::now());
    }

    fn settle_at(self: &Rc<Engine>, now: Instant) {
        loop {
            let output = self.with_state(|state| state.session.poll_output(now));
            match output {
                Output::Dial { dial, url } => self.dial(dial, &url),
                Output::Hangup => drop(self.socket.take()),
                Output::Transmit => self.with_state(|state| self.transmit(state)),
                Output::AwaitTurnEnd => self.await_turn_end(),
                Output::Ask { dial, question } => self.ask(dial, question),
                Output::Event(event) => self.shell.notify(events::object(&event)),
                Output::Timeout(next) => return self.wait_for(next.map(|(deadline, _)| deadline), now),
            }
        }
    }

    /// Nothing is left to do until `deadline`. The engine of a closed session leaves the table.
    fn wait_for(&self, deadline: Option<Instant>, now: Instant) {
        let is_closed = self.with_state(|state| {
            state.alarm.set(deadline, now, self.timer.function());
            state.session.phase() == Phase::Closed
        });
        if is_closed {
            engine::remove(self.number);
        }
    }

    fn dial(self: &Rc<Engine>, dial: DialId, url: &str) {
        if self.shell.provides_socket(dial, url) {
            return;
        }
        match Socket::open(url) {
            Ok(socket) => self.attach(dial, socket),
            Err(thrown) => self.lost(dial, Loss { code: 0, reason: self.words(&thrown) }),
        }
    }

    fn ask(self: &Rc<Engine>, dial: DialId, question: Question) {
        match question {
            Question::Greet { url, info } => self.shell.greet(dial, &url, &info),
            Question::ReadInfo(info) => self.shell.read_info(dial, &info),
            Question::RedialDelay => {
                let delay = millis::duration(self.shell.redial_delay());
                self.with_state(|state| {
                    state.session.handle_answer(dial, clock::now(), Answer::Delay(delay))
                });
            }
            Question::Server => self.shell.choose_server(dial),
        }
    }

    fn await_turn_end(&self) {
        clock::queue_microtask(self.turn_end.function());
    }

    /// Sends all bytes that may leave now.
    #[cold]
    pub fn transmit(&self, state: &mut State) {
        let socket = self.socket.borrow();
        let Some(socket) = &*socket else { return };
        while let Some(bytes) = state.session.next_transmit() {
            let length = bytes.len();
            socket.send(bytes);
            state.session.transmitted(length);
        }
    }
}

impl Engine {
    /// Sends the body from JavaScript's memory; without a server, holds a copy.
    pub fn publish_large(
        &self,
        state: &mut State,
        subject: &[u8],
        reply: &[u8],
        headers: &Uint8Array,
        payload: &Uint8Array,
    ) -> Result<(), Code> {
        let (header_length, payload_length) = (headers.length(), payload.length());
        if state.session.begin_large(subject, reply, header_length, payload_length)? {
            self.transmit(state);
            if let Some(socket) = &*self.socket.borrow() {
                let limit = state.session.transmit_limit();
                socket.send_from_js(headers, limit);
                socket.send_from_js(payload, limit);
            }
            state.session.end_large();
            return Ok(());
        }
        let room = state.session.publish_to(subject, reply, header_length, payload_length)?;
        let (header_room, payload_room) = room.split_at_mut(header_length as usize);
        headers.copy_to(header_room);
        payload.copy_to(payload_room);
        Ok(())
    }
}

/// One WebSocket message. The bytes stay in JavaScript's memory, but for the windows that are read.
struct EventBytes<'a> {
    shell: &'a Shell,
    length: usize,
    is_staged: bool,
}

impl Source for EventBytes<'_> {
    fn len(&self) -> usize {
        self.length
    }

    fn is_staged(&self) -> bool {
        self.is_staged
    }

    fn copy_to(&self, at: usize, into: &mut [u8]) {
        self.shell.load(at, into.len(), into.as_mut_ptr());
    }
}
