//! What Rust asks of TypeScript. `js/engine/raw.ts` describes each call from the other side.
//!
//! Every call catches: an exception that passed through wasm frames would leave the shadow stack unbalanced.

use js_sys::ArrayBuffer;
use wasm_bindgen::prelude::*;

use super::fields::Fields;

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    pub type Host;

    #[wasm_bindgen(method, structural, catch)]
    pub fn deliver(
        this: &Host,
        event: &ArrayBuffer,
        joined: &JsValue,
        rows: *const u32,
        count: u32,
        generation: u32,
    ) -> Result<(), JsValue>;

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
