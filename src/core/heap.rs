//! Which addresses are whose: the allocator of the wasm modules. Owns the sizes of blocks and the lists of freed ones;
//! refuses to touch memory, which is its ground's.
//!
//! A block has the size of its class, at most a quarter and 15 bytes more than what was asked for. A freed block joins
//! the list of its class and is given out again whole: nothing is split, and nothing joined but with the unused memory
//! behind the last block. So memory never exceeds the sum of the most that each class ever had at once, however long
//! the session; and the code is a tenth of a general allocator's (docs/decisions/0021-size.md).

/// Smallest block, and the alignment of all blocks.
pub const UNIT: usize = 16;
/// Four for each doubling, up to 2³² bytes.
const CLASSES: usize = 108;

/// The memory blocks lie in. Addresses are multiples of [`UNIT`], from wherever the ground counts.
pub trait Ground {
    /// The word that was put there.
    fn word(&self, at: usize) -> usize;

    fn put_word(&mut self, at: usize, word: usize);

    /// Makes sure that there is memory up to `end`. `false`: there is no more.
    fn reach(&mut self, end: usize) -> bool;
}

/// A freed block begins with the address of the next one of its class.
#[derive(Debug)]
pub struct Heap {
    /// The first freed block of each class; 0: none.
    freed: [usize; CLASSES],
    /// Where unused memory begins.
    top: usize,
}

impl Heap {
    /// `top`: the first address that may be given out, not 0.
    pub const fn new(top: usize) -> Heap {
        Heap { freed: [0; CLASSES], top }
    }

    /// The address of a block of `size` bytes, 0 when memory is used up.
    pub fn allocate(&mut self, size: usize, ground: &mut impl Ground) -> usize {
        let (class, len) = class_of(size);
        let block = self.freed[class];
        if block != 0 {
            self.freed[class] = ground.word(block);
            return block;
        }
        let block = self.top;
        if !self.rise(block, len, ground) {
            return 0;
        }
        block
    }

    /// `size`: as it was allocated, or resized to.
    pub fn free(&mut self, block: usize, size: usize, ground: &mut impl Ground) {
        let (class, len) = class_of(size);
        if block + len == self.top {
            self.top = block;
            return;
        }
        ground.put_word(block, self.freed[class]);
        self.freed[class] = block;
    }

    /// Whether the block could be resized where it is. Otherwise nothing has changed.
    pub fn resize(&mut self, block: usize, old: usize, new: usize, ground: &mut impl Ground) -> bool {
        let (old, (class, len)) = (class_of(old).1, class_of(new));
        // A freed block of the new length has to be used first, or memory would have no bound.
        old == len || (block + old == self.top && self.freed[class] == 0 && self.rise(block, len, ground))
    }

    /// Lets the last block, which begins at `block`, have `len` bytes.
    fn rise(&mut self, block: usize, len: usize, ground: &mut impl Ground) -> bool {
        let Some(end) = block.checked_add(len) else { return false };
        let has_memory = ground.reach(end);
        if has_memory {
            self.top = end;
        }
        has_memory
    }
}

