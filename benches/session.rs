//! Time of the session per message: what a publish, a delivered message, and a request with its reply cost in the core,
//! the scanner and the writers included.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nats_wasm::core::random::Entropy;
use nats_wasm::core::session::Session;
use nats_wasm::core::session::config::{Config, Server};
use nats_wasm::core::session::output::{Answer, Output, Question, ServerInfo};
use nats_wasm::core::time::Instant;
use nats_wasm::core::wire::memory::Joined;
use nats_wasm::core::wire::rows::Rows;

/// Publishes that leave in one WebSocket message.
const BATCH: u64 = 500;
const BROWSER_FRAME: usize = 4096;
const NOW: Instant = Instant::from_micros(1);

struct Zeros;

impl Entropy for Zeros {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

struct Bench {
    session: Session,
    joined: Joined,
    rows: Rows,
}

impl Bench {
    fn live() -> Bench {
        let config = Config {
            servers: vec![Server { url: "ws://a:80".into(), name: "a:80".into() }],
            shuffle: false,
            ignore_cluster_updates: false,
            dial_timeout: Duration::from_secs(20),
            reconnect: true,
            max_reconnect_attempts: None,
            reconnect_time_wait: Duration::from_secs(2),
            reconnect_jitter: Duration::ZERO,
            asks_redial_delay: false,
            wait_on_first_connect: false,
            ignore_auth_error_abort: false,
            ping_interval: Duration::from_secs(120),
            max_ping_out: 2,
            wake_timeout: Duration::from_secs(3),
            reconnect_buffer_size: 1 << 20,
            inbox_prefix: "_INBOX".into(),
            fail_requests_on_disconnect: false,
        };
        let session = Session::new(config, Box::new(Zeros));
        let mut bench = Bench { session, joined: Joined::default(), rows: Rows::new() };
        bench.session.connect(NOW);
        bench.settle();
        bench.session.handle_open(1, NOW);
        bench.hear(b"INFO {}\r\n");
        bench.hear(b"PONG\r\n");
        bench
    }

    fn settle(&mut self) {
        loop {
            match self.session.poll_output(NOW) {
                Output::Transmit => {
                    while let Some(bytes) = self.session.next_transmit() {
                        let len = black_box(bytes).len();
                        self.session.transmitted(len);
                    }
                }
                Output::Ask { dial, question: Question::ReadInfo(_) } => {
                    let info = ServerInfo { max_payload: 1 << 20, headers: true, ..ServerInfo::default() };
                    self.session.handle_answer(dial, NOW, Answer::Info(info));
                }
                Output::Ask { dial, .. } => {
                    self.session.handle_answer(dial, NOW, Answer::Connect(b"{}".into()))
                }
                Output::Timeout(_) => return,
                _ => {}
            }
        }
    }

    fn hear(&mut self, stream: &[u8]) {
        for event in stream.chunks(BROWSER_FRAME) {
            let mut at = 0;
            while at < event.len() {
                at = self.session.handle_frame(1, NOW, &event, at, &mut self.joined, &mut self.rows);
                black_box(self.rows.words());
            }
            self.settle();
        }
    }
}

fn publish(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("session/publish");
    group.throughput(Throughput::Elements(BATCH));
    for size in [16, 128, 1024] {
        let mut bench = Bench::live();
        let id = bench.session.prepare(b"orders.created.eu").expect("a subject");
        let payload = vec![b'x'; size];
        group.bench_function(BenchmarkId::from_parameter(format!("{size} B")), |bencher| {
            bencher.iter(|| {
                for _ in 0..BATCH {
                    let room = bench.session.publish(id, b"", 0, size as u32).expect("room");
                    room.copy_from_slice(&payload);
                }
                bench.settle();
            });
        });
    }
    group.finish();
}

fn deliver(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("session/deliver");
    for (name, subscriptions) in [("one subscription", 1), ("100000 subscriptions", 100_000)] {
        let mut bench = Bench::live();
        let mut sid = 0;
        for _ in 0..subscriptions {
            sid = bench.session.subscribe(NOW, b"orders.created.eu", b"", 0, None).expect("a sid");
        }
        let message = format!("MSG orders.created.eu {sid} 16\r\n0123456789abcdef\r\n");
        let stream = message.repeat(BATCH as usize);
        group.throughput(Throughput::Elements(BATCH));
        group.bench_function(name, |bencher| bencher.iter(|| bench.hear(stream.as_bytes())));
    }
    group.finish();
}

fn request(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("session/request");
    for in_flight in [1, 100, 1000] {
        let mut bench = Bench::live();
        let id = bench.session.prepare(b"svc").expect("a subject");
        let inbox = bench.session.inbox().to_owned();
        group.throughput(Throughput::Elements(in_flight));
        group.bench_function(format!("{in_flight} in flight"), |bencher| {
            let mut replies = String::new();
            bencher.iter(|| {
                replies.clear();
                for _ in 0..in_flight {
                    let room = bench.session.request(id, NOW, 0, 16, Duration::from_secs(1)).expect("room");
                    room.fill(b'x');
                    let ticket = bench.session.ticket();
                    std::fmt::Write::write_fmt(
                        &mut replies,
                        format_args!("MSG {inbox}.{ticket} 1 16\r\n0123456789abcdef\r\n"),
                    )
                    .expect("text");
                }
                bench.settle();
                bench.hear(replies.as_bytes());
            });
            assert_eq!(bench.session.request_count(), 0);
        });
    }
    group.finish();
}

criterion_group!(benches, publish, deliver, request);
criterion_main!(benches);
