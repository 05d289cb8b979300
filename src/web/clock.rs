//! The page's clock and the session's one timer.

use std::cell::Cell;
use std::time::Duration;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::millis::instant;
use crate::core::time::{Instant, micros};

/// Longest wait `setTimeout` takes; a longer one would fire at once (HTML standard: 32-bit signed milliseconds).
const LONGEST_WAIT: f64 = 2_147_483_647.0;

/// An event whose time differs by more from the last reading of the clock has its time from another clock.
const SAME_CLOCK: Duration = Duration::from_secs(60);

/// Ops that share one reading of the clock: reading it costs as much as writing a request.
const CLOCK_SHARES: u32 = 128;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    /// Node returns an object, browsers a number.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue);
    /// Calls back after the code of the current turn, before any event.
    #[wasm_bindgen(js_name = queueMicrotask)]
    pub fn queue_microtask(callback: &Function);
}

thread_local! {
    static LATEST: Cell<Instant> = const { Cell::new(Instant::from_micros(0)) };
}

pub fn now() -> Instant {
    let now = instant(performance_now());
    LATEST.set(now);
    now
}

/// The time of an event: its `timeStamp` has the origin of the clock, and costs a third of a reading. Sockets of other makers may
/// count in another way, or not at all: for them the clock is read.
pub fn at(time_stamp: f64) -> Instant {
    if time_stamp.is_nan() {
        return now();
    }
    let made = instant(time_stamp);
    let latest = LATEST.get();
    if made.since(latest) > SAME_CLOCK || latest.since(made) > SAME_CLOCK {
        return now();
    }
    let latest = made.max(latest);
    LATEST.set(latest);
    latest
}

/// The time of one turn: read once, then shared by a bounded number of ops.
pub struct TurnClock {
    now: Instant,
    shares: u32,
}

impl TurnClock {
    pub fn new() -> TurnClock {
        TurnClock { now: now(), shares: 0 }
    }

    /// Another turn begins: the next call of `now` reads the clock.
    pub fn begin_turn(&mut self) {
        self.shares = 0;
    }

    /// The clock was read just now.
    pub fn set(&mut self, now: Instant) {
        self.now = now;
        self.shares = 1;
    }

    pub fn now(&mut self) -> Instant {
        if self.shares.is_multiple_of(CLOCK_SHARES) {
            self.now = now();
        }
        self.shares += 1;
        self.now
    }
}

/// The session's one timer. A dropped alarm does not fire.
#[derive(Default)]
pub struct Alarm {
    armed: Option<(Instant, JsValue)>,
}

impl Alarm {
    /// Calls back at `deadline`. A timer that is set for earlier stays: firing early does no harm, and setting a timer anew for
    /// every request would cost more than the request.
    pub fn set(&mut self, deadline: Option<Instant>, now: Instant, callback: &Function) {
        let Some(deadline) = deadline else { return self.clear() };
        if self.armed.as_ref().is_some_and(|&(armed, _)| armed <= deadline) {
            return;
        }
        self.clear();
        // Rounded up: a timer that fires a fraction early would fire twice.
        let wait = (micros(deadline.since(now)) as f64 / 1000.0).ceil().min(LONGEST_WAIT);
        self.armed = Some((deadline, set_timeout(callback, wait)));
    }

    /// The timer has fired.
    pub fn fired(&mut self) {
        self.armed = None;
    }

    fn clear(&mut self) {
        if let Some((_, handle)) = self.armed.take() {
            clear_timeout(&handle);
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.clear();
    }
}
