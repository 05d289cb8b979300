//! The core's randomness: `crypto.getRandomValues`, through getrandom.

use crate::core::random::Entropy;

pub struct PageEntropy;

impl Entropy for PageEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        // Every browser, worker and Node since 19 has it; without it no inbox name would be safe, so there is no
        // weaker fallback.
        if getrandom::fill(bytes).is_err() {
            panic!("crypto.getRandomValues is missing");
        }
    }
}
