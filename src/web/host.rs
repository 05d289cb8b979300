//! What Rust asks of TypeScript. `js/engine/raw.ts` describes each call from the other side.
//!
//! Every call catches: an exception that passed through wasm frames would leave the shadow stack unbalanced.

use js_sys::{Array, ArrayBuffer};
use wasm_bindgen::prelude::*;

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
    pub fn read_info(this: &Host, line: js_sys::Uint8Array) -> Result<InfoFields, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = connectLine)]
    pub fn connect_line(this: &Host, server: i32, nonce: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = redialDelay)]
    pub fn redial_delay(this: &Host) -> Result<f64, JsValue>;

    #[wasm_bindgen(method, structural, catch, js_name = openSocket)]
    pub fn open_socket(this: &Host, url: &str) -> Result<JsValue, JsValue>;
}

// INFO, read through typed getters: serde's way in would cost 20 KB of gzipped wasm for the same five fields.
#[wasm_bindgen]
extern "C" {
    pub type InfoFields;

    #[wasm_bindgen(method, structural, getter)]
    pub fn max_payload(this: &InfoFields) -> Option<f64>;
    #[wasm_bindgen(method, structural, getter)]
    pub fn headers(this: &InfoFields) -> Option<bool>;
    #[wasm_bindgen(method, structural, getter)]
    pub fn nonce(this: &InfoFields) -> Option<String>;
    #[wasm_bindgen(method, structural, getter)]
    pub fn connect_urls(this: &InfoFields) -> Option<Array>;
    #[wasm_bindgen(method, structural, getter)]
    pub fn ldm(this: &InfoFields) -> Option<bool>;
}

// What the engine is made with; TypeScript has checked every value and filled in every default.
#[wasm_bindgen]
extern "C" {
    pub type EngineOptions;

    #[wasm_bindgen(method, structural, getter)]
    pub fn servers(this: &EngineOptions) -> Array;
    #[wasm_bindgen(method, structural, getter)]
    pub fn shuffle(this: &EngineOptions) -> bool;
    #[wasm_bindgen(method, structural, getter, js_name = ignoreClusterUpdates)]
    pub fn ignore_cluster_updates(this: &EngineOptions) -> bool;
    #[wasm_bindgen(method, structural, getter)]
    pub fn timeout(this: &EngineOptions) -> f64;
    #[wasm_bindgen(method, structural, getter)]
    pub fn reconnect(this: &EngineOptions) -> bool;
    #[wasm_bindgen(method, structural, getter, js_name = maxReconnectAttempts)]
    pub fn max_reconnect_attempts(this: &EngineOptions) -> f64;
    #[wasm_bindgen(method, structural, getter, js_name = reconnectTimeWait)]
    pub fn reconnect_time_wait(this: &EngineOptions) -> f64;
    #[wasm_bindgen(method, structural, getter, js_name = reconnectJitter)]
    pub fn reconnect_jitter(this: &EngineOptions) -> f64;
    #[wasm_bindgen(method, structural, getter, js_name = asksRedialDelay)]
    pub fn asks_redial_delay(this: &EngineOptions) -> bool;
    #[wasm_bindgen(method, structural, getter, js_name = waitOnFirstConnect)]
    pub fn wait_on_first_connect(this: &EngineOptions) -> bool;
    #[wasm_bindgen(method, structural, getter, js_name = ignoreAuthErrorAbort)]
    pub fn ignore_auth_error_abort(this: &EngineOptions) -> bool;
    #[wasm_bindgen(method, structural, getter, js_name = pingInterval)]
    pub fn ping_interval(this: &EngineOptions) -> f64;
    #[wasm_bindgen(method, structural, getter, js_name = maxPingOut)]
    pub fn max_ping_out(this: &EngineOptions) -> f64;
    #[wasm_bindgen(method, structural, getter, js_name = wakeTimeout)]
    pub fn wake_timeout(this: &EngineOptions) -> f64;
    #[wasm_bindgen(method, structural, getter, js_name = reconnectBufferSize)]
    pub fn reconnect_buffer_size(this: &EngineOptions) -> f64;
    #[wasm_bindgen(method, structural, getter, js_name = inboxPrefix)]
    pub fn inbox_prefix(this: &EngineOptions) -> String;
    #[wasm_bindgen(method, structural, getter, js_name = failRequestsOnDisconnect)]
    pub fn fail_requests_on_disconnect(this: &EngineOptions) -> bool;

    pub type ServerOption;

    #[wasm_bindgen(method, structural, getter)]
    pub fn url(this: &ServerOption) -> String;
    #[wasm_bindgen(method, structural, getter)]
    pub fn name(this: &ServerOption) -> String;
}
