//! The page's clock and the session's one timer.

use std::cell::Cell;
use std::time::Duration;

use super::host;
use crate::core::time::{Instant, micros};

/// Longest wait `setTimeout` takes; a longer one would fire at once (HTML standard: 32-bit signed milliseconds).
const LONGEST_WAIT: f64 = 2_147_483_647.0;

/// An event whose time differs more than this from the last reading of the clock was made by another clock.
const SAME_CLOCK: Duration = Duration::from_secs(60);

thread_local! {
    static LATEST: Cell<Instant> = const { Cell::new(Instant::from_micros(0)) };
}

pub fn now() -> Instant {
    let now = Instant::from_micros((host::now() * 1000.0) as u64);
    LATEST.set(now);
    now
}

/// When an event was made: its `timeStamp` has the clock's origin and costs a third of reading it. Sockets that are no
/// browser's may count in another way, or not at all: then the clock is read.
pub fn at(time_stamp: f64) -> Instant {
    let made = Instant::from_micros((time_stamp * 1000.0) as u64);
    let latest = LATEST.get();
    if made.since(latest) > SAME_CLOCK || latest.since(made) > SAME_CLOCK {
        return now();
    }
    let latest = made.max(latest);
    LATEST.set(latest);
    latest
}

/// Milliseconds as TypeScript gives them; negative, NaN and absurd values become the nearest sensible wait.
pub fn duration(milliseconds: f64) -> Duration {
    Duration::from_micros((milliseconds * 1000.0) as u64)
}

/// The session's one timer.
#[derive(Default)]
pub struct Alarm {
    armed: Option<Instant>,
}

impl Alarm {
    /// Rings at `deadline`. An alarm that is already set for earlier stays: ringing early does no harm, and
    /// re-arming for every request would cost more than the request.
    pub fn set(&mut self, deadline: Option<Instant>, now: Instant) {
        let Some(deadline) = deadline else {
            if self.armed.take().is_some() {
                host::set_alarm(-1.0);
            }
            return;
        };
        if self.armed.is_some_and(|armed| armed <= deadline) {
            return;
        }
        // Rounded up: a timer that rings a fraction early would ring twice.
        let wait = (micros(deadline.since(now)) as f64 / 1000.0).ceil().min(LONGEST_WAIT);
        self.armed = Some(deadline);
        host::set_alarm(wait);
    }

    /// The alarm has rung.
    pub fn rang(&mut self) {
        self.armed = None;
    }
}
