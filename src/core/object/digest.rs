//! SHA-256 of an object, fed chunk by chunk, of any length. Its text form, which infos carry, is in TypeScript.

use sha2::{Digest as _, Sha256};

/// The digest of what was fed so far.
#[derive(Clone, Debug, Default)]
pub struct Digest(Sha256);

impl Digest {
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The 32 bytes of the sum.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_does_not_change_the_sum() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let mut digest = Digest::default();
        for part in [b"a".as_slice(), b"", b"bc"] {
            digest.update(part);
        }
        let sum: String = digest.finish().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sum, abc);
    }
}
