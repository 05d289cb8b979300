//! The core's randomness: `crypto.getRandomValues`, bound as a global so that windows, workers and Node have it alike.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::core::random::Entropy;

#[wasm_bindgen]
extern "C" {
    // Every browser, worker and Node since 19 has it; without it no inbox name would be safe, so there is no weaker
    // fallback.
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn fill_random(bytes: &mut [u8]);
}

pub struct PageEntropy;

impl Entropy for PageEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        fill_random(bytes);
    }
}
