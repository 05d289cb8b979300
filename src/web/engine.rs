//! Engines: one for each connection, in a table of the module. Owns the table, and the one way in for the calls of the browser.
//! Refuses to know how outputs are carried out: driver.rs does.
//!
//! A trap leaves an engine as it was amid a call: its state stays borrowed, its session may be half changed. Each engine has
//! a state of its own and the table is never borrowed while an engine works, so that the other connections live on.

use std::cell::RefCell;
use std::mem;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{CloseEvent, MessageEvent};

use super::clock::{Alarm, TurnClock};
use super::entropy::PageEntropy;
use super::listener::{Listener, Signal};
use super::shell::Shell;
use super::socket::Socket;
use crate::core::session::Session;
use crate::core::session::config::Config;
use crate::core::session::output::Loss;
use crate::core::wire::rows::Rows;
use crate::core::wire::steps::Steps;

/// Most connections at a time. The lower half of a connection's number is its slot, the upper half counts the uses of the slot.
const SLOTS: u32 = 1 << 16;

/// The close code for a connection that ended without one (RFC 6455, section 7.1.5).
const ABNORMAL: u16 = 1006;

struct Slot {
    /// Number of the connection that has the slot, or had it last. A number is given again after 2^16 uses of its slot.
    number: u32,
    engine: Option<Rc<Engine>>,
}

thread_local! {
    static TABLE: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
}

pub struct Engine {
    pub number: u32,
    pub shell: Shell,
    pub state: RefCell<State>,
    /// Apart from the state, so that it can be closed when a trap has left the state borrowed.
    pub socket: RefCell<Option<Socket>>,
    pub timer: Listener,
    pub turn_end: Listener,
    #[cfg(feature = "traps")]
    pub trap: std::cell::Cell<u32>,
}

pub struct State {
    pub session: Session,
    pub rows: Rows,
    pub steps: Steps,
    pub alarm: Alarm,
    pub turn: TurnClock,
}

/// Makes an engine and returns its number, which all exports ask for.
pub fn open(config: Config, shell: Shell) -> u32 {
    let state = State {
        session: Session::new(config, Box::new(PageEntropy)),
        rows: Rows::new(),
        steps: Steps::default(),
        alarm: Alarm::default(),
        turn: TurnClock::new(),
    };
    let number = TABLE.with_borrow_mut(free_number);
    let engine = Rc::new_cyclic(|engine| Engine {
        number,
        timer: Listener::new(engine.clone(), &shell, Signal::Timer),
        turn_end: Listener::new(engine.clone(), &shell, Signal::TurnEnd),
        shell,
        state: RefCell::new(state),
        socket: RefCell::new(None),
        #[cfg(feature = "traps")]
        trap: Default::default(),
    });
    TABLE.with_borrow_mut(|table| table[slot(number)].engine = Some(engine));
    number
}

/// The number of the first free slot, one that it has not had lately.
fn free_number(table: &mut Vec<Slot>) -> u32 {
    match table.iter_mut().find(|slot| slot.engine.is_none()) {
        Some(free) => {
            free.number = free.number.wrapping_add(SLOTS);
            free.number
        }
        None => {
            let number = table.len() as u32;
            assert!(number < SLOTS, "2^16 connections are open");
            table.push(Slot { number, engine: None });
            number
        }
    }
}

fn slot(number: u32) -> usize {
    (number % SLOTS) as usize
}

/// The engine of this number; `None` when its connection is over. Each publish calls this: without closures, which the compiler
/// would call by the address of their number.
#[inline(never)]
pub fn find(number: u32) -> Option<Rc<Engine>> {
    TABLE.with(|table| {
        let table = table.borrow();
        let slot = table.get(slot(number))?;
        if slot.number == number { slot.engine.clone() } else { None }
    })
}

/// Takes an engine out of the table. Its socket, timer and session are dropped when the running call has returned.
pub fn remove(number: u32) -> Option<Rc<Engine>> {
    TABLE.with_borrow_mut(|table| {
        table.get_mut(slot(number)).filter(|slot| slot.number == number).and_then(|slot| slot.engine.take())
    })
}

/// Ends an engine that has trapped: its socket is closed, its number means nobody. The rest of the engine is leaked: the trap has
/// left it half changed, and a drop would go through it.
pub fn abandon(number: u32) {
    let Some(engine) = remove(number) else { return };
    // Read only: a trap while bytes are sent has left the socket borrowed as well.
    if let Ok(socket) = engine.socket.try_borrow() {
        socket.iter().for_each(Socket::close);
    }
    mem::forget(engine);
}

impl Engine {
    /// The one way in for the calls of the browser, each of which comes through the shell's guard.
    pub fn enter(self: &Rc<Engine>, signal: Signal, value: JsValue) {
        #[cfg(feature = "traps")]
        self.trap_when_asked(signal);
        match signal {
            Signal::Message(dial) => self.receive(dial, &value.unchecked_into::<MessageEvent>()),
            Signal::Open(dial) => self.then_settle(|session, now| session.handle_open(dial, now)),
            Signal::Close(dial) => {
                let code = value.unchecked_ref::<CloseEvent>().code();
                self.lost(dial, Loss { code, reason: self.words(&value) });
            }
            Signal::Error(dial) => self.lost(dial, Loss { code: ABNORMAL, reason: self.words(&value) }),
            Signal::Timer => self.timer_fired(),
            Signal::TurnEnd => self.turn_ended(),
        }
    }
}

#[cfg(feature = "traps")]
impl Engine {
    /// For tests: traps with the state borrowed, as a bug would, when `trap` names this signal.
    fn trap_when_asked(&self, signal: Signal) {
        let number = match signal {
            Signal::Message(_) => 1,
            Signal::Open(_) => 2,
            Signal::Close(_) | Signal::Error(_) => 3,
            Signal::Timer => 4,
            Signal::TurnEnd => 5,
        };
        if self.trap.get() == number {
            let _borrowed = self.state.borrow_mut();
            panic!("a test asked for a trap");
        }
    }
}
