//! Numbered things: sids and tickets. A number is never given twice (until 2³¹ have been given), and finding a thing
//! by its number is one masked index: a number whose place is taken is passed over.
//!
//! Places come in chunks, which are made when something is put there. One array that doubles would be twice as long as
//! what is in it, and leave a hole as long as that behind: in wasm memory, which is never given back
//! (docs/decisions/0023).

use std::num::NonZeroU32;

/// Numbers stay positive as `i32`, because the boundary returns either a number or a negated code.
const LAST: u32 = i32::MAX as u32;
/// Places in a chunk.
const CHUNK: usize = 64;

type Place<T> = Option<(NonZeroU32, T)>;

#[derive(Debug)]
pub struct Table<T> {
    /// A chunk is made when something is put in it.
    chunks: Vec<Option<Box<[Place<T>; CHUNK]>>>,
    /// How many places there are, made or not: zero, or a power of two and at least `CHUNK`. The thing with number `n`
    /// lies at `n & (places - 1)`.
    places: usize,
    len: usize,
    latest: u32,
}

impl<T> Table<T> {
    pub fn new() -> Table<T> {
        Table { chunks: Vec::new(), places: 0, len: 0, latest: 0 }
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// The number given last; 0 before the first.
    pub fn latest(&self) -> u32 {
        self.latest
    }

    /// Uses up a number without keeping anything under it.
    pub fn skip(&mut self) -> u32 {
        self.latest = following(self.latest);
        while self.contains(self.latest) {
            self.latest = following(self.latest);
        }
        self.latest
    }

    #[inline(never)]
    pub fn insert(&mut self, thing: T) -> u32 {
        // An eighth of the places stays free: about seven numbers are passed over for each one given, at worst.
        if (self.len + 1) * 8 > self.places * 7 {
            self.grow();
        }
        self.len += 1;
        let mut number = self.latest;
        loop {
            number = following(number);
            let place = self.make(number);
            if place.is_none() {
                *place = NonZeroU32::new(number).map(|number| (number, thing));
                break;
            }
        }
        self.latest = number;
        number
    }

    #[inline(always)]
    pub fn get(&self, number: u32) -> Option<&T> {
        let place = self.place(number);
        match &self.chunks.get(place / CHUNK)?.as_ref()?[place % CHUNK] {
            Some((owner, thing)) if owner.get() == number => Some(thing),
            _ => None,
        }
    }

    #[inline(always)]
    pub fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        self.find(number)?.as_mut().map(|(_, thing)| thing)
    }

    #[inline(always)]
    pub fn contains(&self, number: u32) -> bool {
        self.get(number).is_some()
    }

    #[inline(never)]
    pub fn remove(&mut self, number: u32) -> Option<T> {
        let (_, thing) = self.find(number)?.take()?;
        self.len -= 1;
        Some(thing)
    }

    /// All numbers, ascending.
    pub fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.iter().map(|(number, _)| number).collect();
        numbers.sort_unstable();
        numbers
    }

    /// In no order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        let places = self.chunks.iter().flatten().flat_map(|chunk| chunk.iter());
        places.flatten().map(|(number, thing)| (number.get(), thing))
    }

    /// Forgets all things; their numbers are not given again.
    pub fn clear(&mut self) {
        self.chunks = Vec::new();
        self.places = 0;
        self.len = 0;
    }

    #[inline(always)]
    fn place(&self, number: u32) -> usize {
        number as usize & self.places.wrapping_sub(1)
    }

    /// The place this number has.
    #[inline(always)]
    fn find(&mut self, number: u32) -> Option<&mut Place<T>> {
        let place = self.place(number);
        let place = &mut self.chunks.get_mut(place / CHUNK)?.as_mut()?[place % CHUNK];
        if place.as_ref()?.0.get() == number { Some(place) } else { None }
    }

    /// The place this number would have, among those there are.
    #[inline(always)]
    fn make(&mut self, number: u32) -> &mut Place<T> {
        let place = self.place(number);
        let chunk = self.chunks[place / CHUNK].get_or_insert_with(|| Box::new([const { None }; CHUNK]));
        &mut chunk[place % CHUNK]
    }

    /// Places that differ under the old mask differ under the longer one: a thing stays, or moves by the old length.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let before = self.places;
        self.places = (before * 2).max(CHUNK);
        self.chunks.resize_with(self.places / CHUNK, || None);
        for place in 0..before {
            let Some(chunk) = &mut self.chunks[place / CHUNK] else { continue };
            let here = &mut chunk[place % CHUNK];
            if let Some((number, _)) = here
                && number.get() as usize & before != 0
            {
                let number = number.get();
                let moved = here.take();
                *self.make(number) = moved;
            }
        }
    }
}

fn following(number: u32) -> u32 {
    if number >= LAST { 1 } else { number + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_not_given_twice_and_find_their_thing() {
        let mut table = Table::new();
        let numbers: Vec<u32> = (0..1000).map(|thing| table.insert(thing)).collect();
        for (thing, &number) in numbers.iter().enumerate() {
            assert_eq!(table.get(number), Some(&thing));
        }
        for &number in &numbers[..999] {
            table.remove(number);
        }
        let kept = numbers[999];
        for _ in 0..5000 {
            let number = table.insert(7);
            assert!(number > kept);
            assert_eq!(table.remove(number), Some(7));
            assert_eq!(table.get(number), None);
        }
        assert_eq!(table.get(kept), Some(&999));
        assert_eq!(table.len(), 1);
        assert_eq!(table.places, 2048);
    }

    #[test]
    fn places_are_made_when_they_are_needed() {
        let mut table = Table::new();
        for thing in 0..10_000 {
            table.insert(thing);
        }
        assert_eq!(table.places, 16_384);
        assert_eq!(table.chunks.iter().flatten().count(), 10_000 / CHUNK + 1);
    }

    #[test]
    fn things_that_move_when_it_grows_are_found() {
        // Old ones are kept, so that the numbers in use lie on both sides of the old length.
        let mut table = Table::new();
        let mut kept = Vec::new();
        for thing in 0..20_000u32 {
            let number = table.insert(thing);
            if thing % 3 == 0 {
                kept.push((number, thing));
            } else {
                table.remove(number);
            }
        }
        assert_eq!(table.len(), kept.len());
        for &(number, thing) in &kept {
            assert_eq!(table.get(number), Some(&thing));
        }
        assert_eq!(table.numbers(), kept.iter().map(|&(number, _)| number).collect::<Vec<_>>());
    }

    #[test]
    fn an_empty_table_answers() {
        let mut table: Table<u8> = Table::new();
        assert_eq!(table.get(0), None);
        assert_eq!(table.get(5), None);
        assert_eq!(table.remove(5), None);
        assert_eq!(table.skip(), 1);
    }

    #[test]
    fn numbers_wrap_below_the_sign_bit() {
        let mut table = Table::new();
        table.latest = LAST - 1;
        assert_eq!(table.insert('a'), LAST);
        assert_eq!(table.insert('b'), 1);
        assert_eq!(table.skip(), 2);
        assert_eq!(table.numbers(), [1, LAST]);
    }
}
