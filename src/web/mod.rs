//! The browser boundary: what the wasm modules export, and the only code that has met a browser. Nothing here
//! decides anything.

#[cfg(feature = "client")]
mod clock;
#[cfg(feature = "client")]
mod convert;
#[cfg(feature = "client")]
mod driver;
#[cfg(feature = "client")]
mod engine;
#[cfg(feature = "client")]
mod entropy;
#[cfg(feature = "client")]
mod host;
#[cfg(feature = "client")]
mod inbound;
#[cfg(feature = "jetstream")]
pub mod jetstream;
mod memory;
#[cfg(feature = "object-store")]
pub mod object_store;
#[cfg(feature = "nkeys")]
pub mod signer;
