//! Socket: a WebSocket and its listeners. Owns both: a dropped socket loses its listeners and is closed without waiting, so that
//! nobody hears of it afterwards. Refuses to know the meaning of bytes.

use std::rc::Weak;

use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, WebSocket};

use super::engine::Engine;
use super::listener::{Listener, Signal};
use super::shell::Shell;
use crate::core::session::output::DialId;

pub struct Socket {
    socket: WebSocket,
    ignore: Function,
    /// Kept for as long as the socket may call them.
    _listeners: [Listener; 4],
}

impl Socket {
    /// Makes a socket of the browser for `url`. Returns the browser's error when the page may not have one.
    pub fn open(url: &str) -> Result<WebSocket, JsValue> {
        WebSocket::new(url)
    }

    /// Listens. A browser fires `close` behind each `error`, but for a dial that its Content Security Policy refuses
    /// (Chromium); sockets of other makers may fire `error` alone as well.
    pub fn new(socket: WebSocket, dial: DialId, engine: &Weak<Engine>, shell: &Shell) -> Socket {
        // Blobs are read asynchronously and could overtake each other.
        socket.set_binary_type(BinaryType::Arraybuffer);
        let listeners = [Signal::Message(dial), Signal::Open(dial), Signal::Close(dial), Signal::Error(dial)]
            .map(|signal| Listener::new(engine.clone(), shell, signal));
        let [message, open, close, error] = listeners.each_ref().map(|listener| Some(listener.function()));
        socket.set_onmessage(message);
        socket.set_onopen(open);
        socket.set_onclose(close);
        socket.set_onerror(error);
        Socket { socket, ignore: shell.ignore(), _listeners: listeners }
    }

    /// A socket that somebody else made may be open already; its open event does not come again.
    pub fn is_open(&self) -> bool {
        self.socket.ready_state() == WebSocket::OPEN
    }

    /// Sends one message. A socket that is closing discards the bytes: its close event tells the session. Only a socket that is not
    /// open yet throws, and the session does not send before the socket is open.
    pub fn send(&self, bytes: &[u8]) {
        let _ = self.socket.send_with_u8_array(bytes);
    }

    /// As `send`, of bytes that stay in JavaScript's memory, in messages of at most `limit` bytes.
    pub fn send_from_js(&self, bytes: &Uint8Array, limit: u32) {
        let length = bytes.length();
        let mut at = 0;
        while at < length {
            let end = at.saturating_add(limit).min(length);
            let _ = self.socket.send_with_js_u8_array(&bytes.subarray(at, end));
            at = end;
        }
    }

    /// Takes the listeners off and closes, without waiting.
    pub fn close(&self) {
        release(&self.socket, &self.ignore);
    }

    /// Closes a socket nobody wants.
    pub fn abandon(socket: &WebSocket, shell: &Shell) {
        release(socket, &shell.ignore());
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.close();
    }
}

/// Takes the listeners off and closes. `ignore` hears errors from now on: a socket of the npm package `ws` that is closed while it
/// connects fires one, and Node ends the process for an error without a listener.
fn release(socket: &WebSocket, ignore: &Function) {
    socket.set_onmessage(None);
    socket.set_onopen(None);
    socket.set_onclose(None);
    socket.set_onerror(Some(ignore));
    // Throws only for a bad code or reason, and none is given.
    let _ = socket.close();
}
