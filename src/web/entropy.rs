//! The core's randomness: `crypto.getRandomValues` through the crate getrandom, which every browser, worker and Node since 19
//! has. Without it no inbox name would be safe, so there is no weaker fallback: making an engine fails.

use crate::core::random::Entropy;

pub struct PageEntropy;

impl Entropy for PageEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("js/engine/local.ts has looked for crypto.getRandomValues");
    }
}
