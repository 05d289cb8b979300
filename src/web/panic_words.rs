//! In a debug build a panic says in the browser's console where it happened and why, before it traps. Release builds have
//! no words for a panic (docs/decisions/0020-size-without-panic-words.md).

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(start, private)]
fn start() {
    console_error_panic_hook::set_once();
}
