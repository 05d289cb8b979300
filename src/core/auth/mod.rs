//! Proving who we are with an nkey: creds files taken apart, nonces signed, keys made and read. Holds no state and no
//! randomness, and never puts a secret into an error.

pub mod creds;
pub mod key;
