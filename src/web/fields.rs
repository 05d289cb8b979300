//! Plain JavaScript objects, read and written by name. Owns the one import for all fields: typed getters for the thirty fields would
//! be thirty imports with their glue.

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;

use crate::core::text::decimal;

#[wasm_bindgen]
extern "C" {
    /// A plain object.
    pub type Fields;

    #[wasm_bindgen(method, structural, indexing_getter)]
    fn value(this: &Fields, name: &str) -> JsValue;
    #[wasm_bindgen(method, structural, indexing_setter)]
    fn put(this: &Fields, name: &str, value: &JsValue);
    #[wasm_bindgen(method, structural, indexing_setter)]
    pub fn put_text(this: &Fields, name: &str, value: &str);
    #[wasm_bindgen(method, structural, indexing_setter)]
    pub fn put_number(this: &Fields, name: &str, value: u32);
}

impl Fields {
    pub fn new() -> Fields {
        Object::new().unchecked_into()
    }

    /// The field converted as `Number()` does: NaN for a missing field, 1 for true.
    #[inline(never)]
    pub fn number(&self, name: &str) -> f64 {
        self.value(name).unchecked_into_f64()
    }

    pub fn flag(&self, name: &str) -> bool {
        self.number(name) > 0.0
    }

    pub fn put_texts(&self, name: &str, texts: &[String]) {
        self.put_list(name, texts, |list, place, text| list.put_text(place, text));
    }

    pub fn put_numbers(&self, name: &str, numbers: &[u32]) {
        self.put_list(name, numbers, |list, place, &number| list.put_number(place, number));
    }

    /// Puts an array, which is filled by places as an object is by names.
    fn put_list<T>(&self, name: &str, items: &[T], put: impl Fn(&Fields, &str, &T)) {
        let list: Fields = Array::new().unchecked_into();
        for (place, item) in items.iter().enumerate() {
            put(&list, &decimal(place as u64), item);
        }
        self.put(name, &list);
    }
}
