//! The boundary in a real browser: `wasm-pack test --headless --chrome`.
//!
//! Tests that need a server take its URL from NATS_WASM_SERVER at compile time; `npm run test:wasm` starts one and sets
//! it. Without it they say that they were not run.
#![cfg(target_arch = "wasm32")]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Function, Object, Promise, Reflect, Uint8Array};
use nats_wasm::core::error::Code;
use nats_wasm::core::wire::rows::{FLAG_JOINED, FLAG_LAST, FLAG_REPLY, ROW_WORDS, Rows};
use nats_wasm::core::wire::steps::{
    REPORT_COUNT, REPORT_HELD, REPORT_ROWS, REPORT_SETTLE, REPORT_STEP_WORDS, REPORT_STEPS, REPORT_WORDS,
    STAGE, STEP_EVENT, STEP_FINISH, STEP_HELD, STEP_OWN, STEP_SLAB, STEP_WORDS,
};
use nats_wasm::web::Engine;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{BinaryType, MessageEvent, WebSocket};

wasm_bindgen_test_configure!(run_in_browser);

/// Nothing listens there.
const NOWHERE: &str = "ws://127.0.0.1:1";
const SERVER: Option<&str> = option_env!("NATS_WASM_SERVER");

#[wasm_bindgen_test]
async fn a_refused_dial_rejects_connect_and_tells_closed_once() {
    let page = Page::new(NOWHERE);
    let failure = JsFuture::from(page.engine.connect()).await.expect_err("nobody listens there");
    assert_eq!(number(&failure, "code"), f64::from(Code::ConnectionRefused as u16));
    assert_eq!(page.count("closed"), 1);
    assert_eq!(page.count("dialFailed"), 1);
    let told = page.event("dialFailed");
    assert_eq!(string(&told, "url"), NOWHERE, "events are plain objects in camelCase");
    assert_eq!(string(&told, "phase"), "dial");
    assert_eq!(page.engine.phase(), 6, "closed");
}

#[wasm_bindgen_test]
fn close_is_idempotent_and_refuses_what_comes_after() {
    let page = Page::new(NOWHERE);
    page.engine.close();
    page.engine.close();
    assert_eq!(page.count("closed"), 1);
    assert_eq!(page.engine.publish_to(page.scratch(b"a"), 0, 0, 0), -(Code::ConnectionClosed as i32));
}

#[wasm_bindgen_test]
fn a_subject_with_white_space_is_refused_by_its_code() {
    let page = Page::new(NOWHERE);
    assert_eq!(page.engine.prepare(page.scratch(b"a\r\nPUB b 0")), -(Code::BadSubject as i32));
    assert_eq!(page.engine.prepare(page.scratch(b"a b")), -(Code::BadSubject as i32));
    assert_eq!(page.engine.prepare(page.scratch(b"")), -(Code::BadSubject as i32));
}

#[wasm_bindgen_test]
async fn a_throwing_host_does_not_unbalance_the_engine() {
    let page = Page::new(NOWHERE);
    set(&page.host, "notify", &Function::new_no_args("throw new Error('host')"));
    JsFuture::from(page.engine.connect()).await.expect_err("nobody listens there");
    assert_eq!(page.engine.phase(), 6, "the session went on to its end");
}

#[wasm_bindgen_test]
async fn messages_reach_the_host_as_rows_over_the_event() {
    let Some(page) = Page::connected().await else { return };
    let sid = page.subscribe(b"web.rows");
    page.publish(b"web.rows", b"hello");
    page.flushed().await;
    let messages = page.messages();
    assert_eq!(messages.len(), 1);
    assert_eq!((messages[0].sid, &messages[0].payload[..]), (sid as u32, &b"hello"[..]));
}

/// To browsers the server cuts its stream every 4096 bytes, so most of these span events.
#[wasm_bindgen_test]
async fn ops_cut_by_event_borders_arrive_whole_and_in_order() {
    let Some(page) = Page::connected().await else { return };
    page.subscribe(b"web.cut");
    let sizes = [0usize, 1, 100, 4090, 4096, 5000, 70_000, 3, 300_000, 1_048_000, 17];
    for (index, &size) in sizes.iter().enumerate() {
        page.publish(b"web.cut", &pattern(index, size));
    }
    page.flushed().await;
    let messages = page.messages();
    assert_eq!(messages.iter().map(|message| message.payload.len()).collect::<Vec<_>>(), sizes);
    for (index, message) in messages.iter().enumerate() {
        assert!(message.payload == pattern(index, sizes[index]), "payload {index} of {} bytes", sizes[index]);
    }
    assert!(messages.iter().any(|message| message.flags & FLAG_JOINED != 0), "the server did cut");
}

