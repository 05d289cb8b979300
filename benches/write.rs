//! Time of the writers per publish: the control line, and the room for the body that the caller fills.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use nats_wasm::core::wire::op_buffer::OpBuffer;
use nats_wasm::core::wire::write::{self, PreparedSubject};

const BATCH: u64 = 500;

fn publish(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("publish");
    group.throughput(Throughput::Elements(BATCH));
    let mut to = PreparedSubject::new(b"orders.created.eu");
    for (name, reply, headers, payload) in [
        ("16 B", "", "", 16),
        ("128 B", "", "", 128),
        ("1 KiB", "", "", 1024),
        ("16 B with reply", "_INBOX.abcdefghijklmnopqrstuv.12345", "", 16),
        ("16 B with headers", "", "NATS/1.0\r\nA: b\r\n\r\n", 16),
    ] {
        let payload = vec![b'x'; payload];
        let mut out = OpBuffer::new();
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| {
                out.clear();
                for _ in 0..BATCH {
                    let body = write::publish(
                        &mut out,
                        &mut to,
                        reply.as_bytes(),
                        headers.len() as u32,
                        payload.len() as u32,
                    );
                    let (head, tail) = out[body].split_at_mut(headers.len());
                    head.copy_from_slice(headers.as_bytes());
                    tail.copy_from_slice(&payload);
                }
                black_box(&out);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, publish);
criterion_main!(benches);
