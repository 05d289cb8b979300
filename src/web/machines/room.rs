//! Room for a piece of an object, at an address that stays: TypeScript copies bytes there, and a machine reads them. Owns the
//! memory, so that feeding a machine allocates nothing.

/// Bytes of a piece.
const LEN: usize = 64 * 1024;

pub struct Room(Box<[u8]>);

impl Default for Room {
    fn default() -> Room {
        Room(vec![0; LEN].into_boxed_slice())
    }
}

impl Room {
    pub fn address(&self) -> usize {
        self.0.as_ptr() as usize
    }

    pub fn len(&self) -> usize {
        LEN
    }

    /// The first `len` bytes, at most [`LEN`].
    pub fn piece(&self, len: usize) -> &[u8] {
        &self.0[..len.min(LEN)]
    }
}