#[wasm_bindgen_test]
async fn a_large_payload_leaves_from_the_callers_memory() {
    let Some(page) = Page::connected().await else { return };
    page.subscribe(b"web.large");
    let payload = pattern(7, 900_000);
    let subject = page.scratch(b"web.large");
    let none = Uint8Array::new_with_length(0);
    assert_eq!(page.engine.publish_large(subject, 0, &none, &Uint8Array::from(&payload[..])), 0);
    page.flushed().await;
    assert!(page.messages()[0].payload == payload);
}

#[wasm_bindgen_test]
async fn the_last_message_of_a_bounded_subscription_is_flagged() {
    let Some(page) = Page::connected().await else { return };
    let subject = page.scratch(b"web.max");
    assert!(page.engine.subscribe(subject, 0, 2, 0.0) > 0);
    for _ in 0..5 {
        page.publish(b"web.max", b"x");
    }
    page.flushed().await;
    let flags: Vec<bool> = page.messages().iter().map(|message| message.flags & FLAG_LAST != 0).collect();
    assert_eq!(flags, [false, true]);
}

#[wasm_bindgen_test]
async fn a_request_without_responders_fails_by_its_ticket() {
    let Some(page) = Page::connected().await else { return };
    let id = page.engine.prepare(page.scratch(b"web.nobody"));
    assert!(page.engine.request(id as u32, 0, 0, 2000.0) > 0);
    let ticket = page.engine.ticket();
    page.told("requestsFailed").await;
    let failed = page.event("requestsFailed");
    assert_eq!(number(&failed, "code"), f64::from(Code::NoResponders as u16));
    let tickets = Array::from(&Reflect::get(&failed, &"tickets".into()).unwrap());
    assert_eq!(tickets.get(0).as_f64(), Some(f64::from(ticket)));
}

#[wasm_bindgen_test]
async fn a_reply_carries_its_ticket() {
    let Some(page) = Page::connected().await else { return };
    page.subscribe(b"web.echo");
    page.deliveries.answer.set(true);
    let id = page.engine.prepare(page.scratch(b"web.echo"));
    fill(page.engine.request(id as u32, 0, 4, 2000.0), b"ping");
    let ticket = page.engine.ticket();
    page.flushed().await;
    page.flushed().await;
    let reply =
        page.messages().into_iter().find(|message| message.flags & FLAG_REPLY != 0).expect("a reply row");
    assert_eq!((reply.key, &reply.payload[..]), (ticket, &b"pong"[..]));
}

/// The host may call back into the engine from a delivery, even to end it.
#[wasm_bindgen_test]
async fn closing_inside_a_delivery_is_safe() {
    let Some(page) = Page::connected().await else { return };
    page.subscribe(b"web.close");
    page.deliveries.close.set(true);
    for _ in 0..1000 {
        page.publish(b"web.close", &[1; 100]);
    }
    page.told("closed").await;
    assert_eq!(page.engine.phase(), 6);
}

/// An engine, and a host that keeps what it is told.
struct Page {
    engine: Rc<Engine>,
    host: Object,
    events: Rc<RefCell<Vec<JsValue>>>,
    deliveries: Rc<Deliveries>,
}

/// What came in, and what to do when something does.
#[derive(Default)]
struct Deliveries {
    engine: RefCell<Option<Rc<Engine>>>,
    /// The WebSocket message that is being received, and the op that is being joined.
    event: RefCell<Uint8Array>,
    open: RefCell<Vec<u8>>,
    messages: RefCell<Vec<Message>>,
    answer: Cell<bool>,
    close: Cell<bool>,
}

#[derive(Clone)]
struct Message {
    sid: u32,
    key: u32,
    flags: u32,
    payload: Vec<u8>,
}

/// Words at a place the engine named.
fn words(address: u32, count: u32) -> Vec<u32> {
    // SAFETY: the engine lives in this module's own memory and keeps its tables until it is called again.
    unsafe { std::slice::from_raw_parts(address as *const u32, count as usize) }.to_vec()
}