/// The class of blocks that hold `size` bytes, and their length.
fn class_of(size: usize) -> (usize, usize) {
    // Counted from 0, so that a power of two closes a class and does not open one.
    let last = size.saturating_sub(1) / UNIT;
    if last < 4 {
        return (last, (last + 1) * UNIT);
    }
    let doublings = last.ilog2() as usize - 2;
    let quarter = last >> doublings;
    (doublings * 4 + quarter, ((quarter + 1) << doublings) * UNIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const BASE: usize = 4096;

    #[derive(Default)]
    struct Words {
        words: BTreeMap<usize, usize>,
        end: usize,
        most: usize,
    }

    impl Ground for Words {
        /// The word that was put there.
        fn word(&self, at: usize) -> usize {
            self.words[&at]
        }

        fn put_word(&mut self, at: usize, word: usize) {
            assert!(at >= BASE && at.is_multiple_of(UNIT));
            self.words.insert(at, word);
        }

        fn reach(&mut self, end: usize) -> bool {
            self.end = self.end.max(end);
            end <= self.most
        }
    }

    fn ground() -> Words {
        Words { most: 1 << 31, ..Words::default() }
    }

    #[test]
    fn a_block_is_at_most_a_quarter_larger_than_asked() {
        let mut before = (0, UNIT);
        for size in 0..200_000 {
            let (class, len) = class_of(size);
            assert!(len >= size && len <= (size + size / 4 + UNIT - 1).max(UNIT), "{size}: {len}");
            assert!((class, len) >= before && class <= before.0 + 1, "{size}: {class} after {before:?}");
            before = (class, len);
        }
        assert_eq!(class_of(1 << 31), (103, 1 << 31));
        assert!(class_of(u32::MAX as usize).0 < CLASSES);
    }

    #[test]
    fn freed_blocks_are_given_out_again() {
        let (mut heap, mut ground) = (Heap::new(BASE), ground());
        let blocks: Vec<usize> = (0..100).map(|_| heap.allocate(100, &mut ground)).collect();
        let top = heap.top;
        for round in 0..1000 {
            for &block in &blocks[..99] {
                heap.free(block, 97 + round % 16, &mut ground);
            }
            for _ in 0..99 {
                assert!(blocks.contains(&heap.allocate(112, &mut ground)));
            }
        }
        assert_eq!(heap.top, top);
    }

    #[test]
    fn the_last_block_grows_and_goes_where_it_is() {
        let (mut heap, mut ground) = (Heap::new(BASE), ground());
        let first = heap.allocate(16, &mut ground);
        let last = heap.allocate(16, &mut ground);
        assert!(heap.resize(last, 16, 1 << 20, &mut ground));
        assert!(!heap.resize(first, 16, 17, &mut ground), "another block lies behind it");
        assert!(heap.resize(last, 1 << 20, 300, &mut ground));
        heap.free(last, 300, &mut ground);
        assert_eq!(heap.allocate(5000, &mut ground), last);
    }

    #[test]
    fn used_up_memory_is_told_and_changes_nothing() {
        let (mut heap, mut ground) = (Heap::new(BASE), Words { most: BASE + 1024, ..Words::default() });
        let block = heap.allocate(1000, &mut ground);
        assert_eq!(block, BASE);
        assert_eq!(heap.allocate(16, &mut ground), 0);
        assert!(!heap.resize(block, 1000, 2000, &mut ground));
        assert_eq!(heap.allocate(1 << 31, &mut ground), 0);
        heap.free(block, 1000, &mut ground);
        assert_eq!(heap.allocate(900, &mut ground), BASE);
    }

    proptest! {
        /// Blocks never overlap, and memory is bounded by what each class had at most.
        #[test]
        fn blocks_are_their_owners_alone(ops in prop::collection::vec((0..3u8, 1..40_000usize, any::<prop::sample::Index>()), 1..400)) {
            let (mut heap, mut ground) = (Heap::new(BASE), ground());
            let mut live: Vec<(usize, usize)> = Vec::new();
            let mut most: BTreeMap<usize, usize> = BTreeMap::new();
            for (op, size, index) in ops {
                match op {
                    0 if !live.is_empty() => {
                        let (block, size) = live.swap_remove(index.index(live.len()));
                        heap.free(block, size, &mut ground);
                    }
                    1 if !live.is_empty() => {
                        let at = index.index(live.len());
                        let (block, old) = live[at];
                        if heap.resize(block, old, size, &mut ground) {
                            live[at].1 = size;
                        }
                    }
                    _ => live.push((heap.allocate(size, &mut ground), size)),
                }
                let mut places: Vec<(usize, usize)> = live.iter().map(|&(at, size)| (at, at + class_of(size).1)).collect();
                places.sort_unstable();
                prop_assert!(places.windows(2).all(|pair| pair[0].1 <= pair[1].0));
                prop_assert!(places.last().is_none_or(|place| place.1 <= heap.top));
                let mut now: BTreeMap<usize, usize> = BTreeMap::new();
                for (_, size) in &live {
                    *now.entry(class_of(*size).1).or_default() += 1;
                }
                for (len, count) in now {
                    let before = most.entry(len).or_default();
                    *before = (*before).max(count);
                }
            }
            let bound: usize = most.iter().map(|(len, count)| len * count).sum();
            prop_assert!(heap.top - BASE <= bound);
        }
    }
}
