//! Shell: the requests of the client's module to TypeScript, one object for each connection; `js/engine/shell.ts` is the other half.
//! Owns the names that cross. Decides nothing.
//!
//! No method throws: an exception that passes through wasm frames ends the connection as a trap does. `take`, `load` and `words`
//! call no export, so that they may run while a state is borrowed; all others may call exports before they return.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WebSocket};

use crate::core::session::output::DialId;

#[wasm_bindgen]
extern "C" {
    pub type Shell;

    /// A function for the browser to call, which hands its argument on to `listener`, and ends the connection when the listener
    /// traps.
    #[wasm_bindgen(method)]
    pub fn guard(this: &Shell, listener: &JsValue) -> Function;

    /// A function that does nothing.
    #[wasm_bindgen(method)]
    pub fn ignore(this: &Shell) -> Function;

    /// Holds the bytes of a WebSocket message until they are delivered. When they are at most `room`, copies those from `skip` on to
    /// `into`. Returns the length of the message; -1 for text.
    #[wasm_bindgen(method)]
    pub fn take(this: &Shell, event: &MessageEvent, into: *mut u8, room: usize, skip: usize) -> f64;

    /// Copies bytes of that message: `length` of them from offset `at`.
    #[wasm_bindgen(method)]
    pub fn load(this: &Shell, at: usize, length: usize, into: *mut u8);

    /// Delivers a window: `count` rows (src/core/wire/rows.rs) of one generation of subjects, and the steps that join a cut op
    /// (src/core/wire/steps.rs). User code runs in here. `is_end`: this window is the last of the message.
    #[wasm_bindgen(method)]
    #[allow(clippy::too_many_arguments)] // one crossing; each is a number
    pub fn deliver(
        this: &Shell,
        rows: *const u32,
        count: usize,
        generation: u32,
        steps: *const u32,
        step_words: usize,
        held: *const u8,
        is_end: bool,
    );

    /// Writes the words of an error or an event of a socket into scratch, and returns their length in bytes. The error event of a
    /// browser has none, so that pages cannot scan networks; those of other sockets have words.
    #[wasm_bindgen(method)]
    pub fn words(this: &Shell, said: &JsValue) -> usize;

    /// Whether the application or the page itself provides the socket of this dial; `attach` or `lost` follows then, now or
    /// later.
    #[wasm_bindgen(method, js_name = providesSocket)]
    pub fn provides_socket(this: &Shell, dial: DialId, url: &str) -> bool;

    /// The socket of a dial, before anything is heard of it.
    #[wasm_bindgen(method)]
    pub fn watch(this: &Shell, socket: &WebSocket);

    /// The first INFO of a socket, JSON text: `greeted`, `unreadable` or `refused` follows, now or later.
    #[wasm_bindgen(method)]
    pub fn greet(this: &Shell, dial: DialId, url: &str, info: &[u8]);

    /// A later INFO: `informed` or `unreadable` follows.
    #[wasm_bindgen(method, js_name = readInfo)]
    pub fn read_info(this: &Shell, dial: DialId, info: &[u8]);

    /// Milliseconds before the next dial, of the application's `reconnectDelayHandler`.
    #[wasm_bindgen(method, js_name = redialDelay)]
    pub fn redial_delay(this: &Shell) -> f64;

    /// The application's `reconnectToServer`: `chosen` or `refused` follows.
    #[wasm_bindgen(method, js_name = chooseServer)]
    pub fn choose_server(this: &Shell, dial: DialId);

    /// An event of src/core/session/event.rs, as a plain object.
    #[wasm_bindgen(method)]
    pub fn notify(this: &Shell, event: JsValue);
}
