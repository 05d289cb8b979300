//! Pacing: when bytes that could leave do leave. It decides between now, the end of the turn and the next event from the
//! session's facts and the clock; it refuses to know the bytes themselves.
//!
//! A send costs more than everything else that is done for a message, so ops are collected in three ways:
//! 1. Ops of one turn leave together at its end. A loop over promises writes one op a microtask, so a turn end that
//!    follows new ops waits for another one, for at most [`LONGEST_TURN`] (docs/decisions/0031). A single op leaves with
//!    the first turn end, unless a loop may have written it: after an event of several messages, or soon after a send.
//! 2. When the last event ended within an op, the next event is on its way and will bring more to answer: what was
//!    written leaves with the answers to that event (docs/decisions/0008).
//! 3. Above [`HIGH_WATER`] nothing waits.

use std::mem;
use std::time::Duration;

use super::Session;
use super::timers::Timer;
use crate::core::time::Instant;

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

/// What becomes of the bytes on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
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
    /// Messages of the latest event that came since the last turn end: a loop may be answering them.
    messages: usize,
    /// Events that came while answers to earlier ones waited.
    deferred_events: u32,
    hold: Hold,
}

impl Pacing {
    /// An op is about to be written. Returns whether the shell must be asked to tell the end of the turn.
    #[inline(always)]
    fn note_write(&mut self) -> bool {
        self.writes += 1;
        let is_first = !self.awaits_turn_end;
        if is_first {
            self.awaits_turn_end = true;
        }
        is_first
    }

