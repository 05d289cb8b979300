//! Numbered things: sids and tickets. A number is never given twice (until 2³¹ have been given), and finding a thing
//! by its number is one masked index: a number whose place is taken is passed over.

use std::num::NonZeroU32;

/// Numbers stay positive as `i32`, because the boundary returns either a number or a negated code.
const LAST: u32 = i32::MAX as u32;

#[derive(Debug)]
pub struct Table<T> {
    /// Length zero or a power of two. The thing with number `n` lies at `n & (len - 1)`.
    places: Vec<Option<(NonZeroU32, T)>>,
    len: usize,
    latest: u32,
}

impl<T> Table<T> {
    pub fn new() -> Table<T> {
        Table { places: Vec::new(), len: 0, latest: 0 }
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

    pub fn insert(&mut self, thing: T) -> u32 {
        // An eighth of the places stays free: about seven numbers are passed over for each one given, at worst.
        if (self.len + 1) * 8 > self.places.len() * 7 {
            self.grow();
        }
        let mut number = following(self.latest);
        while self.places[self.place(number)].is_some() {
            number = following(number);
        }
        let place = self.place(number);
        self.places[place] = NonZeroU32::new(number).map(|number| (number, thing));
        self.len += 1;
        self.latest = number;
        number
    }

    #[inline(always)]
    pub fn get(&self, number: u32) -> Option<&T> {
        match self.places.get(self.place(number))? {
            Some((owner, thing)) if owner.get() == number => Some(thing),
            _ => None,
        }
    }

    #[inline(always)]
    pub fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        let place = self.place(number);
        match self.places.get_mut(place)? {
            Some((owner, thing)) if owner.get() == number => Some(thing),
            _ => None,
        }
    }

    #[inline(always)]
    pub fn contains(&self, number: u32) -> bool {
        self.get(number).is_some()
    }

    pub fn remove(&mut self, number: u32) -> Option<T> {
        if !self.contains(number) {
            return None;
        }
        let place = self.place(number);
        self.len -= 1;
        self.places[place].take().map(|(_, thing)| thing)
    }

    /// All numbers, ascending.
    pub fn numbers(&self) -> Vec<u32> {
        let mut numbers: Vec<u32> = self.iter().map(|(number, _)| number).collect();
        numbers.sort_unstable();
        numbers
    }

    /// In no order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.places.iter().flatten().map(|(number, thing)| (number.get(), thing))
    }

    /// Forgets all things; their numbers are not given again.
    pub fn clear(&mut self) {
        self.places = Vec::new();
        self.len = 0;
    }

    #[inline]
    fn place(&self, number: u32) -> usize {
        number as usize & self.places.len().wrapping_sub(1)
    }

    /// Places that differ under the old mask differ under the longer one.
    fn grow(&mut self) {
        let len = (self.places.len() * 2).max(8);
        let mut places = Vec::new();
        places.resize_with(len, || None);
        for (number, thing) in std::mem::take(&mut self.places).into_iter().flatten() {
            places[number.get() as usize & (len - 1)] = Some((number, thing));
        }
        self.places = places;
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
        assert_eq!(table.places.len(), 2048);
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
