//! Session: one logical connection across many sockets.

pub mod config;
pub mod event;
pub mod output;
