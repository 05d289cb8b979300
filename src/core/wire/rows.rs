//! The table in which one window's messages are handed to TypeScript: flat words, one row a message. This is the only
//! Rust file that knows their order; `js/engine/rows.ts` is generated from it.
//!
//! A row is 32 bytes because a message nobody has read yet costs its wire bytes and its row, and nothing else.

/// Words in a row.
pub const ROW_WORDS: usize = 8;

/// sid of the subscription.
pub const SID: usize = 0;
/// Rows of replies: the ticket of the request. All others: number of the interned subject, from 1; 0 when the subject
/// was not interned and has to be decoded from the bytes.
pub const KEY: usize = 1;
/// bits 0..6 flags, bits 6..16 status code of the header block (0 when there is none), bits 16..32 where the reply
/// begins, counted from the subject's first byte.
pub const FLAGS: usize = 2;
/// low 16 bits length of the subject, high 16 bits length of the reply (0 when there is none).
pub const NAMES: usize = 3;
/// Offset of the subject's first byte.
pub const SUBJECT_AT: usize = 4;
/// Offset of the header block, or of the payload when there are no headers.
pub const BODY_AT: usize = 5;
/// Length of the header block in bytes, its blank line included; 0 when there is none.
pub const HEADER_LEN: usize = 6;
/// Length of the payload in bytes, without the headers.
pub const PAYLOAD_LEN: usize = 7;

/// The offsets count in the joined buffer, not in the event.
pub const FLAG_JOINED: u32 = 1;
/// The subscription's max is reached with this message: nothing follows.
pub const FLAG_LAST: u32 = 2;
/// `KEY` is a ticket: this message answers a request.
pub const FLAG_REPLY: u32 = 4;
/// The ticket of this reply is used up: no other reply to it will be delivered.
pub const FLAG_FINAL: u32 = 8;

/// Rows there is room for at first.
const FIRST_ROWS: usize = 64;

/// One message, unpacked. The scanner fills it, [`Rows::push`] packs it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// See [`SID`].
    pub sid: u32,
    /// See [`KEY`].
    pub key: u32,
    /// Of `FLAG_JOINED`, `FLAG_LAST`, `FLAG_REPLY`, `FLAG_FINAL`.
    pub flags: u32,
    /// Status code of the header block, 0 to 999; 0 when there is none.
    pub status: u16,
    /// From the subject's first byte to the reply's; 0 when there is none.
    pub reply_delta: u16,
    /// Length of the subject in bytes.
    pub subject_len: u16,
    /// Length of the reply in bytes; 0 when there is none.
    pub reply_len: u16,
    /// See [`SUBJECT_AT`].
    pub subject_at: u32,
    /// See [`BODY_AT`].
    pub body_at: u32,
    /// See [`HEADER_LEN`].
    pub header_len: u32,
    /// See [`PAYLOAD_LEN`].
    pub payload_len: u32,
}

/// The messages of one window, in the order of the wire.
#[derive(Debug, Default)]
pub struct Rows {
    /// All of it initialised, so that a row is eight stores and no call.
    words: Vec<u32>,
    /// Words in use. `end <= words.len()`.
    end: usize,
    generation: u32,
}

impl Rows {
    /// An empty table, which has no memory yet.
    pub fn new() -> Rows {
        Rows::default()
    }

    /// Empties the table and keeps its memory. `generation` names the intern table the keys of this window count in.
    pub fn reset(&mut self, generation: u32) {
        self.end = 0;
        self.generation = generation;
    }

    /// The intern table the keys count in: when it differs from the last window's, all earlier numbers are void for
    /// rows to come.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Appends one message. `status` is at most 1023.
    #[inline(always)]
    pub fn push(&mut self, row: &Row) {
        if self.words.len() - self.end < ROW_WORDS {
            self.grow();
        }
        self.words[self.end..][..ROW_WORDS].copy_from_slice(&[
            row.sid,
            row.key,
            row.flags | u32::from(row.status) << 6 | u32::from(row.reply_delta) << 16,
            u32::from(row.subject_len) | u32::from(row.reply_len) << 16,
            row.subject_at,
            row.body_at,
            row.header_len,
            row.payload_len,
        ]);
        self.end += ROW_WORDS;
    }

    #[cold]
    fn grow(&mut self) {
        let least = self.end + FIRST_ROWS * ROW_WORDS;
        self.words.resize(least.max(2 * self.words.len()), 0);
    }

    /// Messages in the table.
    pub fn len(&self) -> usize {
        self.end / ROW_WORDS
    }

    /// Whether there is no message in the table.
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// The table as it crosses the boundary: [`ROW_WORDS`] words for each message.
    pub fn words(&self) -> &[u32] {
        &self.words[..self.end]
    }

    /// The message at `index`, unpacked. Panics when there are fewer.
    pub fn get(&self, index: usize) -> Row {
        let word = &self.words()[index * ROW_WORDS..][..ROW_WORDS];
        Row {
            sid: word[SID],
            key: word[KEY],
            flags: word[FLAGS] & 0x3f,
            status: (word[FLAGS] >> 6 & 0x3ff) as u16,
            reply_delta: (word[FLAGS] >> 16) as u16,
            subject_len: word[NAMES] as u16,
            reply_len: (word[NAMES] >> 16) as u16,
            subject_at: word[SUBJECT_AT],
            body_at: word[BODY_AT],
            header_len: word[HEADER_LEN],
            payload_len: word[PAYLOAD_LEN],
        }
    }
}
