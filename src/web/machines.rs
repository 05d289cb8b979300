//! Exports of the machines' module: the machines of [`crate::core::jetstream`], [`crate::core::kv`] and [`crate::core::object`],
//! with numbers that JavaScript can hold. Decides nothing. Times are milliseconds of `performance.now()`, -1 is never;
//! sequences and counts are f64 (exact to 2^53).
//!
//! A number with a meaning is a variant of an enum that is exported here: the build writes
//! js/engine/generated/machines.enums.ts from them, and TypeScript names no such number itself.

pub mod idle;
pub mod ordered;
pub mod pull;
pub mod read;
mod room;
pub mod watch;
pub mod write;

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use tsify::{Ts, Tsify};

use super::millis::millis;
use crate::core::time::Instant;

/// The time to come back at, in milliseconds; -1: never.
fn deadline(deadline: Option<Instant>) -> f64 {
    deadline.map_or(-1.0, millis)
}

/// A plain object, of numbers and words only.
fn object<T: Serialize + Tsify>(value: &T) -> Ts<T> {
    Ts::new_unchecked(
        value.serialize(&Serializer::json_compatible()).expect("JavaScript has all of its values"),
    )
}
