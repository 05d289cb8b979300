//! Messages of a pull consumer: how many were asked for and how many are still to come, when to ask for more, and what the
//! server's statuses, its silence and its absence mean for that. Refuses subjects, JSON and texts: the shell sends the
//! requests, sorts statuses by their words, and looks whether the consumer is there.
//!
//! Counts are those since the beginning, never differences, so that hearing the same count twice changes nothing. A
//! message is received when it arrives and taken when the application has it; both sides bound what is asked for:
//! `outstanding + unread <= most` whenever a request is sent.

mod account;
mod status;

use std::collections::VecDeque;
use std::mem;
use std::time::Duration;

use crate::core::jetstream::backoff;
use crate::core::jetstream::idle::{Idle, SILENT_INTERVALS, Silence};
use crate::core::time::Instant;
use account::Account;
pub use account::Progress;
pub use status::{Kind, Status};

/// A last request shorter than this is not worth sending.
const SHORTEST_REQUEST: Duration = Duration::from_millis(50);

/// What is wanted of a consumer.
#[derive(Clone, Debug)]
pub struct Config {
    /// Messages without end, asked for again and again; otherwise one batch.
    pub endless: bool,
    /// Messages that may be outstanding or unread; for a batch, all there are to be. At least 1.
    pub max_messages: u64,
    /// The same for bytes; 0: not limited.
    pub max_bytes: u64,
    /// Endless: more is asked for when no more than this is outstanding or unread. Less than `max_messages`.
    pub threshold_messages: u64,
    /// The same for bytes.
    pub threshold_bytes: u64,
    /// How long one request waits on the server.
    pub expires: Duration,
    /// How often the server is to say that it has nothing; zero: never.
    pub heartbeat: Duration,
    /// Whether its silence is watched here.
    pub watches: bool,
    /// Ends when stream or consumer is gone, instead of waiting until it is back.
    pub abort_on_missing: bool,
    /// Never looks whether the consumer is there: asks for messages and sees.
    pub blind: bool,
}

/// What the application may want to know. The shell adds names and words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// So many heartbeats in a row are missing.
    HeartbeatsMissed(u32),
    /// The consumer was looked for in vain, so many times in a row.
    ConsumerNotFound(u32),
    /// The stream was looked for in vain, so many times in a row.
    StreamNotFound(u32),
    /// The status in hand is a heartbeat.
    Heartbeat,
    /// The status in hand says that the consumer is deleted.
    ConsumerDeleted,
    /// The status in hand says that nobody answers for the consumer.
    NoResponders,
    /// The status in hand refuses what this consumer's limits do not allow.
    ExceededLimits,
    /// The status in hand says that another client is the pinned one. The id it had is void.
    Unpinned,
    /// The status in hand ended a request early, which had so many messages and bytes to come.
    Discard { messages: u64, bytes: u64 },
    /// The status in hand has no consequence worth a name.
    Debug,
}

/// Why it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Everything is there, or time is up.
    Done,
    /// The status in hand is the reason.
    Refused,
    /// The look in hand is: the stream or the consumer is gone.
    Missing,
    /// The server is silent.
    Silent,
}

/// What the shell has to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send a request for so many messages, and bytes when there is a limit on them.
    Pull {
        messages: u64,
        bytes: u64,
        expires: Duration,
        heartbeat: Duration,
    },
    /// Look whether the consumer is there, and say so with [`Pull::handle_look`].
    Look,
    Tell(Notice),
    /// It is over: nothing follows.
    End(End),
    /// Nothing, until then; for ever when there is none.
    Timeout(Option<Instant>),
}

/// What a look for the consumer found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookResult {
    Consumer,
    NoConsumer,
    NoStream,
    /// No answer, or one that says neither.
    Nothing,
}

