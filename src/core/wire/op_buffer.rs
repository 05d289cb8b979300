//! The buffer of ops on their way out. Owns memory that stays initialised beyond the last op, so that room for a body is
//! handed out without being filled first; knows no grammar, which is `write.rs`.

use std::ops::{Deref, DerefMut, Range};

use bytes::{BufMut, BytesMut};

/// What the buffer grows to, one after the other, before it doubles: the first ops of a connection, a small burst, and all
/// that gathers before the session wants room (`session::pacing`) with a message behind it. Each step leaves the memory before
/// behind, which little else has a use for (docs/decisions/0023).
const CAPACITIES: [usize; 3] = [4 * 1024, 16 * 1024, 160 * 1024];

/// Ops, one behind the other, as a slice of bytes. Growing keeps them; offsets into the slice stay valid until
/// [`truncate`](OpBuffer::truncate) or [`clear`](OpBuffer::clear).
#[derive(Debug, Default)]
pub struct OpBuffer {
    /// All of it initialised: `BytesMut` itself would have every room filled when it is handed out (docs/decisions/0040).
    memory: BytesMut,
    /// `end <= memory.len()`.
    end: usize,
}

impl OpBuffer {
    /// An empty buffer, which has no memory yet.
    pub fn new() -> OpBuffer {
        OpBuffer::default()
    }

    /// Bytes of all ops. A method of its own, because a slice of them would be checked, and the length is asked for before
    /// every op.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.end
    }

    /// Whether there is no op in the buffer.
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// Bytes the buffer holds or could hold without growing.
    pub fn capacity(&self) -> usize {
        self.memory.len()
    }

    /// Appends `bytes`.
    pub fn put_slice(&mut self, bytes: &[u8]) {
        self.append(bytes.len(), |room| room.put_slice(bytes));
    }

    /// Appends what `write` puts into a room of `most` bytes. `write` panics when more is put there.
    pub fn append(&mut self, most: usize, write: impl FnOnce(&mut &mut [u8])) {
        let mut room = self.room(most);
        write(&mut room);
        let left = room.len();
        self.advance(most - left);
    }

    /// The `len` bytes behind the last op. Their content is whatever was there before; they are no part of the buffer until
    /// [`advance`](OpBuffer::advance) says so.
    #[inline(always)]
    pub fn room(&mut self, len: usize) -> &mut [u8] {
        if len > self.memory.len() - self.end {
            self.grow(len);
        }
        &mut self.memory[self.end..][..len]
    }

    /// Takes the next `len` bytes of the room in, and returns where they lie. The caller asked for that much
    /// [`room`](OpBuffer::room).
    #[inline(always)]
    pub fn advance(&mut self, len: usize) -> Range<usize> {
        let start = self.end;
        self.end += len;
        start..self.end
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let least = self.end + more;
        let capacity = CAPACITIES.into_iter().find(|&capacity| capacity >= least);
        self.memory.resize(capacity.unwrap_or(least.max(2 * self.memory.len())), 0);
    }

    /// Drops all bytes from offset `len` on; none when there are fewer.
    pub fn truncate(&mut self, len: usize) {
        self.end = self.end.min(len);
    }

    /// Drops all bytes and keeps the memory.
    pub fn clear(&mut self) {
        self.end = 0;
    }
}

impl Deref for OpBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.memory[..self.end]
    }
}

impl DerefMut for OpBuffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.memory[..self.end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growing_keeps_what_is_there() {
        let mut out = OpBuffer::new();
        let mut expected = Vec::new();
        let mut capacities = vec![0];
        for number in 0..40_000_u32 {
            out.append(100, |room| room.put_u32(number));
            out.put_slice(b"\r\n");
            expected.extend_from_slice(&number.to_be_bytes());
            expected.extend_from_slice(b"\r\n");
            if capacities.last() != Some(&out.capacity()) {
                capacities.push(out.capacity());
            }
        }
        assert!(out[..] == expected[..]);
        assert_eq!(capacities, [0, 4 * 1024, 16 * 1024, 160 * 1024, 320 * 1024]);
    }

    #[test]
    fn what_was_cut_off_is_gone() {
        let mut out = OpBuffer::new();
        out.put_slice(b"abc");
        out.truncate(1);
        out.truncate(2);
        out.put_slice(b"d");
        assert_eq!(&out[..], b"ad");
        out.clear();
        assert!(out.is_empty() && out.capacity() > 0);
    }

    #[test]
    fn room_counts_once_it_is_taken() {
        let mut out = OpBuffer::new();
        out.put_slice(b"a");
        out.room(3).copy_from_slice(b"bcd");
        assert_eq!(&out[..], b"a");
        assert_eq!(out.advance(2), 1..3);
        assert_eq!(&out[..], b"abc");
    }

    #[test]
    #[should_panic(expected = "advance out of bounds")]
    fn nobody_writes_past_the_room() {
        OpBuffer::new().append(2, |room| room.put_slice(b"abc"));
    }
}
