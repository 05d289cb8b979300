//! Scratch: a region of wasm memory for texts on their way in, one for all connections of the module. TypeScript writes texts
//! there and calls an export with their lengths, in the same turn. Refuses to keep a text for longer.

use std::cell::RefCell;
use std::rc::Rc;

thread_local! {
    /// Shared, so that a trap amid a read leaves no borrow behind that would shut out all other connections. `None`: nobody
    /// has written yet.
    static SCRATCH: RefCell<Option<Rc<Vec<u8>>>> = const { RefCell::new(None) };
}

/// Address of at least `length` bytes. The bytes that were written before stay.
pub fn reserve(length: usize) -> *const u8 {
    SCRATCH.with_borrow_mut(|scratch| {
        let before = scratch.as_deref().map_or(&[][..], Vec::as_slice);
        if before.len() < length {
            let mut larger = vec![0; length.next_power_of_two()];
            larger[..before.len()].copy_from_slice(before);
            *scratch = Some(Rc::new(larger));
        }
        scratch.as_deref().map_or(std::ptr::null(), Vec::as_ptr)
    })
}

/// Reads the first `length` bytes, which TypeScript has asked for with [`reserve`].
#[inline]
pub fn with_scratch<T>(length: usize, read: impl FnOnce(&[u8]) -> T) -> T {
    if length == 0 {
        return read(&[]);
    }
    let scratch = SCRATCH.with_borrow(Option::clone);
    read(&scratch.as_deref().map_or(&[][..], Vec::as_slice)[..length])
}

/// The text in the first `length` bytes. Bytes that are no UTF-8 become U+FFFD.
#[inline(never)]
pub fn text(length: usize) -> String {
    with_scratch(length, |bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// The lines in these bytes of scratch, empty ones left out.
#[inline(never)]
pub fn lines(bytes: &[u8]) -> Vec<String> {
    bytes
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect()
}

/// Reads two texts that lie one behind the other.
#[inline]
pub fn with_pair<T>(first: usize, second: usize, read: impl FnOnce(&[u8], &[u8]) -> T) -> T {
    with_scratch(first + second, |bytes| {
        let (first, second) = bytes.split_at(first);
        read(first, second)
    })
}
