//! The watch of a bucket, see [`crate::core::kv::watch`].

use wasm_bindgen::prelude::wasm_bindgen;

use crate::core::kv::watch::{self, Include, Operation, Verdict};

/// Parts of a verdict, which is a sum of them. See [`Verdict`].
#[wasm_bindgen]
pub enum WatchVerdict {
    Tell = 1,
    IsUpdate = 2,
    IsInitialized = 4,
}

/// See [`Operation`].
#[wasm_bindgen]
pub enum WatchOperation {
    Put,
    Delete,
    Purge,
}

impl From<WatchOperation> for Operation {
    fn from(operation: WatchOperation) -> Operation {
        match operation {
            WatchOperation::Put => Operation::Put,
            WatchOperation::Delete => Operation::Delete,
            WatchOperation::Purge => Operation::Purge,
        }
    }
}

/// See [`watch::Watch`]. Verdicts are sums of [`WatchVerdict`].
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

    pub fn handle_entry(&mut self, revision: f64, pending: f64, operation: WatchOperation) -> u32 {
        sum(self.0.handle_entry(revision as u64, pending as u64, operation.into()))
    }

    pub fn handle_idle(&mut self, delivered: f64) -> u32 {
        sum(self.0.handle_idle(delivered as u64))
    }
}

fn sum(verdict: Verdict) -> u32 {
    let Verdict { tell, is_update, is_initialized } = verdict;
    let parts = [
        (tell, WatchVerdict::Tell),
        (is_update, WatchVerdict::IsUpdate),
        (is_initialized, WatchVerdict::IsInitialized),
    ];
    parts.into_iter().map(|(holds, part)| u32::from(holds) * part as u32).sum()
}
