//! What a control line says of its message: to the session, and in the table of rows.

use super::super::Incoming;
use super::super::line::Line;
use super::super::rows::Row;

#[inline(always)]
pub fn incoming<'a>(line: &Line, status: u16, bytes: &'a [u8], at: usize) -> Incoming<'a> {
    Incoming {
        sid: line.sid,
        subject: line.subject(bytes, at),
        reply: line.reply(bytes, at),
        status,
        header_len: line.header_len,
        payload_len: line.payload_len,
    }
}

#[inline(always)]
pub fn row(line: &Line, status: u16, flags: u32, key: u32, subject_at: u32, body_at: u32) -> Row {
    Row {
        sid: line.sid,
        key,
        flags,
        status,
        reply_delta: line.reply_delta,
        subject_len: line.subject_len,
        reply_len: line.reply_len,
        subject_at,
        body_at,
        header_len: line.header_len,
        payload_len: line.payload_len,
    }
}
