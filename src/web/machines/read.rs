//! An object on its way to its reader, see [`crate::core::object::read`].

use wasm_bindgen::prelude::wasm_bindgen;

use super::room::Room;
use crate::core::object::read::{self, Verdict};

/// See [`Verdict`].
#[wasm_bindgen]
pub enum ReadVerdict {
    More,
    Whole,
    TooShort,
    TooLong,
    OutOfOrder,
    Corrupt,
}

impl From<Verdict> for ReadVerdict {
    fn from(verdict: Verdict) -> ReadVerdict {
        match verdict {
            Verdict::More => ReadVerdict::More,
            Verdict::Whole => ReadVerdict::Whole,
            Verdict::TooShort => ReadVerdict::TooShort,
            Verdict::TooLong => ReadVerdict::TooLong,
            Verdict::OutOfOrder => ReadVerdict::OutOfOrder,
            Verdict::Corrupt => ReadVerdict::Corrupt,
        }
    }
}

/// See [`read::Read`].
#[wasm_bindgen]
pub struct Read {
    machine: read::Read,
    room: Room,
}

#[wasm_bindgen]
impl Read {
    /// `expected`: the 32 bytes of the sum; other lengths match no object.
    #[wasm_bindgen(constructor)]
    pub fn new(size: f64, chunks: f64, expected: &[u8]) -> Read {
        let expected = expected.try_into().unwrap_or([0; 32]);
        Read { machine: read::Read::new(size as u64, chunks as u64, expected), room: Room::default() }
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

    pub fn received(&self) -> f64 {
        self.machine.received() as f64
    }

    pub fn received_chunks(&self) -> f64 {
        self.machine.received_chunks() as f64
    }

    pub fn handle_chunk(&mut self, stream_seq: f64, len: f64, pending: f64) -> ReadVerdict {
        self.machine.handle_chunk(stream_seq as u64, len as u64, pending as u64).into()
    }

    pub fn handle_end(&self) -> ReadVerdict {
        self.machine.handle_end().into()
    }
}
