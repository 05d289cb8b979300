//! What the session must know before it starts. Normalised and checked by the shell; defaults are the shell's too.

use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Complete WebSocket URL, credentials taken out: `wss://demo.nats.io:443/path?query`.
    pub url: String,
    /// `host:port`: what events and `getServer()` call it.
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// In the order given; never empty.
    pub servers: Vec<Server>,
    /// Dial the servers in random order (nats.ws: unless `noRandomize`). Default true.
    pub shuffle: bool,
    /// Servers that an INFO names do not enter the pool. Default false.
    pub ignore_cluster_updates: bool,
    /// How long socket and handshake may take together; zero: no limit. Default 20 s.
    pub dial_timeout: Duration,
    /// A live connection that is lost is dialled again; otherwise its loss is the end. Default true.
    pub reconnect: bool,
    /// Dials of one server in a row that may fail; `None`: no limit. Default 10.
    pub max_reconnect_attempts: Option<u32>,
    /// Least time between two dials of the same server. Default 2 s.
    pub reconnect_time_wait: Duration,
    /// At most this much is added to the wait. Default 100 ms.
    pub reconnect_jitter: Duration,
    /// The user gave a `reconnectDelayHandler`: ask for the wait instead.
    pub asks_redial_delay: bool,
    /// The user gave a `reconnectToServer`: ask before each dial which server it goes to.
    pub asks_server: bool,
    /// Before the first handshake, too, dials go on after every server has failed once. Default false.
    pub wait_on_first_connect: bool,
    /// The same authentication error twice in a row does not end the session. Default false.
    pub ignore_auth_error_abort: bool,
    /// Time between two PINGs of the heartbeat, at least 1 ms. Default 120 s.
    pub ping_interval: Duration,
    /// PINGs without an answer before the connection is stale. Default 2.
    pub max_ping_out: u32,
    /// How long the PING after a wake may take. Default 3 s.
    pub wake_timeout: Duration,
    /// Bytes of publishes held while away from the server. Default 8 MiB.
    pub reconnect_buffer_size: u32,
    /// Checked by the shell: no wildcard, no white space. Default `_INBOX`.
    pub inbox_prefix: String,
    /// Requests that wait fail with `Disconnect` when the connection is lost; otherwise their time goes on. Default false.
    pub fail_requests_on_disconnect: bool,
}