impl Deliveries {
    /// What `js/engine/inbound.ts` does with a WebSocket message.
    fn receive(&self, dial: u32, event: &MessageEvent) {
        let engine = self.engine.borrow().clone().expect("set before the first message");
        let buffer: ArrayBuffer = event.data().dyn_into().expect("the server sends no text");
        let bytes = Uint8Array::new(&buffer);
        let length = bytes.length() as usize;
        let exchange = engine.exchange();
        self.event.replace(bytes.clone());
        if length <= STAGE {
            // SAFETY: the stage lies behind the report.
            let stage = unsafe {
                std::slice::from_raw_parts_mut(exchange.add(REPORT_WORDS).cast_mut().cast::<u8>(), length)
            };
            bytes.copy_to(stage);
        }
        let mut at = 0;
        while at < length {
            at = engine.receive(dial, at, length, event.time_stamp());
            let report = words(exchange as u32, REPORT_WORDS as u32);
            let joined = self.join(&bytes, &report);
            let rows = words(report[REPORT_ROWS], report[REPORT_COUNT] * ROW_WORDS as u32);
            self.deliver(&engine, &bytes, &joined, rows);
            if report[REPORT_SETTLE] == 1 {
                engine.settle();
            }
        }
    }

    /// Takes the steps; returns the op that was finished.
    fn join(&self, event: &Uint8Array, report: &[u32]) -> Uint8Array {
        let mut joined = Uint8Array::new_with_length(0);
        let mut open = self.open.borrow_mut();
        for step in words(report[REPORT_STEPS], report[REPORT_STEP_WORDS]).chunks(STEP_WORDS) {
            let (first, second) = (step[1], step[2]);
            match step[0] {
                // One buffer an op: the offset in the slab is room in front of it.
                STEP_SLAB => *open = vec![0; first as usize],
                STEP_OWN => *open = Vec::new(),
                STEP_HELD => {
                    let held = report[REPORT_HELD] + first;
                    // SAFETY: as in `words`.
                    open.extend(unsafe { std::slice::from_raw_parts(held as *const u8, second as usize) });
                }
                STEP_EVENT => open.extend(event.subarray(first, first + second).to_vec()),
                STEP_FINISH => joined = Uint8Array::from(&open[..]),
                unknown => panic!("step {unknown}"),
            }
        }
        joined
    }

    fn deliver(&self, engine: &Engine, event: &Uint8Array, joined: &Uint8Array, words: Vec<u32>) {
        let table = Rows::from_words(words);
        for row in (0..table.len()).map(|index| table.get(index)) {
            let bytes = if row.flags & FLAG_JOINED == 0 { event } else { joined };
            let from = row.body_at + row.header_len;
            let payload = bytes.subarray(from, from + row.payload_len).to_vec();
            self.messages.borrow_mut().push(Message {
                sid: row.sid,
                key: row.key,
                flags: row.flags,
                payload,
            });
            if self.close.get() {
                engine.close();
            }
            if self.answer.get() && row.reply_len > 0 {
                let at = row.subject_at + u32::from(row.reply_delta);
                publish(engine, &bytes.subarray(at, at + u32::from(row.reply_len)).to_vec(), b"pong");
            }
        }
    }
}

impl Page {
    fn new(url: &str) -> Page {
        let host = Object::new();
        let events = Rc::new(RefCell::new(Vec::new()));
        let deliveries = Rc::new(Deliveries::default());

        set(
            &host,
            "readInfo",
            &Function::new_with_args("line", "return JSON.parse(new TextDecoder().decode(line))"),
        );
        let line =
            r#"return '{"verbose":false,"pedantic":false,"protocol":1,"headers":true,"no_responders":true}'"#;
        set(&host, "connectLine", &Function::new_no_args(line));
        set(&host, "redialDelay", &Function::new_no_args("return 0"));
        set(&host, "chooseServer", &Function::new_no_args("return { place: 0, delay: 0 }"));
        set(&host, "openSocket", &Function::new_with_args("url", "return new WebSocket(url)"));
        let told = events.clone();
        let notify = Closure::<dyn Fn(JsValue)>::new(move |event| told.borrow_mut().push(event));
        set(&host, "notify", &notify.into_js_value());
        let incoming = deliveries.clone();
        let listen = Closure::<dyn Fn(WebSocket, u32)>::new(move |socket: WebSocket, dial| {
            let incoming = incoming.clone();
            let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event| incoming.receive(dial, &event));
            socket.set_binary_type(BinaryType::Arraybuffer);
            socket.set_onmessage(Some(hear.into_js_value().unchecked_ref()));
        });
        set(&host, "listen", &listen.into_js_value());
        let incoming = deliveries.clone();
        let load = Closure::<dyn Fn(u32, u32, *mut u8)>::new(move |at, length, into| {
            // SAFETY: the engine asks for bytes of the event into memory of its own.
            let into = unsafe { std::slice::from_raw_parts_mut(into, length as usize) };
            incoming.event.borrow().subarray(at, at + length).copy_to(into);
        });
        set(&host, "load", &load.into_js_value());

