//! Socket: a WebSocket and its listeners. Dropping it takes the listeners off and closes it, without waiting: nothing
//! it does afterwards is seen.

use std::rc::Weak;

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

use super::driver::Driver;
use crate::core::session::output::{DialId, Loss};

pub struct Socket {
    socket: WebSocket,
    // Owned here because the browser calls them for as long as they are set.
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    pub fn new(socket: WebSocket, dial: DialId, driver: Weak<Driver>) -> Socket {
        // Blobs would have to be read asynchronously and could overtake each other.
        socket.set_binary_type(BinaryType::Arraybuffer);

        let on_open = {
            let driver = driver.clone();
            Closure::<dyn FnMut()>::new(move || {
                if let Some(driver) = driver.upgrade() {
                    driver.on_open(dial);
                }
            })
        };
        let on_message = {
            let driver = driver.clone();
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                let Some(driver) = driver.upgrade() else { return };
                match event.data().dyn_into::<ArrayBuffer>() {
                    Ok(buffer) => driver.on_message(dial, &buffer),
                    // A text message: no NATS server sends one.
                    Err(_) => {
                        driver.on_close(dial, Loss { code: 1003, reason: "a text message arrived".into() })
                    }
                }
            })
        };
        // The error event says nothing (the page may not learn why a cross-origin connection failed) and close
        // always follows it.
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            if let Some(driver) = driver.upgrade() {
                driver.on_close(dial, Loss { code: event.code(), reason: event.reason() });
            }
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Socket { socket, _on_open: on_open, _on_message: on_message, _on_close: on_close }
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
