//! The machines of the object store: digests, and the account of an object's chunks in both directions.

pub mod digest;
pub mod read;
pub mod write;
