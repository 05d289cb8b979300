//! Time in milliseconds as an f64, which JavaScript has, and as the core has it: owns the way between the two. Negative waits,
//! NaN and absurd values become the nearest sensible value.

use std::time::Duration;

use crate::core::time::Instant;

/// A reading of `performance.now()`.
pub fn instant(milliseconds: f64) -> Instant {
    Instant::from_micros((milliseconds * 1000.0) as u64)
}

#[inline(never)]
pub fn duration(milliseconds: f64) -> Duration {
    Duration::from_micros((milliseconds * 1000.0) as u64)
}

/// The reading of `performance.now()` at that instant.
#[cfg(feature = "machines")]
pub fn millis(instant: Instant) -> f64 {
    instant.as_micros() as f64 / 1000.0
}
