//! What the object store's module exports: the machines of [`crate::core::object`]. Decides nothing.
//!
//! A machine that takes bytes has room for a piece of them, at an address that stays: they are copied there and fed, which
//! allocates nothing.

use std::time::Duration;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::core::object::read::Verdict;
use crate::core::object::write::{Bounds, Output};
use crate::core::object::{read, write};
use crate::core::time::Instant;

/// Bytes of a piece.
const ROOM: usize = 64 * 1024;

/// See [`write::Write`].
#[wasm_bindgen]
pub struct Write {
    machine: write::Write,
    room: Box<[u8]>,
    len: u64,
}

#[wasm_bindgen]
impl Write {
    /// `patience` in milliseconds, everything else in bytes or chunks.
    #[wasm_bindgen(constructor)]
    pub fn new(chunk: f64, bytes: f64, chunks: u32, patience: f64) -> Write {
        let patience = Duration::from_micros((patience * 1000.0) as u64);
        let bounds = Bounds { bytes: bytes as u64, chunks: chunks as usize, patience };
        Write { machine: write::Write::new(chunk as u64, bounds), room: room(), len: 0 }
    }

    /// Address of room for `room_len()` bytes.
    pub fn room(&self) -> usize {
        self.room.as_ptr() as usize
    }

    pub fn room_len(&self) -> usize {
        ROOM
    }

    /// The first `len` bytes of the room.
    pub fn feed(&mut self, len: usize) {
        self.machine.feed(&self.room[..len.min(ROOM)]);
    }

    pub fn size(&self) -> f64 {
        self.machine.size() as f64
    }

    pub fn chunks(&self) -> f64 {
        self.machine.chunks() as f64
    }

    pub fn stored(&self) -> f64 {
        self.machine.stored() as f64
    }

    pub fn settled(&self) -> f64 {
        self.machine.settled() as f64
    }

    /// Of the chunk to send, after `poll_output` said so.
    pub fn len(&self) -> f64 {
        self.len as f64
    }

    pub fn handle_stored(&mut self, now: f64) {
        self.machine.handle_stored(instant(now));
    }

    pub fn handle_refused(&mut self) {
        self.machine.handle_refused();
    }

    pub fn add(&mut self, len: f64) {
        self.machine.add(len as u64);
    }

    pub fn end(&mut self) {
        self.machine.end();
    }

    pub fn abort(&mut self) {
        self.machine.abort();
    }

    /// The 32 bytes of the sum.
    pub fn sum(&self) -> Vec<u8> {
        self.machine.sum().to_vec()
    }

    /// 0: read. 1: send `len()` bytes. 2: wait. 3: commit. 4: clean.
    pub fn poll_output(&mut self, now: f64) -> u8 {
        match self.machine.poll_output(instant(now)) {
            Output::Read => 0,
            Output::Send { len } => {
                self.len = len;
                1
            }
            Output::Wait => 2,
            Output::Commit => 3,
            Output::Clean => 4,
        }
    }
}

/// See [`read::Read`].
#[wasm_bindgen]
pub struct Read {
    machine: read::Read,
    room: Box<[u8]>,
}

#[wasm_bindgen]
impl Read {
    /// `expected`: the 32 bytes of the sum; anything else is the sum of nothing.
    #[wasm_bindgen(constructor)]
    pub fn new(size: f64, chunks: f64, expected: &[u8]) -> Read {
        let expected = expected.try_into().unwrap_or([0; 32]);
        Read { machine: read::Read::new(size as u64, chunks as u64, expected), room: room() }
    }

    /// Address of room for `room_len()` bytes.
    pub fn room(&self) -> usize {
        self.room.as_ptr() as usize
    }

    pub fn room_len(&self) -> usize {
        ROOM
    }

    /// The first `len` bytes of the room.
    pub fn feed(&mut self, len: usize) {
        self.machine.feed(&self.room[..len.min(ROOM)]);
    }

    pub fn received(&self) -> f64 {
        self.machine.received() as f64
    }

    pub fn received_chunks(&self) -> f64 {
        self.machine.received_chunks() as f64
    }

    /// The verdict's number, see `Verdict` in js/object-store/read.ts.
    pub fn handle_chunk(&mut self, stream_seq: f64, len: f64, pending: f64) -> u8 {
        number(self.machine.handle_chunk(stream_seq as u64, len as u64, pending as u64))
    }

    /// The verdict's number.
    pub fn handle_end(&self) -> u8 {
        number(self.machine.handle_end())
    }
}

fn number(verdict: Verdict) -> u8 {
    verdict as u8
}

fn room() -> Box<[u8]> {
    vec![0; ROOM].into_boxed_slice()
}

/// `performance.now()`.
fn instant(millis: f64) -> Instant {
    Instant::from_micros((millis * 1000.0) as u64)
}
