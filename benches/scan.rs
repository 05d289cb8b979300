//! Time of the scanner per message, for events as a browser gets them (the server cuts the stream every 4096 bytes)
//! and for frames of 64 KiB. The sink admits everything, so this is the scanner alone.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nats_wasm::core::wire::rows::Rows;
use nats_wasm::core::wire::scan::Scanner;
use nats_wasm::core::wire::slices::Joined;
use streams::{Everything, hmsg, msg, stream};

mod streams;

const FRAME: usize = 64 * 1024;
const BROWSER_FRAME: usize = 4096;
const STREAM: usize = 1024 * 1024;

fn scan(criterion: &mut Criterion) {
    let mut streams: Vec<(String, (Vec<u8>, u64))> = [16, 128, 1024, 16 * 1024]
        .map(|size| (format!("{size} B"), stream(STREAM, |_| msg("orders.created.eu", "", size))))
        .into();
    streams.push((
        "16 B, 100 subjects".into(),
        stream(STREAM, |i| msg(&format!("orders.{}.eu", i % 100), "", 16)),
    ));
    streams.push((
        "16 B, with reply".into(),
        stream(STREAM, |i| {
            msg("orders.created.eu", &format!("$JS.ACK.ORDERS.c.1.{i}.{i}.1700000000000.0 "), 16)
        }),
    ));
    streams.push(("16 B, with headers".into(), stream(STREAM, |_| hmsg(16))));

    for (kind, frame) in [("4096", BROWSER_FRAME), ("65536", FRAME)] {
        let mut group = criterion.benchmark_group(format!("scan/{kind}"));
        for (name, (bytes, count)) in &streams {
            group.throughput(Throughput::Elements(*count));
            group.bench_with_input(BenchmarkId::from_parameter(name), bytes, |bencher, bytes| {
                let mut scanner = Scanner::new();
                let mut joiner = Joined::default();
                let mut rows = Rows::new();
                bencher.iter(|| {
                    for event in bytes.chunks(frame) {
                        let mut at = 0;
                        while at < event.len() {
                            at = scanner
                                .scan(&event, at, &mut joiner, &mut rows, &mut Everything)
                                .expect("a sound stream");
                            black_box(rows.words());
                        }
                    }
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, scan);
criterion_main!(benches);
