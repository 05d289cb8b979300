//! The boundary of the wasm modules: what they export, and what the client asks of the page. Nothing here decides
//! anything.

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
#[cfg(feature = "object-store")]
pub mod object_store;
#[cfg(feature = "nkeys")]
pub mod signer;
