//! What the JetStream module exports: the machines of [`crate::core::jetstream`] and [`crate::core::kv`] with numbers that
//! JavaScript can hold. Decides nothing. Times are milliseconds of `performance.now()`, sequences are f64 (exact to 2^53).

mod ordered;
mod pull;
mod watch;

use std::time::Duration;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::core::jetstream::idle;
use crate::core::time::Instant;

/// See [`idle::Idle`].
#[wasm_bindgen]
pub struct Idle(idle::Idle);

#[wasm_bindgen]
impl Idle {
    /// `interval` in milliseconds.
    #[wasm_bindgen(constructor)]
    pub fn new(now: f64, interval: f64, limit: u32) -> Idle {
        Idle(idle::Idle::new(instant(now), wait(interval), limit))
    }

    /// When `handle_timeout` is due; -1 while paused.
    pub fn deadline(&self) -> f64 {
        self.0.deadline().map_or(-1.0, millis)
    }

    pub fn handle_activity(&mut self, now: f64) {
        self.0.handle_activity(instant(now));
    }

    /// Intervals missed in a row, when there is a verdict; 0 otherwise.
    pub fn handle_timeout(&mut self, now: f64) -> u32 {
        match self.0.handle_timeout(instant(now)) {
            idle::Silence::Bearable => 0,
            idle::Silence::Missed(count) => count,
        }
    }

    pub fn pause(&mut self) {
        self.0.pause();
    }

    pub fn resume(&mut self, now: f64) {
        self.0.resume(instant(now));
    }
}

fn instant(millis: f64) -> Instant {
    Instant::from_micros((millis * 1000.0) as u64)
}

fn millis(instant: Instant) -> f64 {
    instant.as_micros() as f64 / 1000.0
}

fn wait(millis: f64) -> Duration {
    Duration::from_micros((millis * 1000.0) as u64)
}
