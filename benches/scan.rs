//! Time of the scanner per message, for events as a browser gets them (the server cuts the stream every 4096 bytes)
//! and for frames of 64 KiB. The sink admits everything, so this is the scanner alone.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nats_wasm::core::error::Broken;
use nats_wasm::core::wire::memory::Joined;
use nats_wasm::core::wire::rows::Rows;
use nats_wasm::core::wire::scan::Scanner;
use nats_wasm::core::wire::{Admission, Incoming, ServerOp, Sink};

const FRAME: usize = 64 * 1024;
const BROWSER_FRAME: usize = 4096;
const STREAM: usize = 1024 * 1024;

struct Everything;

impl Sink for Everything {
    fn wants(&self, _sid: u32) -> bool {
        true
    }

    fn admit(&mut self, _message: &Incoming<'_>) -> Option<Admission> {
        Some(Admission::default())
    }

    fn handle_op(&mut self, _op: ServerOp<'_>) -> Result<(), Broken> {
        Ok(())
    }
}

/// A stream of about a megabyte and the number of its messages.
fn stream(message: impl Fn(usize) -> Vec<u8>) -> (Vec<u8>, u64) {
    let mut bytes = Vec::new();
    let mut count = 0;
    while bytes.len() < STREAM {
        bytes.extend_from_slice(&message(count));
        count += 1;
    }
    (bytes, count as u64)
}

fn msg(subject: &str, reply: &str, payload: usize) -> Vec<u8> {
    let mut op = format!("MSG {subject} 12 {reply}{payload}\r\n").into_bytes();
    op.resize(op.len() + payload, b'x');
    op.extend_from_slice(b"\r\n");
    op
}

fn hmsg(payload: usize) -> Vec<u8> {
    let block = "NATS/1.0\r\nNats-Expected-Stream: ORDERS\r\n\r\n";
    let total = block.len() + payload;
    let mut op = format!("HMSG orders.created.eu 12 {} {total}\r\n{block}", block.len()).into_bytes();
    op.resize(op.len() + payload, b'x');
    op.extend_from_slice(b"\r\n");
    op
}

fn scan(criterion: &mut Criterion) {
    let mut streams: Vec<(String, (Vec<u8>, u64))> = [16, 128, 1024, 16 * 1024]
        .map(|size| (format!("{size} B"), stream(|_| msg("orders.created.eu", "", size))))
        .into();
    streams.push(("16 B, 100 subjects".into(), stream(|i| msg(&format!("orders.{}.eu", i % 100), "", 16))));
    streams.push((
        "16 B, with reply".into(),
        stream(|i| msg("orders.created.eu", &format!("$JS.ACK.ORDERS.c.1.{i}.{i}.1700000000000.0 "), 16)),
    ));
    streams.push(("16 B, with headers".into(), stream(|_| hmsg(16))));

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
