//! Scratch: a region of wasm memory for texts on their way in, one for all connections of the module. TypeScript writes there
//! and calls an export with the lengths, in the same turn.

use std::cell::RefCell;
use std::rc::Rc;

thread_local! {
    /// Shared, so that a trap amid a read leaves no borrow behind that would shut out all other connections.
    static SCRATCH: RefCell<Rc<[u8]>> = RefCell::new(Rc::new([]));
}

/// Address of at least `length` bytes. What was written stays until the next call.
pub fn reserve(length: usize) -> *const u8 {
    SCRATCH.with_borrow_mut(|scratch| {
        if scratch.len() < length {
            let mut larger = vec![0; length.next_power_of_two()];
            larger[..scratch.len()].copy_from_slice(scratch);
            *scratch = larger.into();
        }
        scratch.as_ptr()
    })
}

/// Reads the first `length` bytes.
#[inline]
pub fn with_scratch<T>(length: usize, read: impl FnOnce(&[u8]) -> T) -> T {
    if length == 0 {
        return read(&[]);
    }
    let scratch = SCRATCH.with_borrow(Rc::clone);
    read(&scratch[..length])
}

/// Reads two texts that lie one behind the other.
#[inline]
pub fn with_pair<T>(first: usize, second: usize, read: impl FnOnce(&[u8], &[u8]) -> T) -> T {
    with_scratch(first + second, |bytes| {
        let (first, second) = bytes.split_at(first);
        read(first, second)
    })
}
