//! Time of the session per message: what a publish, a delivered message, and a request with its reply cost in the core,
//! the scanner and the writers included.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use live::Live;

mod live;

/// Publishes that leave in one WebSocket message.
const BATCH: u64 = 500;

fn publish(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("session/publish");
    group.throughput(Throughput::Elements(BATCH));
    for size in [16, 128, 1024] {
        let mut bench = Live::connected();
        let id = bench.session.prepare(b"orders.created.eu").expect("a subject");
        let payload = vec![b'x'; size];
        group.bench_function(BenchmarkId::from_parameter(format!("{size} B")), |bencher| {
            bencher.iter(|| {
                for _ in 0..BATCH {
                    let room = bench.write().publish(id, b"", 0, size as u32).expect("room");
                    room.copy_from_slice(&payload);
                }
                bench.end_turn();
            });
        });
    }
    group.finish();
}

fn deliver(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("session/deliver");
    for (name, subscriptions) in [("one subscription", 1), ("100000 subscriptions", 100_000)] {
        let mut bench = Live::connected();
        let mut sid = 0;
        for _ in 0..subscriptions {
            let now = bench.now;
            sid = bench.write().subscribe(now, b"orders.created.eu", b"", 0, None).expect("a sid");
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
        let mut bench = Live::connected();
        let id = bench.session.prepare(b"svc").expect("a subject");
        group.throughput(Throughput::Elements(in_flight));
        group.bench_function(format!("{in_flight} in flight"), |bencher| {
            let mut replies = String::new();
            bencher.iter(|| {
                replies.clear();
                for _ in 0..in_flight {
                    let now = bench.now;
                    let room =
                        bench.write().request(id, now, b"", 0, 16, Duration::from_secs(1)).expect("room");
                    room.fill(b'x');
                    let ticket = bench.session.ticket();
                    let inbox = String::from_utf8_lossy(bench.session.reply_subject(ticket));
                    std::fmt::Write::write_fmt(
                        &mut replies,
                        format_args!("MSG {inbox} 1 16\r\n0123456789abcdef\r\n"),
                    )
                    .expect("text");
                }
                bench.end_turn();
                bench.hear(replies.as_bytes());
            });
            assert_eq!(bench.session.request_count(), 0);
        });
    }
    group.finish();
}

criterion_group!(benches, publish, deliver, request);
criterion_main!(benches);