    /// For a line that is not empty.
    pub fn verdict(&self) -> Verdict {
        match self.hold {
            Hold::Nothing => Verdict::Transmit,
            Hold::TurnEnd if !self.awaits_turn_end => Verdict::AwaitTurnEnd,
            Hold::TurnEnd | Hold::NextEvent => Verdict::Wait,
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
        let (writes, messages) = (mem::take(&mut self.writes), mem::take(&mut self.messages));
        if len > 0 && self.turn_goes_on(now, writes, messages) {
            self.turn_began.get_or_insert(now);
            self.hold = Hold::TurnEnd;
            return false;
        }
        self.turn_began = None;
        let defers = op_is_cut && self.deferred_events < MOST_DEFERRED && (1..=HIGH_WATER).contains(&len);
        self.hold = if defers { Hold::NextEvent } else { Hold::Nothing };
        defers
    }

    /// Whether more may be written in this turn. `writes` ops were written since the last turn end, and the latest event
    /// since then brought `messages`.
    fn turn_goes_on(&self, now: Instant, writes: u32, messages: usize) -> bool {
        match (self.turn_began, writes) {
            (_, 0) => false,
            (Some(began), _) => now.since(began) < LONGEST_TURN,
            (None, 1) => messages > 1 || self.is_deferring() || self.sent_lately(now),
            (None, _) => true,
        }
    }

    /// Answers to earlier events wait: more of them are about to be written.
    fn is_deferring(&self) -> bool {
        self.hold == Hold::NextEvent || self.deferred_events > 0
    }

    fn sent_lately(&self, now: Instant) -> bool {
        self.last_sent.is_some_and(|sent| now.since(sent) < LONGEST_TURN)
    }

    /// An event has come with so many messages. What waited for it leaves at the end of the turn in which it is
    /// answered.
    pub fn event_came(&mut self, messages: usize) {
        self.messages = messages;
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
        self.outbound.line_len() > HIGH_WATER
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

#[cfg(test)]
mod tests {
    use super::*;

    const LEN: usize = 100;

    fn at(micros: u64) -> Instant {
        Instant::from_micros(micros)
    }

    fn write(pacing: &mut Pacing, ops: u32) {
        for _ in 0..ops {
            pacing.note_write();
        }
    }

    /// A turn end that finds `LEN` bytes, and what the session does about them then.
    fn end_turn(pacing: &mut Pacing, now: Instant, op_is_cut: bool) -> Verdict {
        pacing.end_turn(now, LEN, op_is_cut);
        let verdict = pacing.verdict();
        match verdict {
            Verdict::Transmit => {
                pacing.sending(now);
                pacing.release();
            }
            Verdict::AwaitTurnEnd => pacing.await_turn_end(),
            Verdict::Wait => {}
        }
        verdict
    }

    #[test]
    fn the_end_of_a_turn_is_asked_for_once() {
        let mut pacing = Pacing::default();
        assert!(pacing.note_write());
        assert!(!pacing.note_write());
        assert_eq!(end_turn(&mut pacing, at(0), false), Verdict::AwaitTurnEnd);
        assert!(!pacing.note_write(), "asked for by AwaitTurnEnd");
    }

    #[test]
    fn a_single_op_leaves_with_the_first_turn_end() {
        let mut pacing = Pacing::default();
        for now in [0, 1000, 2000] {
            write(&mut pacing, 1);
            assert_eq!(end_turn(&mut pacing, at(now), false), Verdict::Transmit);
        }
    }

    #[test]
    fn a_single_op_soon_after_a_send_waits_for_another() {
        let mut pacing = Pacing::default();
        write(&mut pacing, 1);
        assert_eq!(end_turn(&mut pacing, at(0), false), Verdict::Transmit);
        write(&mut pacing, 1);
        assert_eq!(end_turn(&mut pacing, at(999), false), Verdict::AwaitTurnEnd);
        assert_eq!(end_turn(&mut pacing, at(999), false), Verdict::Transmit);
    }

    #[test]
    fn a_single_op_after_several_messages_waits_for_another() {
        let mut pacing = Pacing::default();
        for (now, messages, verdict) in
            [(0, 1, Verdict::Transmit), (1000, 2, Verdict::AwaitTurnEnd), (1000, 0, Verdict::Transmit)]
        {
            pacing.event_came(messages);
            write(&mut pacing, u32::from(messages > 0));
            assert_eq!(end_turn(&mut pacing, at(now), false), verdict);
        }
    }

    #[test]
    fn a_burst_leaves_with_the_first_turn_end_that_finds_nothing_new() {
        let mut pacing = Pacing::default();
        write(&mut pacing, 500);
        assert_eq!(end_turn(&mut pacing, at(0), false), Verdict::AwaitTurnEnd);
        write(&mut pacing, 1);
        assert_eq!(end_turn(&mut pacing, at(1), false), Verdict::AwaitTurnEnd);
        assert_eq!(end_turn(&mut pacing, at(2), false), Verdict::Transmit);
    }

    #[test]
    fn a_turn_that_goes_on_for_long_does_not_hold_back_its_ops() {
        let mut pacing = Pacing::default();
        let mut sends = Vec::new();
        for now in (0..5000).step_by(10) {
            write(&mut pacing, 2);
            if end_turn(&mut pacing, at(now), false) == Verdict::Transmit {
                sends.push(now);
            }
        }
        assert_eq!(sends, [1000, 2010, 3020, 4030]);
    }

    #[test]
    fn answers_to_four_events_wait_for_the_fifth() {
        let mut pacing = Pacing::default();
        for now in 0..4 {
            // A deferral counts events, not the turn ends in which they are answered.
            for _ in 0..3 {
                write(&mut pacing, 1);
                while end_turn(&mut pacing, at(now), true) == Verdict::AwaitTurnEnd {}
                assert_eq!(pacing.verdict(), Verdict::Wait);
            }
            pacing.event_came(1);
            assert_eq!(
                pacing.verdict(),
                Verdict::AwaitTurnEnd,
                "the answers to this event are still to be written"
            );
            pacing.await_turn_end();
        }
        write(&mut pacing, 1);
        assert_eq!(end_turn(&mut pacing, at(4), true), Verdict::AwaitTurnEnd);
        assert_eq!(end_turn(&mut pacing, at(4), true), Verdict::Transmit);
        write(&mut pacing, 2);
        assert_eq!(end_turn(&mut pacing, at(5), true), Verdict::AwaitTurnEnd);
        assert_eq!(end_turn(&mut pacing, at(5), true), Verdict::Wait, "and again");
    }

    #[test]
    fn an_event_that_brings_nothing_to_answer_releases_what_waits() {
        let mut pacing = Pacing::default();
        write(&mut pacing, 1);
        assert_eq!(end_turn(&mut pacing, at(0), true), Verdict::Wait);
        pacing.event_came(1);
        assert_eq!(pacing.verdict(), Verdict::AwaitTurnEnd);
        assert_eq!(end_turn(&mut pacing, at(1), false), Verdict::Transmit);
    }

    #[test]
    fn above_the_high_water_mark_nothing_waits_for_an_event() {
        let mut pacing = Pacing::default();
        assert!(pacing.end_turn(at(0), HIGH_WATER, true));
        assert!(!pacing.end_turn(at(0), HIGH_WATER + 1, true));
        assert_eq!(pacing.verdict(), Verdict::Transmit);
    }

    #[test]
    fn nothing_waits_where_nothing_is_written() {
        let mut pacing = Pacing::default();
        write(&mut pacing, 2);
        assert!(!pacing.end_turn(at(0), 0, true), "the session may be away from any server");
        assert_eq!(pacing.verdict(), Verdict::Transmit);
    }
}
