//! Workloads of the hot path, one per run of the program, for a counter of instructions (scripts/instructions.mjs). Owns
//! what is done and how many messages that is; it measures nothing itself.
//!   instructions                       the names of all workloads, one per line
//!   instructions <workload> <rounds>   does it that many times and prints the messages of one round

use std::fmt::Write;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Duration;

use live::{BROWSER_FRAME, Live};
use nats_wasm::core::wire::rows::Rows;
use nats_wasm::core::wire::scan::Scanner;
use nats_wasm::core::wire::slices::Joined;
use streams::{Everything, hmsg, msg, stream};

mod live;
mod streams;

/// Publishes that leave in one WebSocket message, messages that come with one.
const BATCH: u64 = 500;
const STREAM: usize = 64 * 1024;
const SUBJECT: &str = "orders.created.eu";

/// What one round does, prepared, and its messages.
struct Workload {
    messages: u64,
    round: Box<dyn FnMut()>,
}

type Prepare = fn() -> Workload;

const WORKLOADS: &[(&str, Prepare)] = &[
    ("scan 16 B", || scan(|_| msg(SUBJECT, "", 16))),
    ("scan 128 B", || scan(|_| msg(SUBJECT, "", 128))),
    ("scan 1 KiB", || scan(|_| msg(SUBJECT, "", 1024))),
    ("scan 16 KiB", || scan(|_| msg(SUBJECT, "", 16 * 1024))),
    ("scan 16 B, 100 subjects", || scan(|i| msg(&format!("orders.{}.eu", i % 100), "", 16))),
    ("scan 16 B, with reply", || {
        scan(|i| msg(SUBJECT, &format!("$JS.ACK.ORDERS.c.1.{i}.{i}.1700000000000.0 "), 16))
    }),
    ("scan 16 B, with headers", || scan(|_| hmsg(16))),
    ("publish 16 B", || publish("", "", 16)),
    ("publish 1 KiB", || publish("", "", 1024)),
    ("publish 16 B, with reply", || publish("_INBOX.abcdefghijklmnopqrstuv.12345", "", 16)),
    ("publish 16 B, with headers", || publish("", "NATS/1.0\r\nA: b\r\n\r\n", 16)),
    ("publish 16 B, subject not prepared", publish_once),
    ("deliver 16 B, 1 subscription", || deliver(1)),
    ("deliver 16 B, 10000 subscriptions", || deliver(10_000)),
    ("request and reply, 1 in flight", || request(1)),
    ("request and reply, 500 in flight", || request(BATCH)),
    ("subscribe and unsubscribe", subscribe),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, rounds] = args.as_slice() else {
        for (name, _) in WORKLOADS {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    };
    let Some((_, prepare)) = WORKLOADS.iter().find(|(known, _)| known == name) else {
        eprintln!("there is no workload {name}");
        return ExitCode::FAILURE;
    };
    let Ok(rounds) = rounds.parse::<u32>() else {
        eprintln!("{rounds} is no number of rounds");
        return ExitCode::FAILURE;
    };
    let mut workload = prepare();
    for _ in 0..rounds {
        (workload.round)();
    }
    println!("{}", workload.messages);
    ExitCode::SUCCESS
}

/// The scanner alone, for events as a browser gets them.
fn scan(message: impl Fn(usize) -> Vec<u8>) -> Workload {
    let (bytes, messages) = stream(STREAM, message);
    let (mut scanner, mut joiner, mut rows) = (Scanner::new(), Joined::default(), Rows::new());
    let round = move || {
        for event in bytes.chunks(BROWSER_FRAME) {
            let mut at = 0;
            while at < event.len() {
                at = scanner
                    .scan(&event, at, &mut joiner, &mut rows, &mut Everything)
                    .expect("a sound stream");
                black_box(rows.words());
            }
        }
    };
    Workload { messages, round: Box::new(round) }
}

fn publish(reply: &'static str, headers: &'static str, payload: usize) -> Workload {
    let mut live = Live::connected();
    let id = live.session.prepare(SUBJECT.as_bytes()).expect("a subject");
    let payload = vec![b'x'; payload];
    let round = move || {
        for _ in 0..BATCH {
            let (header_len, payload_len) = (headers.len() as u32, payload.len() as u32);
            let room = live.write().publish(id, reply.as_bytes(), header_len, payload_len).expect("room");
            let (head, tail) = room.split_at_mut(headers.len());
            head.copy_from_slice(headers.as_bytes());
            tail.copy_from_slice(&payload);
        }
        live.end_turn();
    };
    Workload { messages: BATCH, round: Box::new(round) }
}

fn publish_once() -> Workload {
    let mut live = Live::connected();
    let round = move || {
        for _ in 0..BATCH {
            let room = live.write().publish_to(SUBJECT.as_bytes(), b"", 0, 16).expect("room");
            room.fill(b'x');
        }
        live.end_turn();
    };
    Workload { messages: BATCH, round: Box::new(round) }
}

/// To all subscriptions in turn.
fn deliver(subscriptions: usize) -> Workload {
    let mut live = Live::connected();
    let now = live.now;
    let sids: Vec<u32> = (0..subscriptions)
        .map(|_| live.write().subscribe(now, SUBJECT.as_bytes(), b"", 0, None).expect("a sid"))
        .collect();
    live.end_turn();
    let messages = BATCH.max(subscriptions as u64);
    let mut stream = String::new();
    for sid in sids.iter().cycle().take(messages as usize) {
        write!(stream, "MSG {SUBJECT} {sid} 16\r\n0123456789abcdef\r\n").expect("text");
    }
    Workload { messages, round: Box::new(move || live.hear(stream.as_bytes())) }
}

fn request(in_flight: u64) -> Workload {
    let mut live = Live::connected();
    let id = live.session.prepare(b"svc").expect("a subject");
    let mut replies = String::new();
    let round = move || {
        for _ in 0..BATCH / in_flight {
            replies.clear();
            for _ in 0..in_flight {
                let now = live.now;
                let room = live.write().request(id, now, b"", 0, 16, Duration::from_secs(1)).expect("room");
                room.fill(b'x');
                let ticket = live.session.ticket();
                let inbox = String::from_utf8_lossy(live.session.reply_subject(ticket));
                write!(replies, "MSG {inbox} 1 16\r\n0123456789abcdef\r\n").expect("text");
            }
            live.end_turn();
            live.hear(replies.as_bytes());
            assert_eq!(live.session.request_count(), 0, "a reply was not understood");
        }
    };
    Workload { messages: BATCH, round: Box::new(round) }
}

fn subscribe() -> Workload {
    let mut live = Live::connected();
    let round = move || {
        for _ in 0..BATCH {
            let now = live.now;
            let sid = live.write().subscribe(now, SUBJECT.as_bytes(), b"", 0, None).expect("a sid");
            live.write().unsubscribe(sid, 0).expect("a subscription");
        }
        live.end_turn();
    };
    Workload { messages: BATCH, round: Box::new(round) }
}
