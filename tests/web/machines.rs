//! The machines as TypeScript meets them: rooms in their memory, numbers, and objects.

use js_sys::JSON;
use nats_wasm::web::machines::idle::Idle;
use nats_wasm::web::machines::pull::{Pull, PullFlag, PullOutput, StatusKind};
use nats_wasm::web::machines::read::Read;
use nats_wasm::web::machines::watch::{Watch, WatchOperation, WatchVerdict};
use nats_wasm::web::machines::write::Write;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

/// FIPS 180-2: SHA-256 of "abc".
const SUM: [u8; 32] = [
    0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0,
    0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
];

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
    let mut idle = Idle::new(0.0, 100.0);
    assert_eq!(idle.deadline(), 100.0);
    assert_eq!(idle.handle_timeout(100.0), 0);
    assert_eq!(idle.handle_timeout(200.0), 2);
    idle.pause();
    assert_eq!(idle.deadline(), -1.0);
}

#[wasm_bindgen_test]
fn requests_and_notices_are_plain_objects() {
    let flags = PullFlag::Endless as u32 | PullFlag::Watches as u32;
    let mut pull = Pull::new(0.0, flags, 100.0, 0.0, 75.0, 0.0, 30_000.0, 15_000.0);
    assert!(matches!(pull.poll_output(), PullOutput::Request));
    assert_eq!(json(pull.request()), r#"{"messages":100,"bytes":0,"expires":30000,"heartbeat":15000}"#);
    assert!(matches!(pull.poll_output(), PullOutput::Timeout));
    assert_eq!(pull.deadline(), 15_000.0);

    pull.handle_status(1.0, StatusKind::Heartbeat, 0.0, 0.0);
    assert!(matches!(pull.poll_output(), PullOutput::Notice));
    assert_eq!(json(pull.notice()), r#"{"type":"heartbeat"}"#);

    // More than a server ever says, and more than an integer of JavaScript holds.
    pull.handle_status(2.0, StatusKind::Ended, 5.0, 1e300);
    assert!(matches!(pull.poll_output(), PullOutput::Notice));
    assert_eq!(json(pull.notice()), r#"{"type":"discard","messages":5,"bytes":18446744073709552000}"#);
}

#[wasm_bindgen_test]
fn missing_heartbeats_are_told_with_their_count() {
    let flags = PullFlag::Endless as u32 | PullFlag::Watches as u32;
    let mut pull = Pull::new(0.0, flags, 1.0, 0.0, 0.0, 0.0, 30_000.0, 1000.0);
    for now in [1000.0, 2000.0] {
        pull.handle_timeout(now);
    }
    assert!(matches!(pull.poll_output(), PullOutput::Request));
    assert!(matches!(pull.poll_output(), PullOutput::Notice));
    assert_eq!(json(pull.notice()), r#"{"type":"heartbeats_missed","count":2}"#);
}

#[wasm_bindgen_test]
fn a_verdict_is_the_sum_of_its_parts() {
    let mut watch = Watch::new(false, false);
    let verdict = watch.handle_entry(1.0, 0.0, WatchOperation::Put);
    assert_eq!(verdict, WatchVerdict::Tell as u32 | WatchVerdict::IsInitialized as u32);
    let verdict = watch.handle_entry(2.0, 0.0, WatchOperation::Purge);
    assert_eq!(verdict, WatchVerdict::Tell as u32 | WatchVerdict::IsUpdate as u32);
}

/// What TypeScript does with a room: it writes there.
fn place(room: usize, length: usize, bytes: &[u8]) {
    assert!(length >= bytes.len());
    // SAFETY: the room lies in this module's own memory, and is at least that long.
    unsafe { std::slice::from_raw_parts_mut(room as *mut u8, bytes.len()) }.copy_from_slice(bytes);
}

fn json(object: impl Into<JsValue>) -> String {
    JSON::stringify(&object.into()).expect("no circle").into()
}
