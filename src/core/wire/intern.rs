//! Numbers for subjects, so that TypeScript decodes each subject once. Bounded in entries, bytes and search length,
//! whatever subjects come; refuses to number what does not fit.

use super::line::word;

/// Most subjects in one table.
const MAX_ENTRIES: usize = 8192;
/// Most bytes of subjects in one table.
const MAX_BYTES: usize = 1024 * 1024;
/// Longest subject that is numbered.
const MAX_SUBJECT: usize = 512;
/// Slots looked at before a subject is left without a number: subjects made to collide cost no more than that.
const MAX_PROBES: usize = 16;
const FIRST_SLOTS: usize = 64;

#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    at: u32,
    len: u16,
}

/// The subjects of one generation, numbered from 1 in the order they came.
pub(super) struct Subjects {
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    /// Open addressing, a power of two, at most half full. 0: free, otherwise the subject's number.
    slots: Vec<u16>,
    generation: u32,
    full: bool,
}

impl Subjects {
    pub fn new() -> Subjects {
        Subjects {
            entries: Vec::new(),
            bytes: Vec::new(),
            slots: vec![0; FIRST_SLOTS],
            generation: 1,
            full: false,
        }
    }

    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Starts an empty table when the old one is full. Says whether it did: earlier numbers are void then.
    pub fn renew_when_full(&mut self) -> bool {
        if !self.full {
            return false;
        }
        self.entries.clear();
        self.bytes.clear();
        self.slots.fill(0);
        self.generation = self.generation.wrapping_add(1);
        self.full = false;
        true
    }

    /// The number of this subject; 0 when it has none.
    pub fn number(&mut self, subject: &[u8]) -> u32 {
        if subject.len() > MAX_SUBJECT {
            return 0;
        }
        let hash = hash(subject);
        let mut slot = self.slot_of(hash);
        for _ in 0..MAX_PROBES {
            let number = self.slots[slot];
            if number == 0 {
                return self.add(slot, hash, subject);
            }
            let entry = self.entries[usize::from(number) - 1];
            if entry.hash == hash && self.bytes[entry.at as usize..][..usize::from(entry.len)] == *subject {
                return u32::from(number);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        0
    }

    fn add(&mut self, slot: usize, hash: u32, subject: &[u8]) -> u32 {
        if self.entries.len() == MAX_ENTRIES || self.bytes.len() + subject.len() > MAX_BYTES {
            self.full = true;
            return 0;
        }
        self.entries.push(Entry { hash, at: self.bytes.len() as u32, len: subject.len() as u16 });
        self.bytes.extend_from_slice(subject);
        let number = self.entries.len();
        self.slots[slot] = number as u16;
        if number * 2 > self.slots.len() {
            self.widen();
        }
        number as u32
    }

    fn widen(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for index in 0..self.entries.len() {
            let mut slot = self.slot_of(self.entries[index].hash);
            for _ in 0..MAX_PROBES {
                if self.slots[slot] == 0 {
                    self.slots[slot] = index as u16 + 1;
                    break;
                }
                slot = (slot + 1) & (self.slots.len() - 1);
            }
        }
    }

    fn slot_of(&self, hash: u32) -> usize {
        hash as usize & (self.slots.len() - 1)
    }
}

/// Multiply and rotate, word by word: short subjects take two or three multiplications.
fn hash(subject: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = subject.len() as u64;
    let mut mix = |word: u64| hash = (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    if subject.len() >= 8 {
        let mut at = 0;
        while at + 8 < subject.len() {
            mix(word(subject, at));
            at += 8;
        }
        // The last word overlaps the one before it, unless the length is a multiple of eight.
        mix(word(subject, subject.len() - 8));
    } else {
        let mut last = 0;
        for &byte in subject {
            last = last << 8 | u64::from(byte);
        }
        mix(last);
    }
    // The last characters sit in the highest bits, which a product does not bring down.
    ((hash ^ hash >> 32).wrapping_mul(FACTOR) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_subject_has_the_same_number() {
        let mut subjects = Subjects::new();
        assert_eq!(subjects.number(b"a"), 1);
        assert_eq!(subjects.number(b"b"), 2);
        assert_eq!(subjects.number(b"a"), 1);
        assert_eq!(subjects.number(b"a\0"), 3, "length counts");
        let long = [b'x'; MAX_SUBJECT];
        assert_eq!(subjects.number(&long), 4);
        assert_eq!(subjects.number(&[b'x'; MAX_SUBJECT + 1]), 0);
        assert_eq!(subjects.number(&long), 4);
    }

    #[test]
    fn numbers_survive_growth() {
        let mut subjects = Subjects::new();
        let names: Vec<String> = (0..MAX_ENTRIES)
            .map(|i| if i % 2 == 0 { format!("orders.{i}.created") } else { format!("subject.number.{i}") })
            .collect();
        let first: Vec<u32> = names.iter().map(|name| subjects.number(name.as_bytes())).collect();
        let again: Vec<u32> = names.iter().map(|name| subjects.number(name.as_bytes())).collect();
        let numbered = first.iter().zip(&again).filter(|(a, b)| a == b && **a != 0).count();
        assert!(numbered > MAX_ENTRIES * 999 / 1000, "{numbered}");
        let mut distinct: Vec<u32> = first.into_iter().filter(|&number| number != 0).collect();
        let count = distinct.len();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), count, "no number is given twice");
    }

    #[test]
    fn a_full_table_is_renewed_only_when_asked() {
        let mut subjects = Subjects::new();
        assert!(!subjects.renew_when_full());
        let mut index = 0;
        while !subjects.full {
            subjects.number(format!("a.{index}").as_bytes());
            index += 1;
        }
        assert_eq!(subjects.number(b"one.more"), 0);
        assert_eq!(subjects.number(b"a.0"), 1, "known ones keep their number");
        assert_eq!(subjects.generation(), 1);
        assert!(subjects.renew_when_full());
        assert_eq!(subjects.generation(), 2);
        assert_eq!(subjects.number(b"one.more"), 1);
        assert_eq!(subjects.number(b"a.0"), 2);
    }

    #[test]
    fn bytes_are_bounded() {
        let mut subjects = Subjects::new();
        let mut index = 0u32;
        while !subjects.full {
            let mut subject = [b'x'; MAX_SUBJECT];
            subject[..4].copy_from_slice(&index.to_le_bytes());
            subjects.number(&subject);
            index += 1;
        }
        assert!(subjects.bytes.len() <= MAX_BYTES);
        assert!(index as usize >= MAX_BYTES / MAX_SUBJECT);
    }
}
