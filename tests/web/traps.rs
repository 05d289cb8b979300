//! A trap ends one connection and no other, whichever way the browser came in: the socket is closed, the shell is told, the
//! number means nobody, and its slot is used again.

use nats_wasm::core::error::Code;
use nats_wasm::core::session::Phase;
use nats_wasm::web::exports;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::client::{Client, connections, is_gone};

/// The lower half of a number (src/web/engine.rs).
const SLOTS: u32 = 1 << 16;

// Numbers of `exports::trap_in`.
const MESSAGE: u32 = 1;
const OPEN: u32 = 2;
const CLOSE: u32 = 3;
const TIMER: u32 = 4;
const TURN_END: u32 = 5;

#[cfg_attr(not(feature = "test-server"), ignore = "`npm run test:wasm` starts the nats-server")]
#[wasm_bindgen_test]
async fn a_trap_in_a_message_ends_one_connection() {
    let doomed = Client::connect("trapped in a message").await;
    ends_alone(doomed, MESSAGE, |doomed| assert_eq!(exports::flush(doomed.number), 0)).await;
}

#[cfg_attr(not(feature = "test-server"), ignore = "`npm run test:wasm` starts the nats-server")]
#[wasm_bindgen_test]
async fn a_trap_in_an_open_ends_one_connection() {
    let doomed = Client::open("trapped in an open").await;
    ends_alone(doomed, OPEN, |doomed| exports::connect(doomed.number)).await;
}

#[cfg_attr(not(feature = "test-server"), ignore = "`npm run test:wasm` starts the nats-server")]
#[wasm_bindgen_test]
async fn a_trap_in_a_close_ends_one_connection() {
    let doomed = Client::connect("trapped in a close").await;
    ends_alone(doomed, CLOSE, |doomed| doomed.shell.socket().close().expect("a good code")).await;
}

#[cfg_attr(not(feature = "test-server"), ignore = "`npm run test:wasm` starts the nats-server")]
#[wasm_bindgen_test]
async fn a_trap_in_a_timer_ends_one_connection() {
    let doomed = Client::connect("trapped in a timer").await;
    assert!(doomed.subscribe("silent") > 0);
    ends_alone(doomed, TIMER, |doomed| assert_ne!(doomed.request("silent", "?", 50.0), 0)).await;
}

#[cfg_attr(not(feature = "test-server"), ignore = "`npm run test:wasm` starts the nats-server")]
#[wasm_bindgen_test]
async fn a_trap_at_the_end_of_a_turn_ends_one_connection() {
    let doomed = Client::connect("trapped at the end of a turn").await;
    ends_alone(doomed, TURN_END, |doomed| assert_eq!(doomed.publish("nobody", "x"), 0)).await;
}

async fn ends_alone(doomed: Client, kind: u32, provoke: impl FnOnce(&Client)) {
    let other = Client::connect("other").await;
    other.subscribe("to.other");
    let before = connections().await;
    // A connection that traps when it opens has not said its name yet.
    let (name, total) = match kind {
        OPEN => ("", before.total + 1.0),
        _ => (doomed.name, before.total),
    };
    assert_eq!(before.names.iter().any(|open| open == name), kind != OPEN);

    exports::trap_in(doomed.number, kind);
    provoke(&doomed);
    let told = doomed.next("trapped").await.text("text");
    assert!(told.starts_with("RuntimeError: unreachable"), "{told}");
    is_refused(&doomed);
    is_gone(name, total).await;

    other.hears_itself("still.here").await;

    let next = Client::connect("next").await;
    assert_eq!(next.number, doomed.number + SLOTS, "the slot is free, under another number");
    next.subscribe("to.next");
    next.flush().await;
    is_refused(&doomed);
    assert_eq!(other.publish("to.next", "from the other"), 0);
    assert_eq!(next.message().await, ("to.next".into(), "from the other".into()));
    assert_eq!(next.publish("to.other", "from the next"), 0);
    assert_eq!(other.message().await, ("to.other".into(), "from the next".into()));
    next.close().await;
    other.close().await;
}

/// Every export answers for this connection as for one that was closed in order.
fn is_refused(client: &Client) {
    let closed = -(Code::ConnectionClosed as i32);
    let number = client.number;
    assert_eq!(client.publish("any", "x"), closed);
    assert_eq!(client.subscribe("any"), closed);
    assert_eq!(exports::flush(number), closed);
    assert_eq!(exports::drain(number), closed);
    assert_eq!(exports::reconnect(number), closed);
    assert_eq!(exports::phase(number), Phase::Closed as u32);
    assert_eq!(String::from(exports::server(number)), "");
    exports::connect(number);
    exports::close(number);
}
