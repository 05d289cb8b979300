//! Watches over a server that promised to say something at least every so often. Owns the verdict that it has gone
//! quiet; what follows from that is its owner's business.

use std::time::Duration;

use crate::core::time::Instant;

/// Heartbeats in a row that may be missing before a consumer counts as silent.
pub const SILENT_INTERVALS: u32 = 2;

/// The verdict on a stretch of silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// Not long enough to say anything.
    Bearable,
    /// So many intervals in a row have passed without a sign of life: at least the limit.
    Missed(u32),
}

/// Idle heartbeats of one consumer. Any delivery counts as one, not only the server's heartbeat messages.
#[derive(Clone, Debug)]
pub struct Idle {
    interval: Duration,
    /// Intervals without a sign of life that are worth a verdict, at least 1.
    limit: u32,
    missed: u32,
    /// End of the interval that is running; none while paused.
    deadline: Option<Instant>,
}

impl Idle {
    /// Begins to watch. `limit` 0 is taken as 1.
    pub fn new(now: Instant, interval: Duration, limit: u32) -> Idle {
        Idle { interval, limit: limit.max(1), missed: 0, deadline: Some(now + interval) }
    }

    /// When [`Idle::handle_timeout`] is due; none while paused.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Something came from the server.
    pub fn handle_activity(&mut self, now: Instant) {
        self.missed = 0;
        if self.deadline.is_some() {
            self.deadline = Some(now + self.interval);
        }
    }

    /// May be called early, late or twice. However late it is, one interval counts as missed: a page that was asleep heard
    /// nothing because it was asleep.
    pub fn handle_timeout(&mut self, now: Instant) -> Silence {
        if self.deadline.is_none_or(|deadline| now < deadline) {
            return Silence::Bearable;
        }
        self.deadline = Some(now + self.interval);
        self.missed += 1;
        if self.missed < self.limit { Silence::Bearable } else { Silence::Missed(self.missed) }
    }

    /// The connection is lost: silence says nothing about the consumer.
    pub fn pause(&mut self) {
        self.missed = 0;
        self.deadline = None;
    }

    /// The connection is back: the count starts from nothing.
    pub fn resume(&mut self, now: Instant) {
        self.missed = 0;
        self.deadline = Some(now + self.interval);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(seconds: u64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn silence_is_reported_when_the_limit_is_reached_and_at_every_interval_after_it() {
        let mut idle = Idle::new(at(0), SECOND, 2);
        assert_eq!(idle.handle_timeout(at(1)), Silence::Bearable);
        assert_eq!(idle.handle_timeout(at(2)), Silence::Missed(2));
        assert_eq!(idle.handle_timeout(at(3)), Silence::Missed(3));
    }

    #[test]
    fn a_sign_of_life_starts_the_count_again() {
        let mut idle = Idle::new(at(0), SECOND, 2);
        idle.handle_timeout(at(1));
        idle.handle_activity(at(1));
        assert_eq!(idle.handle_timeout(at(2)), Silence::Bearable);
        assert_eq!(idle.handle_timeout(at(3)), Silence::Missed(2));
    }

    #[test]
    fn an_early_or_repeated_timeout_changes_nothing() {
        let mut idle = Idle::new(at(0), SECOND, 1);
        assert_eq!(idle.handle_timeout(at(0)), Silence::Bearable);
        assert_eq!(idle.handle_timeout(at(1)), Silence::Missed(1));
        assert_eq!(idle.handle_timeout(at(1)), Silence::Bearable);
    }

    #[test]
    fn a_timeout_that_is_hours_late_is_one_missed_interval() {
        let mut idle = Idle::new(at(0), SECOND, 2);
        assert_eq!(idle.handle_timeout(at(7200)), Silence::Bearable);
        assert_eq!(idle.deadline(), Some(at(7201)));
    }

    #[test]
    fn nothing_is_missed_while_the_connection_is_away() {
        let mut idle = Idle::new(at(0), SECOND, 1);
        idle.pause();
        idle.handle_activity(at(1));
        assert_eq!((idle.deadline(), idle.handle_timeout(at(60))), (None, Silence::Bearable));
        idle.resume(at(60));
        assert_eq!(idle.deadline(), Some(at(61)));
    }
}
