//! Pacing: when bytes that could leave do leave. It decides between now, the end of the turn and the next event from the
//! session's facts and the clock; it refuses to know the bytes themselves.
//!
//! A send costs more than everything else that is done for a message, so ops are collected in three ways:
//! 1. Ops of one turn leave together at its end. A loop over promises writes one op a microtask, so a turn end that
//!    follows new ops waits for another one, for at most [`LONGEST_TURN`] (docs/decisions/0031). A single op after a
//!    pause is no loop: it leaves with the first turn end.
//! 2. When the last event ended within an op, the next event is on its way and will bring more to answer: what was
//!    written leaves with the answers to that event (docs/decisions/0008).
//! 3. Above [`HIGH_WATER`] nothing waits.

use std::mem;
use std::time::Duration;

use super::Session;
use crate::core::time::{Instant, Timer};

/// Bytes of collected ops that leave without waiting. 128 KiB beat 64 and 16 when measured; more only delays the socket.
const HIGH_WATER: usize = 128 * 1024;
/// How long bytes wait while promises of one turn go on writing. A single op this soon after the last send may be one of
/// a loop.
const LONGEST_TURN: Duration = Duration::from_millis(1);
/// Events in a row whose answers may wait for the next one.
const MOST_DEFERRED: u32 = 4;
/// How long bytes wait for an event that must come, and does not.
const LONGEST_DEFERRAL: Duration = Duration::from_millis(8);

/// Which moment the bytes on the line wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Hold {
    /// None: they leave as soon as the session is polled.
    #[default]
    Nothing,
    TurnEnd,
    /// The next event, for at most [`LONGEST_DEFERRAL`].
    NextEvent,
}

/// What the session does about the bytes on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Transmit,
    AwaitTurnEnd,
    /// Nothing: they wait for what is certain to come.
    Wait,
}

#[derive(Debug, Default)]
pub struct Pacing {
    /// Ops written since the shell was asked to tell the end of the turn.
    writes: u32,
    /// The shell was asked to tell the end of the turn, and has not told yet.
    awaits_turn_end: bool,
    /// The first end of the turn that goes on; `None` while no turn does.
    turn_began: Option<Instant>,
    last_sent: Option<Instant>,
    /// Events that came while answers to earlier ones waited.
    deferred_events: u32,
    hold: Hold,
}

impl Pacing {
    /// An op is about to be written. Returns whether the shell must be asked to tell the end of the turn.
    #[inline(always)]
    fn note_write(&mut self) -> bool {
        self.writes += 1;
        !mem::replace(&mut self.awaits_turn_end, true)
    }

    /// What becomes of the bytes on the line, of which there are some.
    pub fn step(&self) -> Step {
        match self.hold {
            Hold::Nothing => Step::Transmit,
            Hold::TurnEnd if !self.awaits_turn_end => Step::AwaitTurnEnd,
            Hold::TurnEnd | Hold::NextEvent => Step::Wait,
        }
    }

    /// The shell is asked to tell the end of the turn.
    pub fn await_turn_end(&mut self) {
        self.awaits_turn_end = true;
    }

    /// The turn is over, or only one of its microtasks, and `len` bytes are on the line. `op_is_cut`: the last event
    /// ended within an op. Returns whether the bytes wait for the next event.
    fn end_turn(&mut self, now: Instant, len: usize, op_is_cut: bool) -> bool {
        self.awaits_turn_end = false;
        let writes = mem::take(&mut self.writes);
        if len > 0 && self.turn_goes_on(now, writes) {
            self.turn_began.get_or_insert(now);
            self.hold = Hold::TurnEnd;
            return false;
        }
        self.turn_began = None;
        let defers = op_is_cut && self.deferred_events < MOST_DEFERRED && (1..=HIGH_WATER).contains(&len);
        self.hold = if defers { Hold::NextEvent } else { Hold::Nothing };
        defers
    }

    /// Whether more may be written in this turn, now that `writes` ops were since its last microtask.
    fn turn_goes_on(&self, now: Instant, writes: u32) -> bool {
        match self.turn_began {
            Some(began) => writes > 0 && now.since(began) < LONGEST_TURN,
            None => writes > 1 || writes == 1 && (self.is_deferring() || self.sent_lately(now)),
        }
    }

    /// Answers to earlier events wait: more of them are about to be written.
    fn is_deferring(&self) -> bool {
        self.hold == Hold::NextEvent || self.deferred_events > 0
    }

    fn sent_lately(&self, now: Instant) -> bool {
        self.last_sent.is_some_and(|sent| now.since(sent) < LONGEST_TURN)
    }

    /// An event has come. What waited for it leaves at the end of the turn in which it is answered.
    pub fn event_came(&mut self) {
        if self.hold == Hold::NextEvent {
            self.hold = Hold::TurnEnd;
            self.deferred_events += 1;
        }
    }

    /// What is on the line is being sent.
    pub fn sending(&mut self, now: Instant) {
        self.last_sent = Some(now);
    }

    /// Nothing is left that could wait: all was sent, the socket is gone, or the wait was too long.
    pub fn release(&mut self) {
        self.hold = Hold::Nothing;
        self.deferred_events = 0;
        self.turn_began = None;
    }
}

impl Session {
    /// The application is about to write an op. The shell calls this before each of them, and transmits before that when
    /// the session [wants room](Session::wants_room). `true`: the shell calls `handle_turn_end` once, after the code of
    /// the current turn and before any event (a page: `queueMicrotask`).
    #[inline]
    pub fn note_write(&mut self) -> bool {
        self.pacing.note_write()
    }

    /// More than 128 KiB wait for the end of the turn: the shell transmits them before the next op is written.
    #[inline]
    pub fn wants_room(&self) -> bool {
        self.outbound.len() > HIGH_WATER
    }

    /// The moment asked for by `note_write` or [`Output::AwaitTurnEnd`](super::output::Output::AwaitTurnEnd) has come.
    /// What was written is put out as `Output::Transmit`, waits for another turn end, or waits for the next event for at
    /// most 8 ms.
    pub fn handle_turn_end(&mut self, now: Instant) {
        self.now = now;
        let op_is_cut = self.scanner.as_ref().is_some_and(|scanner| scanner.awaits_rest());
        let defers = self.pacing.end_turn(now, self.outbound.len(), op_is_cut);
        if defers && !self.timers.is_set(Timer::Deferral) {
            self.timers.set(Timer::Deferral, now + LONGEST_DEFERRAL);
        }
    }
}
