//! An ordered consumer: every message once and in order, whatever happens to the consumer on the server. Owns the cursor,
//! the number of the consumer in use, and when the next one is made. Refuses names, subjects and configurations: the shell
//! makes consumers, and says what became of them.
//!
//! A consumer that lost a message is never asked for it: it is given up, and another one starts behind the last message
//! the reader got. Each has a serial; what comes from an earlier one is ignored.

use std::mem;
use std::time::Duration;

use crate::core::jetstream::backoff;
use crate::core::jetstream::flow::Flow;
use crate::core::jetstream::idle::{Idle, SILENT_INTERVALS, Silence};
use crate::core::time::Instant;

/// What to do with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the reader's.
    Deliver,
    /// It is stale, a repeat, or follows a gap.
    Ignore,
}

/// What the shell has to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Leave the consumer there is, and make number `serial`, which starts at stream sequence `start_seq`; 0: as the
    /// application wanted it in the beginning. Say what became of it with [`Ordered::handle_created`] or
    /// [`Ordered::handle_failed`].
    Recreate { serial: u32, start_seq: u64 },
    /// Nothing, until then; for ever when there is none.
    Timeout(Option<Instant>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The consumer is given up; when the next one is made is said with the next output.
    Lost,
    /// The next consumer is made when the time has come.
    Due(Instant),
    /// The shell is making it.
    Making,
    Running,
    /// The connection is lost.
    Away,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Ordered {
    /// Of the last message that is the reader's, or where the first consumer turned out to start; 0 when neither is known.
    stream_seq: u64,
    /// Of the last message the consumer in use delivered.
    deliver_seq: u64,
    serial: u32,
    phase: Phase,
    /// Consumers in a row that brought nothing.
    attempts: u32,
    /// How much of half a wait is added to its first half, 0 to 1.
    spread: f64,
    idle: Option<Idle>,
    /// Whether there was a sign of life since the last timeout. Noted without the time, which costs more to ask for than
    /// everything else here.
    heard: bool,
    missed: u32,
    flow: Flow,
}

impl Ordered {
    /// The first output makes the first consumer.
    ///
    /// `heartbeat` is what the consumers are configured with; none: silence means nothing. `spread` is a random number of
    /// 0 to 1, so that the clients of a server that comes back do not ask at once.
    pub fn new(now: Instant, heartbeat: Option<Duration>, spread: f64) -> Ordered {
        let mut idle = heartbeat.map(|interval| Idle::new(now, interval, SILENT_INTERVALS));
        if let Some(idle) = &mut idle {
            idle.pause();
        }
        Ordered {
            stream_seq: 0,
            deliver_seq: 0,
            serial: 0,
            phase: Phase::Lost,
            attempts: 0,
            spread: spread.clamp(0.0, 1.0),
            idle,
            heard: false,
            missed: 0,
            flow: Flow::default(),
        }
    }

    /// Stream sequence of the last message the reader got; 0 before the first.
    pub fn stream_seq(&self) -> u64 {
        self.stream_seq
    }

    /// Number of the consumer in use, or being made; 0 before the first.
    pub fn serial(&self) -> u32 {
        self.serial
    }

    /// Consumers in a row that brought nothing, the one in use included.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Heartbeats in a row that were missing when the consumer was given up last.
    pub fn missed(&self) -> u32 {
        self.missed
    }

    /// Whether there is no consumer, and the next one is not being made yet.
    pub fn is_lost(&self) -> bool {
        matches!(self.phase, Phase::Lost | Phase::Due(_))
    }

    /// A message of consumer `serial`. Such a message may come before [`Ordered::handle_created`].
    pub fn handle_message(&mut self, serial: u32, stream_seq: u64, deliver_seq: u64) -> Verdict {
        if !self.is_current(serial) {
            return Verdict::Ignore;
        }
        if deliver_seq <= self.deliver_seq {
            // A consumer whose server lost its state begins again under its old name. When it tells something new under
            // a number that was used before, then its numbers no longer show what is missing.
            if stream_seq > self.stream_seq {
                self.give_up();
            }
            return Verdict::Ignore;
        }
        if deliver_seq != self.deliver_seq + 1 {
            self.give_up();
            return Verdict::Ignore;
        }
        // The sequences of one consumer only rise. When they fall behind what another one delivered, then the stream was
        // deleted and made again, and everything in it is new.
        self.deliver_seq = deliver_seq;
        self.stream_seq = stream_seq;
        self.attempts = 0;
        self.flow.handle_message();
        self.heard = true;
        Verdict::Deliver
    }

    /// A heartbeat of consumer `serial`, which has delivered up to `deliver_seq`.
    pub fn handle_heartbeat(&mut self, serial: u32, deliver_seq: u64) {
        if !self.is_current(serial) {
            return;
        }
        if deliver_seq == self.deliver_seq {
            self.attempts = 0;
            self.heard = true;
        } else {
            self.give_up();
        }
    }

    /// Consumer `serial` asks for a sign, or repeats that it is waiting for one. True: the answer is due now.
    pub fn handle_flow_control(&mut self, serial: u32) -> bool {
        if !self.is_current(serial) {
            return false;
        }
        self.heard = true;
        self.flow.handle_request()
    }

    /// Consumer `serial` exists. `position` is the stream sequence before its first message, when the application asked
    /// for what is new: should the consumer be lost before that message, then that is where the next one starts. 0
    /// otherwise.
    pub fn handle_created(&mut self, now: Instant, serial: u32, position: u64) {
        if serial != self.serial || self.phase != Phase::Making {
            return;
        }
        self.phase = Phase::Running;
        self.heard = false;
        if self.stream_seq == 0 {
            self.stream_seq = position;
        }
        if let Some(idle) = &mut self.idle {
            idle.resume(now);
        }
    }

    /// Consumer `serial` could not be made.
    pub fn handle_failed(&mut self, serial: u32) {
        if serial == self.serial && self.phase == Phase::Making {
            self.give_up();
        }
    }

    /// The server said that consumer `serial` is gone.
    pub fn handle_gone(&mut self, serial: u32) {
        if self.is_current(serial) {
            self.give_up();
        }
    }

    /// The connection is lost. Nothing is made or missed until it is back.
    pub fn handle_disconnect(&mut self) {
        self.phase = Phase::Away;
        self.flow.forget_request();
        if let Some(idle) = &mut self.idle {
            idle.pause();
        }
    }

    /// The connection is back. Whether the consumer missed something is not worth a question: another one is made, at once.
    pub fn handle_reconnect(&mut self) {
        if matches!(self.phase, Phase::Away | Phase::Running) {
            self.attempts = 0;
            self.give_up();
        }
    }

    /// May be called early, late or twice.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.phase != Phase::Running {
            return;
        }
        let Some(idle) = &mut self.idle else { return };
        if mem::take(&mut self.heard) {
            idle.handle_activity(now);
        }
        if let Silence::Missed(count) = idle.handle_timeout(now) {
            self.give_up();
            self.missed = count;
        }
    }

    /// The reader is done with one message. True: the answer to the server's request for a sign is due now.
    pub fn process(&mut self) -> bool {
        self.flow.process()
    }

    /// The reader has left, and never saw what came behind `stream_seq`: another consumer begins there. At once, since
    /// nothing went wrong.
    pub fn rewind(&mut self, stream_seq: u64) {
        self.stream_seq = stream_seq;
        self.attempts = 0;
        if self.phase != Phase::Away {
            self.give_up();
        }
    }

    /// One output at a time, until it is [`Output::Timeout`].
    pub fn poll_output(&mut self, now: Instant) -> Output {
        if self.phase == Phase::Lost {
            let wait = backoff::wait(self.attempts);
            self.phase = Phase::Due(now + wait / 2 + (wait / 2).mul_f64(self.spread));
        }
        match self.phase {
            Phase::Due(at) if now >= at => {
                self.phase = Phase::Making;
                self.serial += 1;
                self.deliver_seq = 0;
                self.attempts += 1;
                let start_seq = if self.stream_seq == 0 { 0 } else { self.stream_seq + 1 };
                Output::Recreate { serial: self.serial, start_seq }
            }
            Phase::Due(at) => Output::Timeout(Some(at)),
            Phase::Running => Output::Timeout(self.idle.as_ref().and_then(Idle::deadline)),
            Phase::Making | Phase::Away | Phase::Lost => Output::Timeout(None),
        }
    }

    /// Whether what this consumer says counts.
    fn is_current(&self, serial: u32) -> bool {
        serial == self.serial && matches!(self.phase, Phase::Making | Phase::Running)
    }

    fn give_up(&mut self) {
        self.phase = Phase::Lost;
        self.missed = 0;
        self.flow.forget_request();
        if let Some(idle) = &mut self.idle {
            idle.pause();
        }
    }
}

#[cfg(test)]
mod tests;
