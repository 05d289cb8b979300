//! The sans-io core. Knows bytes, numbers and the instants it is given; does not know browsers, JSON, clocks or
//! randomness.

#[cfg(feature = "credentials")]
pub mod auth;
pub mod error;
#[cfg(all(feature = "client", any(test, fuzzing)))]
pub mod fuzzing;
#[cfg(feature = "machines")]
pub mod jetstream;
#[cfg(feature = "machines")]
pub mod kv;
#[cfg(feature = "machines")]
pub mod object;
pub mod random;
#[cfg(feature = "client")]
pub mod session;
#[cfg(feature = "client")]
pub mod subject;
#[cfg(feature = "client")]
pub mod text;
pub mod time;
#[cfg(feature = "client")]
pub mod wire;
