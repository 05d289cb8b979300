//! What the client's module asks of TypeScript; `js/engine/host.ts` is the other half. Numbers only: text is an address
//! and a length.
//!
//! No call throws: an exception that passed through wasm frames would leave the shadow stack unbalanced. But for
//! `send`, `send_large` and `load` they may come straight back into the engine.

mod imports {
    #[link(wasm_import_module = "./host")]
    unsafe extern "C" {
        pub safe fn now() -> f64;
        pub safe fn random(into: *mut u8, length: usize);
        pub safe fn set_alarm(milliseconds: f64);
        pub safe fn end_turn();
        pub safe fn load(at: usize, length: usize, into: *mut u8);
        pub safe fn send(at: *const u8, length: usize);
        pub safe fn send_large(limit: u32);
        pub safe fn dial(dial: u32, url: *const u8, length: usize);
        pub safe fn hang_up();
        pub safe fn read_info(dial: u32, line: *const u8, length: usize);
        pub safe fn connect_line(dial: u32, server: i32, nonce: *const u8, length: usize);
        pub safe fn redial_delay(dial: u32);
        pub safe fn choose_server(dial: u32);
        pub safe fn number(name: *const u8, name_length: usize, value: u32);
        pub safe fn text(name: *const u8, name_length: usize, at: *const u8, length: usize);
        pub safe fn numbers(name: *const u8, name_length: usize, at: *const u32, count: usize);
        pub safe fn texts(name: *const u8, name_length: usize);
        pub safe fn item(at: *const u8, length: usize);
        pub safe fn notify();
    }
}

use crate::core::session::output::DialId;

/// `send_large(limit)`: sends the bytes TypeScript holds, in messages of at most `limit` bytes. `set_alarm`: calls `ring`
/// after so many milliseconds, and not for an alarm set before; negative: never. `end_turn`: calls `turn_ended` after the
/// current turn's code, before any event. `notify`: the event whose fields were told is complete.
pub use imports::{choose_server, end_turn, hang_up, notify, now, redial_delay, send_large, set_alarm};

pub fn random(into: &mut [u8]) {
    imports::random(into.as_mut_ptr(), into.len());
}

/// Copies bytes of the event that is being received.
pub fn load(at: usize, into: &mut [u8]) {
    imports::load(at, into.len(), into.as_mut_ptr());
}

/// A socket that is closing discards what it is given; its close event tells the session.
pub fn send(bytes: &[u8]) {
    imports::send(bytes.as_ptr(), bytes.len());
}

/// Opens a socket: `attach`, or `lost` when it cannot be made.
pub fn dial(dial: DialId, url: &str) {
    imports::dial(dial, url.as_ptr(), url.len());
}

/// Answered by `info` or `unreadable`.
pub fn read_info(dial: DialId, line: &[u8]) {
    imports::read_info(dial, line.as_ptr(), line.len());
}

/// Answered by `line` or `refuse`. `server`: -1 for one learnt from the cluster.
pub fn connect_line(dial: DialId, server: i32, nonce: &str) {
    imports::connect_line(dial, server, nonce.as_ptr(), nonce.len());
}

/// A field of the event that is told next.
pub fn number(name: &str, value: u32) {
    imports::number(name.as_ptr(), name.len(), value);
}

pub fn text(name: &str, text: &str) {
    imports::text(name.as_ptr(), name.len(), text.as_ptr(), text.len());
}

pub fn numbers(name: &str, numbers: &[u32]) {
    imports::numbers(name.as_ptr(), name.len(), numbers.as_ptr(), numbers.len());
}

pub fn texts(name: &str, texts: &[String]) {
    imports::texts(name.as_ptr(), name.len());
    texts.iter().for_each(|text| item(text));
}

/// One more text of the list that was begun last, by `texts` or by the call that asks for it.
pub fn item(text: &str) {
    imports::item(text.as_ptr(), text.len());
}
