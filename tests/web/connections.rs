//! The client's boundary, driven against a nats-server as js/engine drives it: numbers in, rows and events out.

use js_sys::{JSON, Uint8Array};
use nats_wasm::core::error::Code;
use nats_wasm::core::session::Phase;
use nats_wasm::web::exports;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::client::{Client, connections, is_gone, keeper};

#[cfg_attr(not(feature = "test-server"), ignore = "`npm run test:wasm` starts the nats-server")]
#[wasm_bindgen_test]
async fn a_message_comes_back() {
    let client = Client::connect("alone").await;
    assert_eq!(exports::phase(client.number), Phase::Live as u32);
    let known = connections().await;
    assert!(known.names.iter().any(|name| name == "alone"), "{:?}", known.names);
    client.hears_itself("greet.me").await;
    assert_eq!(exports::stat(client.number, 0), 1.0, "messages in");
    assert_eq!(exports::stat(client.number, 2), 1.0, "messages out");

    let number = client.number;
    client.close().await;
    is_gone("alone", known.total).await;
    assert_eq!(exports::phase(number), Phase::Closed as u32);
    assert_eq!(exports::flush(number), -(Code::ConnectionClosed as i32));
}

#[cfg_attr(not(feature = "test-server"), ignore = "`npm run test:wasm` starts the nats-server")]
#[wasm_bindgen_test]
async fn a_bad_subject_is_refused_with_its_code() {
    let client = Client::connect("careless").await;
    assert_eq!(client.publish("two words", "x"), -(Code::BadSubject as i32));
    assert_eq!(client.subscribe(""), -(Code::BadSubject as i32));
    client.hears_itself("one.word").await;
    client.close().await;
}

#[cfg_attr(not(feature = "test-server"), ignore = "`npm run test:wasm` starts the nats-server")]
#[wasm_bindgen_test]
async fn two_connections_talk_and_are_not_mixed_up() {
    let (asking, answering) = (Client::connect("asking").await, Client::connect("answering").await);
    assert_ne!(asking.number, answering.number);
    // Both have the same sid.
    assert_eq!(asking.subscribe("to.asking"), answering.subscribe("to.answering"));
    answering.flush().await;

    let ticket = asking.request("to.answering", "how much?", 5000.0);
    let question = answering.next("message").await;
    assert_eq!(question.text("payload"), "how much?");
    assert_eq!(question.number("ticket"), 0.0);
    assert_eq!(answering.publish(&question.text("reply"), "42"), 0);
    let reply = asking.next("message").await;
    assert_eq!(reply.text("payload"), "42");
    assert_eq!(reply.number("ticket"), f64::from(ticket));

    assert_eq!(answering.publish("to.asking", "unasked"), 0);
    assert_eq!(asking.message().await, ("to.asking".into(), "unasked".into()));
    asking.close().await;
    answering.hears_itself("still.here").await;
    answering.close().await;
}

#[cfg_attr(not(feature = "test-server"), ignore = "`npm run test:wasm` starts the nats-server")]
#[wasm_bindgen_test]
async fn a_request_to_nobody_fails_at_once_and_one_to_the_silent_in_time() {
    let client = Client::connect("hopeful").await;
    for (subject, timeout, code) in [("nobody", 9000.0, Code::NoResponders), ("silent", 50.0, Code::Timeout)]
    {
        client.subscribe("silent");
        let ticket = client.request(subject, "?", timeout);
        let failed = client.next("requestsFailed").await;
        assert_eq!(failed.number("code"), f64::from(code as u16));
        let tickets = JSON::stringify(&failed.field("tickets")).expect("an array");
        assert_eq!(String::from(tickets), format!("[{ticket}]"));
    }
    client.close().await;
}

/// Sent from JavaScript's memory, cut by the server into several WebSocket messages, and joined again.
#[cfg_attr(not(feature = "test-server"), ignore = "`npm run test:wasm` starts the nats-server")]
#[wasm_bindgen_test]
async fn a_large_message_comes_back_whole() {
    let client = Client::connect("large").await;
    client.subscribe("large");
    let text: String = (0..60_000).map(|line| format!("{line}\n")).collect();
    let (headers, payload) = (Uint8Array::new_with_length(0), Uint8Array::from(text.as_bytes()));
    let subject = client.write("large");
    assert_eq!(exports::publish_large(client.number, subject, 0, &headers, &payload), 0);
    assert!(client.message().await.1 == text, "the payload is another");
    client.close().await;
}

#[cfg_attr(not(feature = "test-server"), ignore = "`npm run test:wasm` starts the nats-server")]
#[wasm_bindgen_test]
async fn a_killed_server_is_dialled_again() {
    let client = Client::connect("faithful").await;
    client.subscribe("news");
    client.flush().await;
    keeper("kill").await;
    client.next("disconnected").await;
    client.next("dialFailed").await;
    assert_eq!(client.publish("news", "written meanwhile"), 0);
    keeper("restart").await;
    client.next("reconnected").await;
    assert_eq!(client.message().await, ("news".into(), "written meanwhile".into()));
    client.close().await;
}
