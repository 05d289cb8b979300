//! The machine of key-value buckets: what a watch makes of what its consumer delivers. Knows revisions and counts; keys,
//! values and headers are its shell's business.

pub mod watch;
