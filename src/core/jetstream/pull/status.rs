//! The statuses a consumer sends in place of messages, as far as they differ in what follows from them. Owns the names;
//! code and words are read by the shell.

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 100: nothing to deliver, but there.
    Heartbeat,
    /// 400: the request makes no sense.
    BadRequest,
    /// 404, and 409 without a name of its own: the request ended early, for a reason that may be over already.
    Ended,
    /// 408: the request has waited long enough.
    Expired,
    /// 409: the consumer, or the stream, is deleted.
    Deleted,
    /// 409: more than the consumer's limits allow: batch, time, bytes, or requests that wait.
    Limit,
    /// 409: the next message is larger than what the request has left.
    Oversized,
    /// 423: another client is the pinned one.
    Unpinned,
    /// 503: nobody answers for the consumer.
    NoResponders,
    /// Any other.
    Other,
}

impl Kind {
    pub const ALL: [Kind; 10] = [
        Kind::Heartbeat,
        Kind::BadRequest,
        Kind::Ended,
        Kind::Expired,
        Kind::Deleted,
        Kind::Limit,
        Kind::Oversized,
        Kind::Unpinned,
        Kind::NoResponders,
        Kind::Other,
    ];
}

/// A status with what it says of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    pub kind: Kind,
    /// Messages the request had to come; 0 when it does not say.
    pub messages: u64,
    /// Bytes the request had to come; 0 when it does not say.
    pub bytes: u64,
}
