//! What a browser calls back for. One kind of closure for all of it: each kind would bring its own shims.

use std::rc::Weak;

use wasm_bindgen::prelude::*;

use super::driver::Driver;
use crate::core::session::output::DialId;

/// Carries the value the browser calls with, where there is one, to [`Driver::on`].
#[derive(Clone, Copy)]
pub enum Signal {
    /// The turn in which something was written is over.
    Flush,
    Alarm,
    Open(DialId),
    Close(DialId),
    /// The user's factory has made a socket.
    SocketMade(DialId),
    /// The user's factory has failed.
    SocketFailed(DialId),
    /// The CONNECT line is made.
    LineMade(DialId),
    /// An authenticator has failed.
    LineFailed(DialId),
}

/// The browser may call it for as long as it is kept; it keeps nothing alive.
pub struct Listener(Closure<dyn FnMut(JsValue)>);

impl Listener {
    pub fn new(driver: Weak<Driver>, signal: Signal) -> Listener {
        let call: Box<dyn FnMut(JsValue)> = Box::new(move |value| {
            if let Some(driver) = driver.upgrade() {
                driver.on(signal, value);
            }
        });
        Listener(Closure::wrap(call))
    }

    pub fn function(&self) -> &JsValue {
        self.0.as_ref()
    }
}

#[wasm_bindgen]
extern "C" {
    /// A promise, or anything else that has `then`.
    type Later;

    #[wasm_bindgen(method)]
    fn then(this: &Later, made: &JsValue, failed: &JsValue);
}

/// Signals what becomes of a promise.
pub fn when_settled(promise: JsValue, driver: Weak<Driver>, made: Signal, failed: Signal) {
    let made = Listener::new(driver.clone(), made).0.into_js_value();
    let failed = Listener::new(driver, failed).0.into_js_value();
    promise.unchecked_into::<Later>().then(&made, &failed);
}
