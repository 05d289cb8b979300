//! The statuses a consumer sends in place of messages, as far as they differ in what follows from them. Owns the names;
//! code and words are read by the shell.

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// 100: nothing to deliver, but there.
    Heartbeat = 0,
    /// 400: the request makes no sense.
    BadRequest = 1,
    /// 404, and 409 without a name of its own: the request ended early, for a reason that may be over already.
    Ended = 2,
    /// 408: the request has waited long enough.
    Expired = 3,
    /// 409: the consumer, or the stream, is deleted.
    Deleted = 4,
    /// 409: more than the consumer's limits allow: batch, time, bytes, or requests that wait.
    Limit = 5,
    /// 409: the next message is larger than what the request has left.
    Oversized = 6,
    /// 423: another client is the pinned one.
    Unpinned = 7,
    /// 503: nobody answers for the consumer.
    NoResponders = 8,
    /// Any other.
    Other = 9,
}

impl Kind {
    /// By its number; [`Kind::Other`] for an unknown one.
    pub fn of(number: u8) -> Kind {
        match number {
            0 => Kind::Heartbeat,
            1 => Kind::BadRequest,
            2 => Kind::Ended,
            3 => Kind::Expired,
            4 => Kind::Deleted,
            5 => Kind::Limit,
            6 => Kind::Oversized,
            7 => Kind::Unpinned,
            8 => Kind::NoResponders,
            _ => Kind::Other,
        }
    }
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
