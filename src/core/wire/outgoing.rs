//! Outgoing: a buffer of ops on their way out. Its memory stays initialised beyond its end, so that room for a body is
//! handed out without filling it first, and short texts get in without a call.
//!
//! Why short texts matter: engines carry out wasm's `memory.copy` and `memory.fill` as calls, about 5 ns whatever the
//! length, and a publish is half a dozen short pieces (docs/decisions/0001).

use std::ops::{Deref, DerefMut, Range};

use super::write::LineEnd;

/// Longer texts are worth the call.
const SHORT: usize = 128;
/// What it grows to, one after the other, before it doubles: the first ops of a connection, a small burst, and all that
/// gathers before the session wants room (`session::pacing`) with a message behind it. Each step leaves the memory before
/// behind, which little else has a use for (docs/decisions/0023).
const CAPACITIES: [usize; 3] = [4 * 1024, 16 * 1024, 160 * 1024];

#[derive(Debug, Default)]
pub struct Outgoing {
    /// All of it initialised.
    memory: Vec<u8>,
    /// `end <= memory.len()`.
    end: usize,
}

impl Outgoing {
    pub fn new() -> Outgoing {
        Outgoing::default()
    }

    /// Without the check that a slice of its bytes costs: the length is asked for before every op.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.end
    }

    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// Bytes it holds or could hold without growing.
    pub fn capacity(&self) -> usize {
        self.memory.len()
    }

    /// Makes sure that `more` bytes fit.
    #[inline(always)]
    pub fn reserve(&mut self, more: usize) {
        if more > self.memory.len() - self.end {
            self.grow(more);
        }
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let least = self.end + more;
        let capacity = CAPACITIES.into_iter().find(|&capacity| capacity >= least);
        self.memory.resize(capacity.unwrap_or(least.max(2 * self.memory.len())), 0);
    }

    pub fn put(&mut self, bytes: &[u8]) {
        self.put_inline(bytes);
    }

    /// As `put`, compiled into its caller: for what every publish writes.
    #[inline(always)]
    pub fn put_inline(&mut self, bytes: &[u8]) {
        let room = self.skip(bytes.len());
        copy(&mut self.memory[room], bytes);
    }

    #[inline(always)]
    pub fn put_byte(&mut self, byte: u8) {
        let room = self.skip(1);
        self.memory[room.start] = byte;
    }

    #[inline(always)]
    pub fn put_line_end(&mut self) {
        let room = self.skip(2);
        self.memory[room].copy_from_slice(b"\r\n");
    }

    #[inline]
    pub fn put_number(&mut self, number: u32) {
        let room = self.skip(digits(number));
        write_number(&mut self.memory[room], number);
    }

    /// Leaves room for `len` bytes, whose content is whatever was there before; returns where.
    #[inline(always)]
    pub fn skip(&mut self, len: usize) -> Range<usize> {
        self.reserve(len);
        let start = self.end;
        self.end += len;
        start..self.end
    }

    /// A control line that ends with `end`, room for `len` bytes, and CRLF. Returns where the room is.
    #[inline(always)]
    pub fn put_op(&mut self, line: &[u8], end: &LineEnd, len: usize) -> Range<usize> {
        self.reserve(line.len() + end.bytes.len() + len + 2);
        let room = &mut self.memory[self.end..];
        copy(&mut room[..line.len()], line);
        // Of constant size, and so without a call; what is beyond the end is written over.
        room[line.len()..][..end.bytes.len()].copy_from_slice(&end.bytes);
        let body = line.len() + usize::from(end.len);
        room[body + len..][..2].copy_from_slice(b"\r\n");
        let body = self.end + body;
        self.end = body + len + 2;
        body..body + len
    }

    pub fn truncate(&mut self, len: usize) {
        self.end = self.end.min(len);
    }

    pub fn clear(&mut self) {
        self.end = 0;
    }
}

impl Deref for Outgoing {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.memory[..self.end]
    }
}

impl DerefMut for Outgoing {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.memory[..self.end]
    }
}

/// How many digits a number has.
#[inline(always)]
pub fn digits(number: u32) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

/// Fills `room`, which has as many bytes as the number has digits. By hand: `core::fmt` costs several times as much and
/// its code.
#[inline(always)]
pub fn write_number(room: &mut [u8], mut number: u32) {
    for digit in room.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Copies between slices of one length. Blocks of constant size become loads and stores, the last one overlaps.
#[inline(always)]
pub fn copy(to: &mut [u8], from: &[u8]) {
    let len = from.len();
    if len > SHORT {
        to.copy_from_slice(from);
    } else if len >= 16 {
        let mut at = 0;
        while at + 16 < len {
            block::<16>(to, from, at);
            at += 16;
        }
        block::<16>(to, from, len - 16);
    } else if len >= 8 {
        block::<8>(to, from, 0);
        block::<8>(to, from, len - 8);
    } else if len >= 4 {
        block::<4>(to, from, 0);
        block::<4>(to, from, len - 4);
    } else if len >= 2 {
        block::<2>(to, from, 0);
        block::<2>(to, from, len - 2);
    } else if len == 1 {
        to[0] = from[0];
    }
}

#[inline(always)]
fn block<const N: usize>(to: &mut [u8], from: &[u8], at: usize) {
    to[at..at + N].copy_from_slice(&from[at..at + N]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_every_length() {
        let from: Vec<u8> = (0..=255).collect();
        for len in 0..=256 {
            let mut out = Outgoing::new();
            out.put(b"<");
            out.put(&from[..len]);
            out.put(b">");
            assert_eq!(&out[..], [b"<", &from[..len], b">"].concat());
        }
    }

    #[test]
    fn digits_are_those_of_fmt() {
        for number in [0, 1, 9, 10, 99, 100, 65_535, 999_999_999, 1_000_000_000, u32::MAX] {
            let mut out = Outgoing::new();
            out.put_number(number);
            assert_eq!(&out[..], number.to_string().as_bytes());
        }
    }

    #[test]
    fn growing_keeps_what_is_there() {
        let mut out = Outgoing::new();
        for number in 0..3000 {
            out.put_number(number);
            out.put_line_end();
        }
        let expected: String = (0..3000).map(|number| format!("{number}\r\n")).collect();
        assert_eq!(&out[..], expected.as_bytes());
    }

    #[test]
    fn what_was_cut_off_is_gone() {
        let mut out = Outgoing::new();
        out.put(b"abc");
        out.truncate(1);
        out.put_byte(b'd');
        assert_eq!(&out[..], b"ad");
        out.clear();
        assert!(out.is_empty() && out.capacity() > 0);
    }
}
