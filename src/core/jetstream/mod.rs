//! The machines of JetStream: what counts, waits and keeps order between a consumer on the server and its reader here.
//! They know numbers and the instants they are given; subjects, JSON and sockets are their shell's business.

mod backoff;
pub mod flow;
pub mod idle;
pub mod ordered;
pub mod pull;
