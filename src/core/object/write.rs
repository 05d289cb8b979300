//! Putting an object: where it is cut, how many of its chunks may be on their way, and when it is whole. Owns sizes, counts
//! and the digest. Refuses bytes: the shell holds them, and sends what it is told to.
//!
//! What is on its way is bounded in bytes and in chunks, and the bound follows the link: it grows while acks come early and
//! shrinks when they come late, so that a slow link is not filled with chunks whose acks cannot come in time.

use std::collections::VecDeque;
use std::time::Duration;

use crate::core::object::digest::Digest;
use crate::core::time::Instant;

/// Chunks that are sent before the first ack.
const FIRST_WINDOW: u64 = 2;

/// What the shell has to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Ask the source for more; say what it gave with [`Write::add`], [`Write::end`] or [`Write::abort`].
    Read,
    /// Send the next `len` bytes as a chunk, and feed them to the digest; 1 to the size of a chunk.
    Send { len: u64 },
    /// Wait for what was sent; [`Write::handle_stored`] or [`Write::handle_refused`] says what became of it.
    Wait,
    /// All chunks are stored: publish the info.
    Commit,
    /// It has failed, and nothing is on its way any more: remove what was stored.
    Clean,
}

/// What may be on its way at once.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub bytes: u64,
    pub chunks: usize,
    /// How long an ack may take before the chunk counts as lost.
    pub patience: Duration,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Write {
    /// Bytes of every chunk but the last; at least 1.
    chunk: u64,
    bounds: Bounds,
    /// Bytes that may be on their way now: at least a chunk, at most `bounds.bytes` unless that is less than a chunk.
    window: u64,
    /// Bytes the source gave that are not sent.
    buffered: u64,
    ended: bool,
    failed: bool,
    /// Sent and not acknowledged, in the order of sending.
    sent: VecDeque<(Instant, u64)>,
    /// Their bytes.
    in_flight: u64,
    size: u64,
    chunks: u64,
    stored: u64,
    digest: Digest,
}

impl Write {
    /// A chunk of 0 bytes counts as one of 1.
    pub fn new(chunk: u64, bounds: Bounds) -> Write {
        let chunk = chunk.max(1);
        Write {
            chunk,
            bounds,
            window: (chunk * FIRST_WINDOW).min(bounds.bytes).max(chunk),
            buffered: 0,
            ended: false,
            failed: false,
            sent: VecDeque::new(),
            in_flight: 0,
            size: 0,
            chunks: 0,
            stored: 0,
            digest: Digest::default(),
        }
    }

    /// Bytes that were sent.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Chunks that were sent.
    pub fn chunks(&self) -> u64 {
        self.chunks
    }

    /// Bytes the server has.
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// Chunks the server has, or refused.
    pub fn settled(&self) -> u64 {
        self.chunks - self.sent.len() as u64
    }

    /// Bytes on their way.
    pub fn in_flight(&self) -> u64 {
        self.in_flight
    }

    /// The oldest chunk on its way is stored: a stream answers in the order of what it was sent.
    pub fn handle_stored(&mut self, now: Instant) {
        let Some((at, len)) = self.settle() else { return };
        self.stored += len;
        let took = now.since(at);
        if took * 4 <= self.bounds.patience {
            self.window = (self.window + self.chunk).min(self.bounds.bytes).max(self.chunk);
        } else if took * 2 > self.bounds.patience {
            self.window = (self.window / 2).max(self.chunk);
        }
    }

    /// A chunk on its way was refused, or nobody answered in time.
    pub fn handle_refused(&mut self) {
        self.settle();
        self.failed = true;
    }

    /// The source gave `len` bytes.
    pub fn add(&mut self, len: u64) {
        self.buffered += len;
    }

    /// The source has no more.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// The source failed, or the application does not want it any more.
    pub fn abort(&mut self) {
        self.failed = true;
    }