impl LookResult {
    pub const ALL: [LookResult; 4] =
        [LookResult::Consumer, LookResult::NoConsumer, LookResult::NoStream, LookResult::Nothing];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Requests are sent when they are due.
    Asking,
    /// The shell looks whether the consumer is there. `signs`: those there were when it began.
    Looking {
        signs: u64,
    },
    /// Tries again when the time has come: looks first, or asks at once.
    Pausing {
        until: Instant,
        looks: bool,
    },
    /// The connection is lost.
    Away,
    Over,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Pull {
    config: Config,
    account: Account,
    phase: Phase,
    idle: Option<Idle>,
    /// Ends a batch whose last word from the server, a 408, never arrives: 5 % of `expires` after that was due.
    batch_deadline: Option<Instant>,
    /// When the batch's request ends.
    end: Instant,
    /// Attempts in a row that brought nothing.
    attempts: u32,
    /// Signs of life, messages included.
    signs: u64,
    /// Of these, the ones known at the last timeout.
    seen: u64,
    /// Heartbeats that were missing before the watch began anew, without a sign of life since.
    missed: u32,
    consumer_missing: u32,
    stream_missing: u32,
    outputs: VecDeque<Output>,
}

impl Pull {
    /// The first output is a request. Limits of zero are taken as 1, thresholds as less than their limit.
    pub fn new(now: Instant, config: Config) -> Pull {
        let config = Config { max_messages: config.max_messages.max(1), ..config };
        let idle = (config.watches && !config.heartbeat.is_zero())
            .then(|| Idle::new(now, config.heartbeat, SILENT_INTERVALS));
        let batch_deadline = (!config.endless).then(|| now + config.expires + config.expires / 20);
        let mut pull = Pull {
            account: Account::new(&config),
            phase: Phase::Asking,
            idle,
            batch_deadline,
            end: now + config.expires,
            attempts: 0,
            signs: 0,
            seen: 0,
            missed: 0,
            consumer_missing: 0,
            stream_missing: 0,
            outputs: VecDeque::new(),
            config,
        };
        pull.refill(now);
        pull
    }

    /// Messages received at which [`Pull::handle_progress`] is due; none: not because of them.
    pub fn received_due(&self) -> Option<u64> {
        (!self.config.endless && self.phase != Phase::Over).then(|| self.account.received_due())
    }

    /// Messages taken at which [`Pull::handle_progress`] is due; none: not because of them.
    pub fn taken_due(&self) -> Option<u64> {
        (self.config.endless && self.phase == Phase::Asking).then(|| self.account.taken_due())
    }

    /// The same for bytes, when there is a limit on them: received for a batch, taken otherwise.
    pub fn bytes_due(&self) -> Option<u64> {
        let counts =
            if self.config.endless { self.phase == Phase::Asking } else { self.phase != Phase::Over };
        (self.config.max_bytes > 0 && counts).then(|| self.account.bytes_due())
    }

    /// Messages asked for that have not come.
    pub fn outstanding(&self) -> u64 {
        self.account.messages.outstanding()
    }

    /// How far it is. Needed when a count is due, and before any other call; outputs are polled between the two.
    pub fn handle_progress(&mut self, now: Instant, progress: Progress) {
        let received = self.account.handle_progress(progress);
        if received > 0 {
            self.signs += 1;
            self.attempts = 0;
            self.account.is_oversized = false;
        }
        self.advance(now);
    }

    /// A status message came from the server.
    pub fn handle_status(&mut self, now: Instant, status: Status) {
        if self.phase == Phase::Over {
            return;
        }
        self.signs += 1;
        match status.kind {
            Kind::Heartbeat => {
                self.attempts = 0;
                self.tell(Notice::Heartbeat);
            }
            Kind::BadRequest => self.over(End::Refused),
            Kind::Deleted => {
                self.tell(Notice::ConsumerDeleted);
                self.lose(now);
            }
            Kind::NoResponders => {
                self.tell(Notice::NoResponders);
                self.lose(now);
            }
            Kind::Limit => {
                self.tell(Notice::ExceededLimits);
                self.tell(Notice::Debug);
                if self.config.endless {
                    self.account.refuse(status.messages, status.bytes);
                    // Nothing will have changed if it asks at once.
                    self.attempts = self.attempts.max(1);
                    self.set_back(now, false);
                } else {
                    self.over(End::Refused);
                }
            }
            Kind::Unpinned => {
                self.tell(Notice::Unpinned);
                self.account.refuse(status.messages, status.bytes);
                if self.config.endless {
                    self.set_back(now, false);
                } else if self.phase == Phase::Asking {
                    self.refill(now);
                }
            }
            Kind::Oversized | Kind::Ended | Kind::Expired => self.end_request(now, status),
            Kind::Other => self.tell(Notice::Debug),
        }
        self.advance(now);
    }

