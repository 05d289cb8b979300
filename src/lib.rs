//! The protocol core of nats-wasm. ARCHITECTURE.md is the way in.

pub mod core;

#[cfg(target_arch = "wasm32")]
pub mod web;
