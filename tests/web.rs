//! In a real browser, `wasm-pack test --headless --chrome` or `--firefox`: what the modules export, and the core's tests once
//! more, in the wasm that ships instead of on a 64-bit host. The client's exports need a nats-server, which `npm run test:wasm`
//! starts (scripts/test/wasm.mjs); without that their tests are told as ignored.
#![cfg(target_arch = "wasm32")]

#[path = "web/client.rs"]
mod client;
#[path = "web/connections.rs"]
mod connections;
#[path = "web/credentials.rs"]
mod credentials;
#[path = "web/machines.rs"]
mod machines;
#[path = "protocol/mod.rs"]
mod protocol;
#[path = "web/traps.rs"]
mod traps;

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);
