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

/// An event in ordinary memory whose unread bytes lie on the scanner's stage.
#[derive(Clone, Copy, Debug)]
pub struct Staged<'a>(&'a [u8]);

impl<'a> Staged<'a> {
    /// Puts the bytes of `event` from offset `body_left` on, if there are any, on the `stage`. `None`: there are too many.
    pub fn put(event: &'a [u8], body_left: usize, stage: &mut [u8]) -> Option<Staged<'a>> {
        let unread = event.get(body_left..).unwrap_or_default();
        stage.get_mut(..unread.len())?.copy_from_slice(unread);
        Some(Staged(event))
    }
}

impl Source for Staged<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn copy_to(&self, _at: usize, _into: &mut [u8]) {
        unreachable!("the bytes lie on the stage");
    }

    fn is_staged(&self) -> bool {
        true
    }
}

impl AsRef<[u8]> for Staged<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0
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

impl<S: Source + AsRef<[u8]>> Joiner<S> for Joined {
    /// Memory grows with the bytes that come, not with the length announced.
    fn begin(&mut self, _len: usize) -> u32 {
        self.open.clear();
        0
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        self.open.extend_from_slice(bytes);
    }

    fn push_source(&mut self, source: &S, from: usize, len: usize) {
        self.open.extend_from_slice(&source.as_ref()[from..from + len]);
    }

    fn finish(&mut self) {
        self.finished = self.open.split().freeze();
    }
}
