//! The tests of the core on this machine: `cargo test --test host`. tests/web.rs runs them in a browser.
#![cfg(not(target_arch = "wasm32"))]

#[path = "protocol/mod.rs"]
mod protocol;
