//! Socket: a WebSocket and its listeners. Dropping it takes the listeners off and closes it, without waiting: nothing
//! it does afterwards is seen.

use std::rc::Weak;

use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::WebSocket;

use super::driver::Driver;
use super::signal::{Listener, Signal};
use crate::core::session::output::DialId;

pub struct Socket {
    socket: WebSocket,
    // Owned here because the browser calls them for as long as they are set.
    _listeners: [Listener; 2],
}

impl Socket {
    pub fn new(socket: WebSocket, dial: DialId, driver: &Weak<Driver>) -> Socket {
        // The error event says nothing (the page may not learn why a cross-origin connection failed) and close
        // always follows it. Messages are heard in TypeScript (js/engine/inbound.ts).
        let listeners =
            [Signal::Open(dial), Signal::Close(dial)].map(|signal| Listener::new(driver.clone(), signal));
        let [on_open, on_close] =
            listeners.each_ref().map(|it| Some(it.function().unchecked_ref::<Function>()));
        socket.set_onopen(on_open);
        socket.set_onclose(on_close);
        Socket { socket, _listeners: listeners }
    }

    /// A socket factory may hand over one that is open already; its open event will not come again.
    pub fn is_open(&self) -> bool {
        self.socket.ready_state() == WebSocket::OPEN
    }

    pub fn send(&self, bytes: &[u8]) -> Result<(), JsValue> {
        self.socket.send_with_u8_array(bytes)
    }

    pub fn send_from_js(&self, bytes: &Uint8Array) -> Result<(), JsValue> {
        self.socket.send_with_js_u8_array(bytes)
    }

    pub fn buffered_amount(&self) -> u32 {
        self.socket.buffered_amount()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Throws only for a bad code or reason, and none is given.
        let _ = self.socket.close();
    }
}
