//! The boundary of the wasm modules: their exports, and the requests of the client to the page. Refuses to decide anything.

#[cfg(feature = "page")]
mod clock;
#[cfg(feature = "credentials")]
pub mod credentials;
#[cfg(feature = "page")]
mod driver;
#[cfg(feature = "page")]
mod engine;
#[cfg(feature = "page")]
mod entropy;
#[cfg(feature = "page")]
mod events;
#[cfg(feature = "page")]
pub mod exports;
#[cfg(feature = "page")]
mod fields;
#[cfg(feature = "page")]
mod listener;
#[cfg(feature = "machines")]
pub mod machines;
#[cfg(any(feature = "page", feature = "machines"))]
mod millis;
#[cfg(feature = "panic-words")]
mod panic_words;
#[cfg(feature = "page")]
mod scratch;
#[cfg(feature = "page")]
pub mod shell;
#[cfg(feature = "page")]
mod socket;
