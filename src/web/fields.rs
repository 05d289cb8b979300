//! Plain JavaScript objects, read and written by name. One import for all fields: a typed getter for each of the
//! thirty would be thirty imports and their glue.

use js_sys::Object;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    pub type Fields;

    #[wasm_bindgen(method, structural, indexing_getter)]
    pub fn value(this: &Fields, name: &str) -> JsValue;
    #[wasm_bindgen(method, structural, indexing_setter)]
    pub fn put(this: &Fields, name: &str, value: &JsValue);
    #[wasm_bindgen(method, structural, indexing_setter)]
    pub fn put_text(this: &Fields, name: &str, value: &str);
    #[wasm_bindgen(method, structural, indexing_setter)]
    pub fn put_number(this: &Fields, name: &str, value: u32);
}

impl Fields {
    pub fn new() -> Fields {
        Object::new().unchecked_into()
    }

    /// NaN when it is no number.
    pub fn number(&self, name: &str) -> f64 {
        self.value(name).as_f64().unwrap_or(f64::NAN)
    }

    pub fn flag(&self, name: &str) -> bool {
        self.value(name).is_truthy()
    }

    /// Empty when it is no string.
    pub fn text(&self, name: &str) -> String {
        self.value(name).as_string().unwrap_or_default()
    }
}
