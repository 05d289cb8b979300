//! The session's own deadlines, one for each purpose. Owns when each is due; does not know what is done then.

use crate::core::time::Instant;

/// What a deadline of the session is for. Requests and subscriptions keep theirs in
/// [`Deadlines`](crate::core::time::Deadlines), because there may be any number of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Timer {
    /// Socket and handshake have taken too long: the dial fails.
    Dial,
    /// The wait before the next dial is over: it begins.
    Redial,
    /// A ping interval has passed: a PING goes out, or the connection is stale.
    Ping,
    /// The PING after a wake had its short time: without an answer the connection is stale.
    Wake,
    /// Bytes have waited long enough for the next event: they are sent without it.
    Deferral,
}

impl Timer {
    /// All timers, in the order of their numbers.
    pub const ALL: [Timer; 5] = [Timer::Dial, Timer::Redial, Timer::Ping, Timer::Wake, Timer::Deferral];
}

/// One optional deadline for each [`Timer`].
#[derive(Clone, Debug)]
pub struct Timers {
    /// [`Instant::NEVER`] where no deadline is set.
    deadlines: [Instant; Timer::ALL.len()],
}

impl Default for Timers {
    fn default() -> Timers {
        Timers { deadlines: [Instant::NEVER; Timer::ALL.len()] }
    }
}

impl Timers {
    /// Sets the deadline, instead of one that is set already.
    pub fn set(&mut self, timer: Timer, deadline: Instant) {
        self.deadlines[timer as usize] = deadline;
    }

    /// Takes the deadline away, if there is one.
    pub fn clear(&mut self, timer: Timer) {
        self.deadlines[timer as usize] = Instant::NEVER;
    }

    /// Takes all deadlines away.
    pub fn clear_all(&mut self) {
        *self = Timers::default();
    }

    /// Whether the timer has a deadline.
    pub fn is_set(&self, timer: Timer) -> bool {
        self.deadlines[timer as usize] != Instant::NEVER
    }

    /// The earliest deadline and whose it is.
    pub fn next(&self) -> Option<(Instant, Timer)> {
        Timer::ALL
            .into_iter()
            .map(|timer| (self.deadlines[timer as usize], timer))
            .min_by_key(|&(deadline, _)| deadline)
            .filter(|&(deadline, _)| deadline != Instant::NEVER)
    }

    /// Takes the earliest timer whose deadline is not after `now`, and tells what the deadline was.
    pub fn take_due(&mut self, now: Instant) -> Option<(Instant, Timer)> {
        let (deadline, timer) = self.next().filter(|&(deadline, _)| deadline <= now)?;
        self.clear(timer);
        Some((deadline, timer))
    }
}
