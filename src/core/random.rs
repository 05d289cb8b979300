//! Where randomness comes from: the shell hands it in.

/// A source of random bytes, good enough for inbox names (in a browser: `crypto.getRandomValues`).
pub trait Entropy {
    /// Fills all of `bytes`. A source that cannot has to panic: names would be guessed.
    fn fill(&mut self, bytes: &mut [u8]);
}

impl<E: Entropy + ?Sized> Entropy for Box<E> {
    fn fill(&mut self, bytes: &mut [u8]) {
        (**self).fill(bytes);
    }
}

/// A number of 32 random bits, from 0 to `u32::MAX`.
pub fn random(entropy: &mut dyn Entropy) -> u64 {
    let mut bytes = [0; 4];
    entropy.fill(&mut bytes);
    u64::from(u32::from_le_bytes(bytes))
}

/// What numbers and names are written in where few bytes count: letters and digits, in the order of ASCII.
pub const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Characters in a [`name`].
pub const NAME_LEN: usize = 11;

/// A name nobody else has and nobody can guess: 65 bits of randomness. (A u32 favours some digits by less than
/// `62 / 2³²`.)
pub fn name(entropy: &mut impl Entropy) -> [u8; NAME_LEN] {
    let mut bytes = [[0; 4]; NAME_LEN];
    entropy.fill(bytes.as_flattened_mut());
    bytes.map(|random| DIGITS[u32::from_le_bytes(random) as usize % DIGITS.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn names_are_distinct_and_plain() {
        let mut entropy = Counted(1);
        let names: std::collections::HashSet<_> = (0..10_000).map(|_| name(&mut entropy)).collect();
        assert_eq!(names.len(), 10_000);
        assert!(names.iter().flatten().all(u8::is_ascii_alphanumeric));
    }

    #[test]
    fn each_character_is_of_randomness_of_its_own() {
        let mut entropy = Counted(2);
        let names: Vec<_> = (0..10_000).map(|_| name(&mut entropy)).collect();
        for place in 0..NAME_LEN {
            let used: std::collections::HashSet<_> = names.iter().map(|name| name[place]).collect();
            assert_eq!(used.len(), DIGITS.len(), "place {place}");
        }
    }
}
