//! In a real browser, `wasm-pack test --headless --chrome`: the modules that have wasm-bindgen's boundary, and the core's
//! tests once more, in the wasm that ships instead of on a 64-bit host. The client's boundary has no wasm-bindgen; its tests
//! are tests/browser/engine/engine.test.ts.
#![cfg(target_arch = "wasm32")]

#[path = "protocol/mod.rs"]
mod protocol;

use nats_wasm::web::jetstream::Idle;
use nats_wasm::web::object_store::{Read, Write};
use nats_wasm::web::signer;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// `U`: the prefix of users.
const USER: u8 = 20 << 3;
/// FIPS 180-2: SHA-256 of "abc".
const SUM: [u8; 32] = [
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0,
    0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
];

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

#[wasm_bindgen_test]
fn a_digest_is_that_of_the_standard() {
    let mut write = Write::new(128.0, 1024.0, 4, 1000.0);
    place(write.room(), write.room_len(), b"abc");
    write.feed(3);
    assert_eq!(write.sum(), SUM);
    let mut read = Read::new(3.0, 1.0, &SUM);
    place(read.room(), read.room_len(), b"abc");
    read.feed(3);
    assert_eq!(read.received_chunks(), 0.0, "chunks are counted by their messages");
}

#[wasm_bindgen_test]
fn silence_is_counted_in_intervals() {
    let mut idle = Idle::new(0.0, 100.0, 2);
    assert_eq!(idle.deadline(), 100.0);
    assert_eq!(idle.handle_timeout(100.0), 0);
    assert_eq!(idle.handle_timeout(200.0), 2);
    idle.pause();
    assert_eq!(idle.deadline(), -1.0);
}

/// What TypeScript does with a room: it writes there.
fn place(room: usize, length: usize, bytes: &[u8]) {
    assert!(length >= bytes.len());
    // SAFETY: the room lies in this module's own memory, and is at least that long.
    unsafe { std::slice::from_raw_parts_mut(room as *mut u8, bytes.len()) }.copy_from_slice(bytes);
}
