//! Bytes to ops and ops to bytes. Knows the protocol's grammar and one partial op of state; knows nothing of
//! connections.

mod fast_line;
mod intern;
mod line;
mod op;
pub mod op_buffer;
pub mod rows;
pub mod scan;
pub mod slices;
pub mod status;
pub mod steps;
pub mod write;

/// The bytes of one WebSocket message, wherever they live. In a browser they lie in an ArrayBuffer outside wasm
/// memory, and only the windows that are scanned are copied in.
pub trait Source {
    /// Bytes of the message, at most `i32::MAX`: a longer one is refused.
    fn len(&self) -> usize;

    /// Whether the message has no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies `into.len()` bytes from offset `at`. The caller keeps `at + into.len() <= self.len()`.
    fn copy_to(&self, at: usize, into: &mut [u8]);

    /// Whether the shell has put the unread bytes of the message on the scanner's stage since the last scan: those from
    /// offset [`Scanner::body_left`](scan::Scanner::body_left) on lie at the beginning of
    /// [`Scanner::stage`](scan::Scanner::stage). Such a message is scanned from offset 0, is one window whatever the size of
    /// windows, and is never copied from.
    fn is_staged(&self) -> bool {
        false
    }
}

/// Memory outside the core in which an op that was cut by the border of a WebSocket message is put together again.
/// At most one op is being joined at a time, and at most one is finished per call of the scanner. The next one may
/// begin in the same call, behind it: what was finished has to outlive that.
pub trait Joiner<S: Source> {
    /// Starts an op of exactly `len` bytes and returns the offset of its first byte in the buffer it will lie in.
    fn begin(&mut self, len: usize) -> u32;

    /// Appends bytes the core holds.
    fn push_bytes(&mut self, bytes: &[u8]);

    /// Appends `len` bytes of the event from offset `from`, without passing them through the core.
    fn push_source(&mut self, source: &S, from: usize, len: usize);

    /// The op is whole: rows with `FLAG_JOINED` of this call refer to its buffer. There is none when the session did
    /// not admit the message.
    fn finish(&mut self);
}

/// A message's control line, and of its header block the status, as the scanner read them.
#[derive(Clone, Copy, Debug)]
pub struct Incoming<'a> {
    /// sid of the subscription it is for.
    pub sid: u32,
    /// Where it was published to.
    pub subject: &'a [u8],
    /// Where an answer is expected; empty when nowhere.
    pub reply: &'a [u8],
    /// Status code of the header block, 0 when there is none.
    pub status: u16,
    /// Length of the header block in bytes, its blank line included; 0 when there is none.
    pub header_len: u32,
    /// Length of the payload in bytes, without the headers.
    pub payload_len: u32,
}

impl Incoming<'_> {
    /// The server's word that nobody is subscribed to what was asked.
    pub fn is_no_responders(&self) -> bool {
        self.status == 503 && self.payload_len == 0
    }
}

/// What the session decided about a message that is to be delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Admission {
    /// `FLAG_LAST`, `FLAG_REPLY`, `FLAG_FINAL` of [`rows`].
    pub flags: u32,
    /// With `FLAG_REPLY`: the ticket of the request.
    pub ticket: u32,
}

/// An op of the server that is not a message. Borrowed from the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerOp<'a> {
    /// The JSON text, without the line end.
    Info(&'a [u8]),
    /// Has to be answered by a PONG.
    Ping,
    /// Answers the oldest PING that is not answered.
    Pong,
    /// An op was understood: only said when CONNECT asked for `verbose`.
    Ok,
    /// What the server says, with the quotes that nats-server puts around its words.
    Err(&'a [u8]),
}

/// The session, as the scanner sees it.
pub trait Sink {
    /// Whether anybody wants messages of this sid. Asked of a message that has to be joined when its control line and
    /// headers were read, so that the payload of an unwanted one is skipped, not gathered.
    fn wants(&self, sid: u32) -> bool;

    /// A message has arrived whole. `None`: it is not delivered. Called in the order of the wire, once a message, for
    /// unwanted messages too: the answer is ignored when `wants` was asked and said no.
    fn admit(&mut self, message: &Incoming<'_>) -> Option<Admission>;

    /// An op has arrived. An `Err` ends the scan: the socket is dropped.
    fn handle_op(&mut self, op: ServerOp<'_>) -> Result<(), crate::core::error::Broken>;
}