    /// The connection is lost: what was asked for may never come, and silence says nothing.
    pub fn handle_disconnect(&mut self) {
        if self.phase == Phase::Over {
            return;
        }
        self.phase = Phase::Away;
        if let Some(idle) = &mut self.idle {
            idle.pause();
        }
    }

    /// There is a connection again: asks at once.
    pub fn handle_connect(&mut self, now: Instant) {
        if self.phase == Phase::Over {
            return;
        }
        self.phase = Phase::Asking;
        self.attempts = 0;
        self.restart(now);
    }

    /// What an [`Output::Look`] found. Ignored when nobody looks any more.
    pub fn handle_look(&mut self, now: Instant, result: LookResult) {
        let Phase::Looking { signs } = self.phase else { return };
        match result {
            LookResult::Consumer => {
                (self.consumer_missing, self.stream_missing) = (0, 0);
                self.phase = Phase::Asking;
                // What has come since shows that the request lives.
                if self.signs == signs || self.account.messages.outstanding() == 0 {
                    self.restart(now);
                }
                return self.advance(now);
            }
            LookResult::NoConsumer => {
                self.account.forget();
                self.consumer_missing += 1;
                self.tell(Notice::ConsumerNotFound(self.consumer_missing));
            }
            LookResult::NoStream => {
                self.account.forget();
                self.stream_missing += 1;
                self.tell(Notice::StreamNotFound(self.stream_missing));
            }
            LookResult::Nothing => (self.consumer_missing, self.stream_missing) = (0, 0),
        }
        if result != LookResult::Nothing && self.gives_up() {
            self.over(End::Missing);
        } else {
            self.attempts = self.attempts.max(1);
            self.phase = Phase::Asking;
            self.set_back(now, true);
        }
    }

