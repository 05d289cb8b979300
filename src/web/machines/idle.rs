//! The watch over a server that promised heartbeats, see [`crate::core::jetstream::idle`].

use wasm_bindgen::prelude::wasm_bindgen;

use super::deadline;
use crate::core::jetstream::idle::{self, SILENT_INTERVALS, Silence};
use crate::web::millis::{duration, instant};

/// See [`idle::Idle`].
#[wasm_bindgen]
pub struct Idle(idle::Idle);

#[wasm_bindgen]
impl Idle {
    /// `interval` in milliseconds.
    #[wasm_bindgen(constructor)]
    pub fn new(now: f64, interval: f64) -> Idle {
        Idle(idle::Idle::new(instant(now), duration(interval), SILENT_INTERVALS))
    }

    /// When `handle_timeout` is due; -1 while paused.
    pub fn deadline(&self) -> f64 {
        deadline(self.0.deadline())
    }

    pub fn handle_activity(&mut self, now: f64) {
        self.0.handle_activity(instant(now));
    }

    /// Intervals missed in a row, when there is a verdict; 0 otherwise.
    pub fn handle_timeout(&mut self, now: f64) -> u32 {
        match self.0.handle_timeout(instant(now)) {
            Silence::Bearable => 0,
            Silence::Missed(count) => count,
        }
    }

    pub fn pause(&mut self) {
        self.0.pause();
    }

    pub fn resume(&mut self, now: f64) {
        self.0.resume(instant(now));
    }
}
