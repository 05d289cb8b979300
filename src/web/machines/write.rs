//! An object on its way to the stream, see [`crate::core::object::write`].

use wasm_bindgen::prelude::wasm_bindgen;

use super::room::Room;
use crate::core::object::write::{self, Bounds, Output};
use crate::web::millis::{duration, instant};

/// See [`Output`].
#[wasm_bindgen]
pub enum WriteOutput {
    Read,
    /// The next `len()` bytes.
    Send,
    Wait,
    Commit,
    Clean,
}

/// See [`write::Write`].
#[wasm_bindgen]
pub struct Write {
    machine: write::Write,
    room: Room,
    len: u64,
}

#[wasm_bindgen]
impl Write {
    /// `patience` in milliseconds, everything else in bytes or chunks.
    #[wasm_bindgen(constructor)]
    pub fn new(chunk: f64, bytes: f64, chunks: u32, patience: f64) -> Write {
        let bounds = Bounds { bytes: bytes as u64, chunks: chunks as usize, patience: duration(patience) };
        Write { machine: write::Write::new(chunk as u64, bounds), room: Room::default(), len: 0 }
    }

    /// Address of room for `room_len()` bytes.
    pub fn room(&self) -> usize {
        self.room.address()
    }

    pub fn room_len(&self) -> usize {
        self.room.len()
    }

    /// The first `len` bytes of the room.
    pub fn feed(&mut self, len: usize) {
        self.machine.feed(self.room.piece(len));
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

    /// Of the chunk to send, after [`WriteOutput::Send`].
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

    pub fn poll_output(&mut self, now: f64) -> WriteOutput {
        match self.machine.poll_output(instant(now)) {
            Output::Read => WriteOutput::Read,
            Output::Send { len } => {
                self.len = len;
                WriteOutput::Send
            }
            Output::Wait => WriteOutput::Wait,
            Output::Commit => WriteOutput::Commit,
            Output::Clean => WriteOutput::Clean,
        }
    }
}
