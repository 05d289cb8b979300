//! How cut ops are put together by a shell that is not called back while a window is read: as a list of steps, which it
//! takes when the call has returned. Owns the places in the shared slabs; touches no byte of an op but those of its
//! control line and headers. `js/engine/layout.ts` is generated from the words below.

use bytes::BytesMut;

use super::{Joiner, Source};

/// Words in a step: what to do, and two operands.
pub const STEP_WORDS: usize = 3;
/// Begin an op at this offset of the current slab; the second operand is the length of a new slab to be taken first, 0
/// when the current one goes on.
pub const STEP_SLAB: u32 = 0;
/// Begin an op in a buffer of its own, of this length.
pub const STEP_OWN: u32 = 1;
/// Append bytes that are held here: offset in the held bytes, length.
pub const STEP_HELD: u32 = 2;
/// Append bytes of the event: offset in it, length.
pub const STEP_EVENT: u32 = 3;
/// The op is whole.
pub const STEP_FINISH: u32 = 4;

/// Size of the shared slabs small ops are joined in: to a browser one op in every 4096 bytes is cut, and a buffer for
/// each would cost more than the rest of its delivery.
const SLAB: u32 = 256 * 1024;
/// Ops from this size on get a buffer of their own, so that keeping one does not keep a slab.
const OWN: u32 = 32 * 1024;

/// The steps of one window.
#[derive(Debug, Default)]
pub struct Steps {
    words: Vec<u32>,
    held: BytesMut,
    /// First free byte of the slab; nothing is free before the first slab.
    free: Option<u32>,
}

impl Steps {
    /// Forgets the steps of the window before.
    pub fn clear(&mut self) {
        self.words.clear();
        self.held.clear();
    }

    /// The steps, [`STEP_WORDS`] words each.
    pub fn words(&self) -> &[u32] {
        &self.words
    }

    /// What `STEP_HELD` refers to. Valid until the next [`clear`](Steps::clear).
    pub fn held(&self) -> &[u8] {
        &self.held
    }

    fn push(&mut self, step: u32, first: u32, second: u32) {
        self.words.extend_from_slice(&[step, first, second]);
    }
}

impl<S: Source> Joiner<S> for Steps {
    fn begin(&mut self, len: usize) -> u32 {
        let len = len as u32;
        if len >= OWN {
            self.push(STEP_OWN, len, 0);
            return 0;
        }
        let (at, new_slab) = match self.free {
            Some(free) if free + len <= SLAB => (free, 0),
            _ => (0, SLAB),
        };
        self.free = Some(at + len);
        self.push(STEP_SLAB, at, new_slab);
        at
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        self.push(STEP_HELD, self.held.len() as u32, bytes.len() as u32);
        self.held.extend_from_slice(bytes);
    }

    fn push_source(&mut self, _source: &S, from: usize, len: usize) {
        self.push(STEP_EVENT, from as u32, len as u32);
    }

    fn finish(&mut self) {
        self.push(STEP_FINISH, 0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Event<'a> = &'a [u8];

    #[test]
    fn small_ops_share_slabs_and_large_ones_stand_alone() {
        let mut steps = Steps::default();
        let begin = |steps: &mut Steps, len| Joiner::<Event<'_>>::begin(steps, len);
        assert_eq!(begin(&mut steps, 100), 0);
        assert_eq!(begin(&mut steps, OWN as usize), 0);
        assert_eq!(begin(&mut steps, 50), 100);
        assert_eq!(steps.words(), [STEP_SLAB, 0, SLAB, STEP_OWN, OWN, 0, STEP_SLAB, 100, 0]);
        steps.clear();
        let mut starts = Vec::new();
        while starts.last() != Some(&0) {
            starts.push(begin(&mut steps, 30_000));
        }
        assert_eq!(starts.len(), 9, "eight more fit, the next one is at the start of a new slab");
        assert_eq!(steps.words()[24..], [STEP_SLAB, 0, SLAB]);
    }

    #[test]
    fn held_bytes_outlive_the_scanner_s_own() {
        let mut steps = Steps::default();
        let event: Event<'_> = b"0123456789";
        Joiner::<Event<'_>>::push_bytes(&mut steps, b"a.b");
        Joiner::push_source(&mut steps, &event, 4, 6);
        Joiner::<Event<'_>>::push_bytes(&mut steps, b"NATS/1.0\r\n\r\n");
        Joiner::<Event<'_>>::finish(&mut steps);
        assert_eq!(steps.held(), b"a.bNATS/1.0\r\n\r\n");
        assert_eq!(steps.words(), [STEP_HELD, 0, 3, STEP_EVENT, 4, 6, STEP_HELD, 3, 12, STEP_FINISH, 0, 0]);
    }
}
