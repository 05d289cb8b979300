//! The allocator of the wasm modules: [`Heap`] on wasm's linear memory. The only unsafe code of this crate;
//! it decides nothing.

use std::alloc::{GlobalAlloc, Layout};
use std::arch::wasm32::{memory_grow, memory_size};
use std::cell::UnsafeCell;

use crate::core::heap::{Ground, Heap, UNIT};

const PAGE: usize = 64 * 1024;

unsafe extern "C" {
    /// The linker's: its address is where memory begins that nothing else uses, a multiple of 16.
    static __heap_base: u8;
}

struct LinearMemory(UnsafeCell<Heap>);

/// What lies behind the module's own data, counted from there.
struct Bytes;

// SAFETY: these modules are built without threads, so that nobody else can be in here.
unsafe impl Sync for LinearMemory {}

#[global_allocator]
static MEMORY: LinearMemory = LinearMemory(UnsafeCell::new(Heap::new(UNIT)));

fn base() -> usize {
    &raw const __heap_base as usize
}

impl LinearMemory {
    #[inline(always)]
    fn with<T>(&self, run: impl FnOnce(&mut Heap, &mut Bytes) -> T) -> T {
        // SAFETY: the one reference there is, as `run` allocates nothing.
        run(unsafe { &mut *self.0.get() }, &mut Bytes)
    }
}

// SAFETY: the heap gives out no address twice, none that is not backed by memory, and only multiples of `UNIT`.
unsafe impl GlobalAlloc for LinearMemory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > UNIT {
            return std::ptr::null_mut();
        }
        match self.with(|heap, bytes| heap.allocate(layout.size(), bytes)) {
            0 => std::ptr::null_mut(),
            block => (base() + block) as *mut u8,
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.with(|heap, bytes| heap.free(block as usize - base(), layout.size(), bytes));
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if self.with(|heap, bytes| heap.resize(block as usize - base(), layout.size(), size, bytes)) {
            return block;
        }
        // SAFETY: as the caller has it; the new block is another one.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                std::ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

impl Ground for Bytes {
    fn word(&self, at: usize) -> usize {
        // SAFETY: a freed block, into which `put_word` has written.
        unsafe { *((base() + at) as *const usize) }
    }

    fn put_word(&mut self, at: usize, word: usize) {
        // SAFETY: a block that was freed and is at least `UNIT` bytes long.
        unsafe { *((base() + at) as *mut usize) = word }
    }

    fn reach(&mut self, end: usize) -> bool {
        let pages = (base() + end).div_ceil(PAGE);
        let has = memory_size(0);
        pages <= has || memory_grow(0, pages - has) != usize::MAX
    }
}
