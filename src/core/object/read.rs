//! Getting an object: whether what comes is what its info promises. Owns order, counts and the digest. Refuses bytes: they
//! are fed, and go to the reader when the verdict on them is good.

use crate::core::object::digest::Digest;

/// On a chunk, or on the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the reader's, and more is to come.
    More,
    /// It is the reader's, and the last one. The digest is right.
    Whole,
    /// Nothing more comes, and something is missing.
    TooShort,
    /// There is more than the info says.
    TooLong,
    /// It came before, or something else came before it.
    OutOfOrder,
    /// All is there, and the digest is another one.
    Corrupt,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Read {
    size: u64,
    chunks: u64,
    expected: [u8; 32],
    received: u64,
    received_chunks: u64,
    /// Stream sequence of the chunk before.
    last_seq: u64,
    digest: Digest,
}

impl Read {
    /// What the info promises: bytes, chunks, and the digest.
    pub fn new(size: u64, chunks: u64, expected: [u8; 32]) -> Read {
        Read {
            size,
            chunks,
            expected,
            received: 0,
            received_chunks: 0,
            last_seq: 0,
            digest: Digest::default(),
        }
    }

    /// Bytes.
    pub fn received(&self) -> u64 {
        self.received
    }

    pub fn received_chunks(&self) -> u64 {
        self.received_chunks
    }

    /// The bytes of the chunk that is judged next, in any number of pieces.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
    }

    /// The chunk that was fed: its stream sequence, its bytes, and how many messages the server still had for this reader
    /// when it sent it. An empty message is no chunk.
    pub fn handle_chunk(&mut self, stream_seq: u64, len: u64, pending: u64) -> Verdict {
        if stream_seq <= self.last_seq {
            return Verdict::OutOfOrder;
        }
        self.last_seq = stream_seq;
        self.received += len;
        self.received_chunks += u64::from(len > 0);
        if self.received > self.size || self.received_chunks > self.chunks {
            return Verdict::TooLong;
        }
        let is_all = self.received == self.size && self.received_chunks == self.chunks;
        match (is_all, pending) {
            (true, 0) => self.compare(),
            (true, _) => Verdict::TooLong,
            (false, 0) => Verdict::TooShort,
            (false, _) => Verdict::More,
        }
    }

    /// The server has nothing more for this reader, though it had said so before.
    pub fn handle_end(&self) -> Verdict {
        if self.received < self.size || self.received_chunks < self.chunks {
            return Verdict::TooShort;
        }
        self.compare()
    }

    fn compare(&self) -> Verdict {
        if self.digest.clone().finish() == self.expected { Verdict::Whole } else { Verdict::Corrupt }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABCD: &[u8] = b"abcd";

    fn sum(bytes: &[u8]) -> [u8; 32] {
        let mut digest = Digest::default();
        digest.update(bytes);
        digest.finish()
    }

    fn read(chunks: &[(u64, &[u8], u64)]) -> Vec<Verdict> {
        let mut read = Read::new(4, 2, sum(ABCD));
        chunks
            .iter()
            .map(|(seq, bytes, pending)| {
                read.feed(bytes);
                read.handle_chunk(*seq, bytes.len() as u64, *pending)
            })
            .collect()
    }

    #[test]
    fn what_the_info_promises_is_whole() {
        assert_eq!(read(&[(3, b"ab", 1), (9, b"cd", 0)]), [Verdict::More, Verdict::Whole]);
        assert_eq!(
            read(&[(3, b"ab", 2), (4, b"", 1), (9, b"cd", 0)]),
            [Verdict::More, Verdict::More, Verdict::Whole],
            "an empty message is no chunk",
        );
    }

    #[test]
    fn an_empty_object_is_whole_from_the_beginning() {
        assert_eq!(Read::new(0, 0, sum(b"")).handle_end(), Verdict::Whole);
        assert_eq!(Read::new(0, 0, sum(b"a")).handle_end(), Verdict::Corrupt);
    }

    #[test]
    fn other_bytes_are_corrupt() {
        assert_eq!(read(&[(3, b"ab", 1), (9, b"ce", 0)]), [Verdict::More, Verdict::Corrupt]);
        assert_eq!(read(&[(3, b"cd", 1), (9, b"ab", 0)]), [Verdict::More, Verdict::Corrupt]);
    }

    #[test]
    fn what_ends_early_is_too_short() {
        assert_eq!(read(&[(3, b"ab", 0)]), [Verdict::TooShort]);
        assert_eq!(read(&[(3, b"ab", 1), (9, b"c", 0)]), [Verdict::More, Verdict::TooShort]);
        assert_eq!(read(&[(3, ABCD, 0)]), [Verdict::TooShort], "a chunk is missing");
        assert_eq!(Read::new(4, 2, sum(ABCD)).handle_end(), Verdict::TooShort);
    }

    #[test]
    fn more_than_was_promised_is_too_long() {
        assert_eq!(read(&[(3, b"abcde", 1)]), [Verdict::TooLong]);
        assert_eq!(read(&[(3, b"ab", 2), (9, b"cd", 1)]), [Verdict::More, Verdict::TooLong]);
        assert_eq!(
            read(&[(3, b"a", 2), (4, b"b", 1), (9, b"cd", 0)]),
            [Verdict::More, Verdict::More, Verdict::TooLong],
        );
    }

    #[test]
    fn a_sequence_that_does_not_rise_is_out_of_order() {
        assert_eq!(read(&[(3, b"ab", 1), (3, b"cd", 0)]), [Verdict::More, Verdict::OutOfOrder]);
        assert_eq!(read(&[(3, b"ab", 1), (2, b"cd", 0)]), [Verdict::More, Verdict::OutOfOrder]);
    }
}
