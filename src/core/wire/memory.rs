//! Events and joined ops in ordinary memory: what a native shell has, and the tests of this crate.

use bytes::{Bytes, BytesMut};

use super::{Joiner, Source};

impl Source for &[u8] {
    fn len(&self) -> usize {
        <[u8]>::len(self)
    }

    fn copy_to(&self, at: usize, into: &mut [u8]) {
        into.copy_from_slice(&self[at..at + into.len()]);
    }
}

/// A joiner with one buffer an op.
#[derive(Debug, Default)]
pub struct Joined {
    open: BytesMut,
    finished: Bytes,
}

impl Joined {
    /// The op that was finished last: what rows with `FLAG_JOINED` refer to.
    pub fn finished(&self) -> &[u8] {
        &self.finished
    }

    /// Bytes held for the op that is being joined.
    pub fn open_len(&self) -> usize {
        self.open.len()
    }
}

impl Joiner<&[u8]> for Joined {
    /// Memory grows with the bytes that come, not with the length announced.
    fn begin(&mut self, _len: usize) -> u32 {
        self.open.clear();
        0
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        self.open.extend_from_slice(bytes);
    }

    fn push_source(&mut self, source: &&[u8], from: usize, len: usize) {
        self.open.extend_from_slice(&source[from..from + len]);
    }

    fn finish(&mut self) {
        self.finished = self.open.split().freeze();
    }
}
