//! Listeners: closures that the browser calls. Owns their one kind, since each kind brings shims of its own, and their one way in:
//! [`Engine::enter`], behind the shell's guard. Refuses to act: the engine does.

use std::rc::Weak;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::engine::Engine;
use super::shell::Shell;
use crate::core::session::output::DialId;

/// Why the browser calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    Message(DialId),
    Open(DialId),
    Close(DialId),
    Error(DialId),
    /// The session's timer.
    Timer,
    /// The microtask behind the code of a turn.
    TurnEnd,
}

/// A function that the browser may call for as long as the listener is kept. A listener keeps no engine alive: a call that comes
/// late finds nobody.
pub struct Listener {
    _closure: Closure<dyn Fn(JsValue)>,
    function: Function,
}

impl Listener {
    pub fn new(engine: Weak<Engine>, shell: &Shell, signal: Signal) -> Listener {
        let closure = Closure::<dyn Fn(JsValue)>::new(move |value| {
            if let Some(engine) = engine.upgrade() {
                engine.enter(signal, value);
            }
        });
        let function = shell.guard(closure.as_ref());
        Listener { _closure: closure, function }
    }

    pub fn function(&self) -> &Function {
        &self.function
    }
}
