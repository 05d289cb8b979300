//! The sans-io core. Knows bytes, numbers and the instants it is given; does not know browsers, JSON, clocks or
//! randomness.

pub mod error;
pub mod random;
#[cfg(feature = "client")]
pub mod session;
pub mod time;
#[cfg(feature = "client")]
pub mod wire;
