//! What the tests of the session share: a shell without a browser, and a toy server.
#![allow(dead_code)] // each test file uses its part

pub mod server;
pub mod shell;
