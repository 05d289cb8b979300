//! The protocol core of nats-wasm. ARCHITECTURE.md is the way in.

pub mod core;
