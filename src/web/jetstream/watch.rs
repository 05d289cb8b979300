//! The watch of a bucket, with numbers that JavaScript can hold.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::core::kv::watch::{self, Include, Operation, Verdict};

const TELL: u32 = 1;
const IS_UPDATE: u32 = 2;
const IS_INITIALIZED: u32 = 4;

/// See [`watch::Watch`]. Verdicts are sums: 1 the entry is told, 2 it is an update, 4 the watch is initialized with it.
#[wasm_bindgen]
pub struct Watch(watch::Watch);

#[wasm_bindgen]
impl Watch {
    #[wasm_bindgen(constructor)]
    pub fn new(updates_only: bool, ignores_deletes: bool) -> Watch {
        let include = if updates_only { Include::Updates } else { Include::Values };
        Watch(watch::Watch::new(include, ignores_deletes))
    }

    pub fn revision(&self) -> f64 {
        self.0.revision() as f64
    }

    pub fn initial(&self) -> f64 {
        self.0.initial() as f64
    }

    pub fn is_ahead_of(&self, last: f64) -> bool {
        self.0.is_ahead_of(last as u64)
    }

    pub fn handle_reset(&mut self) {
        self.0.handle_reset();
    }

    pub fn handle_created(&mut self, expected: f64) -> u32 {
        sum(self.0.handle_created(expected as u64))
    }

    /// `operation`: 0 put, 1 delete, 2 purge.
    pub fn handle_entry(&mut self, revision: f64, pending: f64, operation: u32) -> u32 {
        let operation = match operation {
            0 => Operation::Put,
            1 => Operation::Delete,
            _ => Operation::Purge,
        };
        sum(self.0.handle_entry(revision as u64, pending as u64, operation))
    }

    pub fn handle_idle(&mut self, delivered: f64) -> u32 {
        sum(self.0.handle_idle(delivered as u64))
    }
}

fn sum(verdict: Verdict) -> u32 {
    u32::from(verdict.tell) * TELL
        + u32::from(verdict.is_update) * IS_UPDATE
        + u32::from(verdict.is_initialized) * IS_INITIALIZED
}
