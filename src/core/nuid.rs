//! Unique names, as all NATS clients make them: 12 random characters, then 10 that count up by a random step.

use crate::core::random::Entropy;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE: u64 = 62;
const PREFIX_LEN: usize = 12;
const SEQUENCE_LEN: usize = 10;
const MAX_SEQUENCE: u64 = BASE.pow(SEQUENCE_LEN as u32);
const MIN_STEP: u64 = 33;
const MAX_STEP: u64 = 333;

/// Length of a name in bytes.
pub const LEN: usize = PREFIX_LEN + SEQUENCE_LEN;

/// A source of names that are unique for all practical purposes, and cheap: randomness is read again
/// only when the sequence is used up.
pub struct Nuid {
    name: [u8; LEN],
    sequence: u64,
    step: u64,
}

impl Nuid {
    pub fn new(entropy: &mut impl Entropy) -> Nuid {
        let mut nuid = Nuid { name: [0; LEN], sequence: 0, step: 0 };
        nuid.reset(entropy);
        nuid
    }

    /// The next name, ASCII letters and digits only.
    pub fn next(&mut self, entropy: &mut impl Entropy) -> [u8; LEN] {
        self.sequence += self.step;
        if self.sequence >= MAX_SEQUENCE {
            self.reset(entropy);
        }
        let mut rest = self.sequence;
        for digit in self.name[PREFIX_LEN..].iter_mut().rev() {
            *digit = DIGITS[(rest % BASE) as usize];
            rest /= BASE;
        }
        self.name
    }

    /// Takes a new prefix, place and step, independent of all before.
    pub fn reset(&mut self, entropy: &mut impl Entropy) {
        for digit in &mut self.name[..PREFIX_LEN] {
            *digit = DIGITS[below(entropy, BASE) as usize];
        }
        self.sequence = below(entropy, MAX_SEQUENCE);
        self.step = MIN_STEP + below(entropy, MAX_STEP - MIN_STEP);
    }
}

/// A number below `limit`. The remainder favours small numbers by less than `limit / 2⁶⁴`: a twentieth for the place
/// of the sequence, nothing that counts for the prefix.
fn below(entropy: &mut impl Entropy, limit: u64) -> u64 {
    let mut bytes = [0; 8];
    entropy.fill(&mut bytes);
    u64::from_le_bytes(bytes) % limit
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// A small generator, the same numbers every time.
    struct Counted(u64);

    impl Entropy for Counted {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 =
                    self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                *byte = (self.0 >> 56) as u8;
            }
        }
    }

    /// Always the largest numbers.
    struct Ones;

    impl Entropy for Ones {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn names_are_distinct_and_plain() {
        let mut entropy = Counted(1);
        let mut nuid = Nuid::new(&mut entropy);
        let names: HashSet<_> = (0..10_000).map(|_| nuid.next(&mut entropy)).collect();
        assert_eq!(names.len(), 10_000);
        assert!(names.iter().flatten().all(u8::is_ascii_alphanumeric));
    }

    #[test]
    fn the_prefix_stays_and_the_sequence_counts_up() {
        let mut entropy = Counted(2);
        let mut nuid = Nuid::new(&mut entropy);
        let first = nuid.next(&mut entropy);
        let second = nuid.next(&mut entropy);
        assert_eq!(first[..PREFIX_LEN], second[..PREFIX_LEN]);
        let value = |name: [u8; LEN]| {
            name[PREFIX_LEN..].iter().fold(0, |value, byte| {
                value * BASE + DIGITS.iter().position(|digit| digit == byte).unwrap() as u64
            })
        };
        assert_eq!(value(second) - value(first), nuid.step);
        assert!((MIN_STEP..MAX_STEP).contains(&nuid.step));
    }

    #[test]
    fn reset_takes_a_new_prefix() {
        let mut entropy = Counted(3);
        let mut nuid = Nuid::new(&mut entropy);
        let first = nuid.next(&mut entropy);
        nuid.reset(&mut entropy);
        assert_ne!(first[..PREFIX_LEN], nuid.next(&mut entropy)[..PREFIX_LEN]);
    }

    #[test]
    fn a_used_up_sequence_takes_a_new_prefix() {
        let mut nuid = Nuid::new(&mut Counted(4));
        let before = nuid.name;
        nuid.sequence = MAX_SEQUENCE - 1;
        let name = nuid.next(&mut Ones);
        assert_ne!(name[..PREFIX_LEN], before[..PREFIX_LEN]);
        assert!(nuid.sequence < MAX_SEQUENCE);
    }
}