    /// May be called early, late or twice.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.phase == Phase::Over {
            return;
        }
        if self.batch_deadline.is_some_and(|deadline| deadline <= now) {
            return self.over(End::Done);
        }
        if let Phase::Pausing { until, looks } = self.phase
            && until <= now
        {
            if looks {
                self.look();
            } else {
                self.phase = Phase::Asking;
            }
        }
        self.watch(now);
        self.advance(now);
    }

    /// The consumer is another one from now on: what was asked of the one before is void. Also the answer to a look.
    pub fn restart(&mut self, now: Instant) {
        if self.phase == Phase::Over {
            return;
        }
        self.account.forget();
        if self.phase == Phase::Away {
            return;
        }
        self.phase = Phase::Asking;
        if let Some(idle) = &mut self.idle {
            idle.resume(now);
        }
        self.refill(now);
        self.advance(now);
    }

    /// The application has enough.
    pub fn stop(&mut self) {
        self.phase = Phase::Over;
        self.outputs.clear();
    }

    /// One thing to do at a time, until it is a timeout.
    pub fn poll_output(&mut self) -> Output {
        match self.outputs.pop_front() {
            Some(output) => output,
            None => Output::Timeout(self.deadline()),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        if self.phase == Phase::Over {
            return None;
        }
        let pause = if let Phase::Pausing { until, .. } = self.phase { Some(until) } else { None };
        let idle = self.idle.as_ref().and_then(Idle::deadline);
        [pause, idle, self.batch_deadline].into_iter().flatten().min()
    }

    /// Ends a batch that is complete, asks for more when it is time to.
    fn advance(&mut self, now: Instant) {
        if self.phase == Phase::Over {
            return;
        }
        if !self.config.endless && self.account.is_complete() {
            return self.over(End::Done);
        }
        if self.phase == Phase::Asking && self.config.endless && self.account.is_due() {
            self.refill(now);
        }
    }

    /// Sends the request there is room for.
    fn refill(&mut self, now: Instant) {
        let (messages, bytes) = self.account.room();
        if messages == 0 || (self.config.max_bytes > 0 && bytes == 0) {
            return;
        }
        let (mut expires, mut heartbeat) = (self.config.expires, self.config.heartbeat);
        if !self.config.endless {
            let left = self.end.since(now);
            if left < SHORTEST_REQUEST {
                return self.over(End::Done);
            }
            // The server refuses a heartbeat that does not fit into the request twice.
            if left < expires {
                (expires, heartbeat) = (left, heartbeat.min(left / 2));
            }
        }
        if let Some(idle) = &mut self.idle
            && self.account.messages.outstanding() == 0
        {
            idle.resume(now);
        }
        self.account.ask(messages, bytes);
        self.outputs.push_back(Output::Pull { messages, bytes, expires, heartbeat });
    }

    /// A request is over, its rest will not come.
    fn end_request(&mut self, now: Instant, status: Status) {
        let Status { kind, messages, bytes } = status;
        if kind == Kind::Oversized {
            self.tell(Notice::ExceededLimits);
        }
        self.tell(if messages > 0 || bytes > 0 {
            Notice::Discard { messages, bytes }
        } else {
            Notice::Debug
        });
        self.account.refuse(messages, bytes);
        if !self.config.endless {
            return self.over(End::Done);
        }
        match kind {
            // It has waited as long as it was to wait.
            Kind::Expired => {}
            // Small requests may be in the way of a large message: the next one is as large as can be.
            Kind::Oversized if !mem::replace(&mut self.account.is_oversized, true) => {}
            _ => self.set_back(now, false),
        }
    }

    /// What was asked for is lost together with the consumer.
    fn lose(&mut self, now: Instant) {
        if self.gives_up() {
            return self.over(End::Refused);
        }
        self.account.forget();
        self.set_back(now, true);
    }

    /// Tries again, the later the more often it was in vain. A look, and the wait for one, are not disturbed.
    fn set_back(&mut self, now: Instant, looks: bool) {
        if !matches!(self.phase, Phase::Asking | Phase::Pausing { looks: false, .. }) {
            return;
        }
        let wait = backoff::wait(self.attempts);
        self.attempts = self.attempts.saturating_add(1);
        let looks = looks && !self.config.blind;
        if !wait.is_zero() {
            self.phase = Phase::Pausing { until: now + wait, looks };
        } else if looks {
            self.look();
        } else {
            self.phase = Phase::Asking;
        }
    }

    fn look(&mut self) {
        self.phase = Phase::Looking { signs: self.signs };
        self.outputs.push_back(Output::Look);
    }

    /// The verdict on the silence since the last timeout.
    fn watch(&mut self, now: Instant) {
        let Some(idle) = &mut self.idle else { return };
        if idle.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        if self.account.messages.outstanding() == 0 {
            // Nothing is promised while nothing is asked for.
            return idle.pause();
        }
        if mem::replace(&mut self.seen, self.signs) != self.signs {
            self.missed = 0;
            return idle.handle_activity(now);
        }
        let Silence::Missed(count) = idle.handle_timeout(now) else { return };
        self.tell(Notice::HeartbeatsMissed(self.missed + count));
        if !self.config.endless {
            self.over(End::Silent);
        } else if self.phase == Phase::Asking {
            if let Some(idle) = &mut self.idle {
                idle.resume(now);
            }
            self.missed += count;
            if self.config.blind {
                self.restart(now);
            } else {
                self.look();
            }
        }
    }

    /// Whether a missing consumer is the end.
    fn gives_up(&self) -> bool {
        !self.config.endless || self.config.abort_on_missing
    }

    fn tell(&mut self, notice: Notice) {
        self.outputs.push_back(Output::Tell(notice));
    }

    fn over(&mut self, end: End) {
        self.phase = Phase::Over;
        self.outputs.push_back(Output::End(end));
    }
}

#[cfg(test)]
mod tests;
