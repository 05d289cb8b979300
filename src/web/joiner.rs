//! WebSocket messages and the buffers of cut ops, as the scanner's `Source` and `Joiner`. Their bytes stay in JS memory.

use js_sys::Uint8Array;

use crate::core::wire::{Joiner, Source};

/// One WebSocket message.
pub struct EventBytes {
    view: Uint8Array,
    len: usize,
}

impl EventBytes {
    pub fn new(view: Uint8Array) -> EventBytes {
        let len = view.length() as usize;
        EventBytes { view, len }
    }

    fn part(&self, from: usize, len: usize) -> Uint8Array {
        if from == 0 && len == self.len {
            self.view.clone()
        } else {
            self.view.subarray(from as u32, (from + len) as u32)
        }
    }
}

impl Source for EventBytes {
    fn len(&self) -> usize {
        self.len
    }

    fn copy_to(&self, at: usize, into: &mut [u8]) {
        self.part(at, into.len()).copy_to(into);
    }
}

/// Size of the shared slabs small ops are joined in: to a browser one op in every 4096 bytes is cut, and a buffer for
/// each would cost more than the rest of its delivery.
const SLAB: u32 = 256 * 1024;
/// Ops from this size on get a buffer of their own, so that keeping one does not keep a slab.
const OWN: u32 = 32 * 1024;

#[derive(Default)]
pub struct SlabJoiner {
    slab: Option<Uint8Array>,
    /// First free byte of the slab.
    free: u32,
    current: Option<Uint8Array>,
    /// Where the next push goes in `current`.
    cursor: u32,
    finished: Option<Uint8Array>,
}

impl SlabJoiner {
    /// The buffer of the op finished since the last call.
    pub fn take_finished(&mut self) -> Option<Uint8Array> {
        self.finished.take()
    }

    fn room(&mut self, len: u32) -> (Uint8Array, u32) {
        if len >= OWN {
            return (Uint8Array::new_with_length(len), 0);
        }
        let slab = match &self.slab {
            Some(slab) if self.free + len <= SLAB => slab.clone(),
            _ => {
                let slab = Uint8Array::new_with_length(SLAB);
                self.slab = Some(slab.clone());
                self.free = 0;
                slab
            }
        };
        let at = self.free;
        self.free += len;
        (slab, at)
    }

    fn current(&self) -> &Uint8Array {
        self.current.as_ref().expect("the scanner begins an op before it pushes to it")
    }
}

impl Joiner<EventBytes> for SlabJoiner {
    fn begin(&mut self, len: usize) -> u32 {
        let (buffer, at) = self.room(len as u32);
        self.current = Some(buffer);
        self.cursor = at;
        at
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        let end = self.cursor + bytes.len() as u32;
        self.current().subarray(self.cursor, end).copy_from(bytes);
        self.cursor = end;
    }

    fn push_source(&mut self, source: &EventBytes, from: usize, len: usize) {
        self.current().set(&source.part(from, len), self.cursor);
        self.cursor += len as u32;
    }

    fn finish(&mut self) {
        self.finished = self.current.take();
    }
}
