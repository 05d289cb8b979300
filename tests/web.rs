//! In a real browser, `wasm-pack test --headless --chrome`: the modules that have wasm-bindgen's boundary, and the core's
//! tests once more, in the wasm that ships instead of on a 64-bit host. The client's boundary has no wasm-bindgen; its tests
//! are tests/browser/engine/engine.test.ts.
#![cfg(target_arch = "wasm32")]

#[path = "web/credentials.rs"]
mod credentials;
#[path = "web/machines.rs"]
mod machines;
#[path = "protocol/mod.rs"]
mod protocol;

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);