    /// The bytes of a chunk, in any number of pieces.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
    }

    /// Of everything that was fed.
    pub fn sum(&self) -> [u8; 32] {
        self.digest.clone().finish()
    }

    /// A chunk is cut when more than a chunk is there, and at the end.
    pub fn poll_output(&mut self, now: Instant) -> Output {
        if self.failed {
            return if self.sent.is_empty() { Output::Clean } else { Output::Wait };
        }
        if self.buffered <= self.chunk && !self.ended {
            return Output::Read;
        }
        if self.buffered == 0 {
            return if self.sent.is_empty() { Output::Commit } else { Output::Wait };
        }
        let len = self.buffered.min(self.chunk);
        if !self.has_room_for(len) {
            return Output::Wait;
        }
        self.buffered -= len;
        self.size += len;
        self.chunks += 1;
        self.in_flight += len;
        self.sent.push_back((now, len));
        Output::Send { len }
    }

    fn has_room_for(&self, len: u64) -> bool {
        self.sent.is_empty() || (self.in_flight + len <= self.window && self.sent.len() < self.bounds.chunks)
    }

    fn settle(&mut self) -> Option<(Instant, u64)> {
        let sent = self.sent.pop_front()?;
        self.in_flight -= sent.1;
        Some(sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_micros(millis * 1000)
    }

    fn bounds() -> Bounds {
        Bounds { bytes: 40, chunks: 100, patience: Duration::from_millis(1000) }
    }

    /// Sends what may be sent.
    fn send(write: &mut Write, now: Instant) -> Vec<u64> {
        let mut sent = Vec::new();
        while let Output::Send { len } = write.poll_output(now) {
            sent.push(len);
        }
        sent
    }

    #[test]
    fn a_chunk_is_cut_when_more_than_a_chunk_is_there() {
        let mut write = Write::new(10, bounds());
        assert_eq!(write.poll_output(at(0)), Output::Read);
        write.add(10);
        assert_eq!(write.poll_output(at(0)), Output::Read, "it may be the last one");
        write.add(1);
        assert_eq!(write.poll_output(at(0)), Output::Send { len: 10 });
        assert_eq!(write.poll_output(at(0)), Output::Read);
        write.end();
        assert_eq!(write.poll_output(at(0)), Output::Send { len: 1 });
        assert_eq!(write.poll_output(at(0)), Output::Wait);
        write.handle_stored(at(1));
        write.handle_stored(at(1));
        assert_eq!(write.poll_output(at(1)), Output::Commit);
        assert_eq!((write.size(), write.chunks(), write.stored()), (11, 2, 11));
    }

    #[test]
    fn an_empty_object_has_no_chunks() {
        let mut write = Write::new(10, bounds());
        write.end();
        assert_eq!(write.poll_output(at(0)), Output::Commit);
        assert_eq!((write.size(), write.chunks()), (0, 0));
    }

    #[test]
    fn early_acks_open_the_window_and_late_ones_close_it() {
        let mut write = Write::new(10, bounds());
        write.add(1000);
        assert_eq!(send(&mut write, at(0)), [10, 10]);
        write.handle_stored(at(100));
        assert_eq!(send(&mut write, at(100)), [10, 10]);
        write.handle_stored(at(200));
        write.handle_stored(at(200));
        assert_eq!(send(&mut write, at(200)), [10, 10, 10], "at most 40 bytes on their way");
        write.handle_stored(at(500));
        assert_eq!(send(&mut write, at(500)), [10], "neither early nor late");
        write.handle_stored(at(900));
        write.handle_stored(at(900));
        assert_eq!(write.in_flight(), 20);
        assert_eq!(send(&mut write, at(900)), [] as [u64; 0], "two were late: a quarter of it");
        write.handle_stored(at(900));
        write.handle_stored(at(900));
        assert_eq!(send(&mut write, at(900)), [10], "never less than one");
        write.handle_stored(at(1000));
        assert_eq!(send(&mut write, at(1000)), [10, 10], "and it opens again");
    }

    #[test]
    fn a_chunk_larger_than_the_bound_goes_alone() {
        let mut write = Write::new(100, bounds());
        write.add(250);
        assert_eq!(send(&mut write, at(0)), [100]);
        write.handle_stored(at(0));
        assert_eq!(send(&mut write, at(0)), [100]);
    }

    #[test]
    fn the_number_of_chunks_is_bounded() {
        let mut write = Write::new(1, Bounds { bytes: 1000, chunks: 3, ..bounds() });
        write.add(50);
        for _ in 0..4 {
            send(&mut write, at(0));
            write.handle_stored(at(0));
        }
        assert_eq!(send(&mut write, at(0)), [1]);
        assert_eq!(write.in_flight(), 3);
    }

    #[test]
    fn what_fails_is_cleaned_up_when_nothing_is_on_its_way() {
        let mut write = Write::new(10, bounds());
        write.add(1000);
        assert_eq!(send(&mut write, at(0)), [10, 10]);
        write.handle_refused();
        assert_eq!(write.poll_output(at(0)), Output::Wait);
        write.handle_stored(at(1));
        assert_eq!(write.poll_output(at(1)), Output::Clean);
        assert_eq!(write.stored(), 10);
        write.handle_stored(at(2));
        assert_eq!(write.settled(), 2, "an answer nobody waits for changes nothing");
    }

    #[test]
    fn a_source_that_fails_before_its_first_byte_leaves_nothing() {
        let mut write = Write::new(10, bounds());
        write.abort();
        assert_eq!(write.poll_output(at(0)), Output::Clean);
        assert_eq!(write.chunks(), 0);
    }
}