        let engine = Rc::new(Engine::new(options(url).unchecked_ref(), host.clone().unchecked_into()));
        deliveries.engine.replace(Some(engine.clone()));
        Page { engine, host, events, deliveries }
    }

    async fn connected() -> Option<Page> {
        let Some(url) = SERVER else {
            console_log!("not run: NATS_WASM_SERVER was not set when this test was compiled");
            return None;
        };
        let page = Page::new(url);
        JsFuture::from(page.engine.connect()).await.expect("the server of NATS_WASM_SERVER answers");
        Some(page)
    }

    fn scratch(&self, bytes: &[u8]) -> usize {
        scratch(&self.engine, bytes)
    }

    fn publish(&self, subject: &[u8], payload: &[u8]) {
        publish(&self.engine, subject, payload);
    }

    fn subscribe(&self, subject: &[u8]) -> i32 {
        let sid = self.engine.subscribe(self.scratch(subject), 0, 0, 0.0);
        assert!(sid > 0, "refused: {sid}");
        sid
    }

    async fn flushed(&self) {
        let before = self.count("flushed");
        assert_eq!(self.engine.flush(), 0);
        while self.count("flushed") == before {
            turn().await;
        }
    }

    async fn told(&self, kind: &str) {
        while self.count(kind) == 0 {
            turn().await;
        }
    }

    fn count(&self, kind: &str) -> usize {
        self.events.borrow().iter().filter(|event| string(event, "type") == kind).count()
    }

    fn event(&self, kind: &str) -> JsValue {
        self.events.borrow().iter().find(|event| string(event, "type") == kind).expect("was told").clone()
    }

    fn messages(&self) -> Vec<Message> {
        self.deliveries.messages.borrow().clone()
    }
}

fn scratch(engine: &Engine, bytes: &[u8]) -> usize {
    let at = engine.scratch(bytes.len());
    // SAFETY: the engine gave a region of this length.
    unsafe { std::slice::from_raw_parts_mut(at, bytes.len()) }.copy_from_slice(bytes);
    bytes.len()
}

fn fill(address: i32, bytes: &[u8]) {
    assert!(address > 0, "refused: {address}");
    // SAFETY: the engine made room for this many bytes there.
    unsafe { std::slice::from_raw_parts_mut(address as *mut u8, bytes.len()) }.copy_from_slice(bytes);
}

fn publish(engine: &Engine, subject: &[u8], payload: &[u8]) {
    let subject = scratch(engine, subject);
    fill(engine.publish_to(subject, 0, 0, payload.len() as u32), payload);
}

/// Bytes that differ by message and by place, so that a swap or a shift shows.
fn pattern(seed: usize, size: usize) -> Vec<u8> {
    (0..size).map(|at| (at * 31 + seed * 7 + at / 251) as u8).collect()
}

async fn turn() {
    let next = Promise::new(&mut |resolve, _| set_timeout(&resolve, 1));
    JsFuture::from(next).await.expect("a timer fires");
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, milliseconds: u32);
}

fn options(url: &str) -> Object {
    let server = Object::new();
    set(&server, "url", &url.into());
    set(&server, "name", &url.trim_start_matches("ws://").into());
    let options = Object::new();
    set(&options, "servers", &Array::of1(&server));
    for flag in [
        "shuffle",
        "ignoreClusterUpdates",
        "asksRedialDelay",
        "asksServer",
        "waitOnFirstConnect",
        "ignoreAuthErrorAbort",
    ] {
        set(&options, flag, &false.into());
    }
    set(&options, "reconnect", &true.into());
    set(&options, "failRequestsOnDisconnect", &false.into());
    for (name, value) in [
        ("timeout", 20_000.0),
        ("maxReconnectAttempts", 10.0),
        ("reconnectTimeWait", 2000.0),
        ("reconnectJitter", 100.0),
        ("pingInterval", 120_000.0),
        ("maxPingOut", 2.0),
        ("wakeTimeout", 3000.0),
        ("reconnectBufferSize", 8_388_608.0),
    ] {
        set(&options, name, &value.into());
    }
    set(&options, "inboxPrefix", &"_INBOX".into());
    options
}

fn set(object: &Object, name: &str, value: &JsValue) {
    assert!(Reflect::set(object, &name.into(), value).expect("a plain object"));
}

fn string(object: &JsValue, name: &str) -> String {
    Reflect::get(object, &name.into()).expect("a plain object").as_string().unwrap_or_default()
}

fn number(object: &JsValue, name: &str) -> f64 {
    Reflect::get(object, &name.into()).expect("a plain object").as_f64().unwrap_or(f64::NAN)
}
