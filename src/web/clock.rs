//! The page's clock and timers, bound as globals so that windows, workers and Node have them alike.

use std::cell::Cell;
use std::time::Duration;

use wasm_bindgen::prelude::*;

use super::signal::Listener;
use crate::core::time::{Instant, micros};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, milliseconds: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue);
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(callback: &JsValue);
}

/// Longest wait `setTimeout` takes; a longer one would fire at once (HTML standard: 32-bit signed milliseconds).
const LONGEST_WAIT: f64 = 2_147_483_647.0;

/// An event whose time differs more than this from the last reading of the clock was made by another clock.
const SAME_CLOCK: Duration = Duration::from_secs(60);

thread_local! {
    static LATEST: Cell<Instant> = const { Cell::new(Instant::from_micros(0)) };
}

pub fn now() -> Instant {
    let now = Instant::from_micros((performance_now() * 1000.0) as u64);
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

/// Signals after the current turn's code, before any event.
pub fn queue(listener: &Listener) {
    queue_microtask(listener.function());
}

/// The session's one timer.
pub struct Alarm {
    listener: Listener,
    armed: Option<(Instant, JsValue)>,
}

impl Alarm {
    pub fn new(listener: Listener) -> Alarm {
        Alarm { listener, armed: None }
    }

    /// Rings at `deadline`. An alarm that is already set for earlier stays: ringing early does no harm, and
    /// re-arming for every request would cost more than the request.
    pub fn set(&mut self, deadline: Option<Instant>, now: Instant) {
        let Some(deadline) = deadline else { return self.clear() };
        if self.armed.as_ref().is_some_and(|(armed, _)| *armed <= deadline) {
            return;
        }
        self.clear();
        // Rounded up: a timer that rings a fraction early would ring twice.
        let wait = (micros(deadline.since(now)) as f64 / 1000.0).ceil().min(LONGEST_WAIT);
        self.armed = Some((deadline, set_timeout(self.listener.function(), wait)));
    }

    /// The alarm has rung.
    pub fn rang(&mut self) {
        self.armed = None;
    }

    pub fn clear(&mut self) {
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
