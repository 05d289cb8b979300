//! What Rust asks of TypeScript. `js/engine/raw.ts` describes each call from the other side.
//!
//! A call that may throw catches: an exception that passed through wasm frames would leave the shadow stack unbalanced.

use wasm_bindgen::prelude::*;
use web_sys::WebSocket;

use super::fields::Fields;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    pub type Host;

    /// Does not throw.
    #[wasm_bindgen(method, structural)]
    pub fn listen(this: &Host, socket: &WebSocket, dial: u32);

    /// Does not throw.
    #[wasm_bindgen(method, structural)]
    pub fn load(this: &Host, at: usize, length: usize, into: *mut u8);

    #[wasm_bindgen(method, structural, catch)]
    pub fn notify(this: &Host, event: JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = readInfo)]
    pub fn read_info(this: &Host, line: js_sys::Uint8Array) -> Result<Fields, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = connectLine)]
    pub fn connect_line(this: &Host, server: i32, nonce: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = redialDelay)]
    pub fn redial_delay(this: &Host) -> Result<f64, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = chooseServer)]
    pub fn choose_server(this: &Host) -> Result<Fields, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = openSocket)]
    pub fn open_socket(this: &Host, url: &str) -> Result<JsValue, JsValue>;
}
