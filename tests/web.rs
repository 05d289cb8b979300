//! In a real browser, `wasm-pack test --headless --chrome`: the modules that have wasm-bindgen's boundary, and the core's
//! tests once more, in the wasm that ships instead of on a 64-bit host. The client's boundary has no wasm-bindgen; its tests
//! are tests/browser/engine/engine.test.ts.
#![cfg(target_arch = "wasm32")]

#[path = "web/machines.rs"]
mod machines;
#[path = "protocol/mod.rs"]
mod protocol;

use nats_wasm::web::signer;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// `U`: the prefix of users.
const USER: u8 = 20 << 3;

#[wasm_bindgen_test]
fn a_key_signs_and_its_public_key_verifies() {
    let seed = signer::encode_seed(USER, &[7; 32]).expect("32 bytes make a key");
    let public = signer::public_key(seed.as_bytes()).expect("it is a seed");
    assert!(public.starts_with('U'), "{public}");
    let signature = signer::sign(seed.as_bytes(), b"message").expect("it is a seed");
    assert_eq!(signer::verify(&public, b"message", &signature), Ok(true));
    assert_eq!(signer::verify(&public, b"massage", &signature), Ok(false));
}

#[wasm_bindgen_test]
fn a_bad_seed_is_refused_with_words() {
    let refused = signer::sign_nonce(b"SUAM", "nonce").expect_err("too short");
    assert!(!refused.is_empty());
}
