//! The browser boundary: what the wasm modules export, and the only code that has met a browser. Nothing here
//! decides anything.

#[cfg(feature = "page")]
mod clock;
#[cfg(feature = "page")]
mod convert;
#[cfg(feature = "page")]
mod driver;
#[cfg(feature = "page")]
mod engine;
#[cfg(feature = "page")]
mod entropy;
#[cfg(feature = "page")]
mod host;
#[cfg(feature = "page")]
mod inbound;
#[cfg(feature = "jetstream")]
pub mod jetstream;
mod memory;
#[cfg(feature = "object-store")]
pub mod object_store;
#[cfg(feature = "nkeys")]
pub mod signer;
