//! What the object store's module exports: the machines of [`crate::core::object`]. Decides nothing.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::core::object::digest;

/// See [`digest::Digest`].
#[wasm_bindgen]
#[derive(Default)]
pub struct Digest(digest::Digest);

#[wasm_bindgen]
impl Digest {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Digest {
        Digest::default()
    }

    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The 32 bytes of the sum; the machine is used up.
    pub fn finish(self) -> Vec<u8> {
        self.0.finish().to_vec()
    }
}
