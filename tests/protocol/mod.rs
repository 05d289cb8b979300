//! The core in written conversations and in invented worlds, without a clock or a socket: nothing here knows where it runs.

mod common;
mod golden;
mod support;

mod jitter;
mod machines;
mod objects;
mod ordered;
mod pair;
mod properties;
mod pull;
mod replay;
mod transcripts;
mod watch;
