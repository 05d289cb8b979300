//! The core's randomness: `crypto.getRandomValues` through the crate getrandom. Every browser, worker and Node since 19 has that
//! function. Refuses a weaker fallback, by which no inbox name would be safe: js/engine/local.ts makes no engine without it.

use crate::core::random::Entropy;

pub struct PageEntropy;

impl Entropy for PageEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("js/engine/local.ts has looked for crypto.getRandomValues");
    }
}
