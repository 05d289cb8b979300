//! The browser boundary: what wasm exports, and the only code that has met a browser. Nothing here decides anything.

#[cfg(feature = "nkeys")]
pub mod signer;
