//! Streams of messages as a server sends them, and a sink that admits everything. Shared by the bench of the scanner and
//! the count of its instructions.

use nats_wasm::core::error::Broken;
use nats_wasm::core::wire::{Admission, Incoming, ServerOp, Sink};

pub struct Everything;

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

/// Whole messages, at least `len` bytes of them, and their number.
pub fn stream(len: usize, message: impl Fn(usize) -> Vec<u8>) -> (Vec<u8>, u64) {
    let mut bytes = Vec::new();
    let mut count = 0;
    while bytes.len() < len {
        bytes.extend_from_slice(&message(count));
        count += 1;
    }
    (bytes, count as u64)
}

/// A message; `reply` is empty or ends with a space.
pub fn msg(subject: &str, reply: &str, payload: usize) -> Vec<u8> {
    let mut op = format!("MSG {subject} 12 {reply}{payload}\r\n").into_bytes();
    op.resize(op.len() + payload, b'x');
    op.extend_from_slice(b"\r\n");
    op
}

/// A message with one header.
pub fn hmsg(payload: usize) -> Vec<u8> {
    let block = "NATS/1.0\r\nNats-Expected-Stream: ORDERS\r\n\r\n";
    let total = block.len() + payload;
    let mut op = format!("HMSG orders.created.eu 12 {} {total}\r\n{block}", block.len()).into_bytes();
    op.resize(op.len() + payload, b'x');
    op.extend_from_slice(b"\r\n");
    op
}
