//! Ops of the client as bytes, appended to the outbound buffer. Knows the grammar; refuses nothing: subjects were
//! checked by `core::subject`, sizes by the session.

use std::ops::Range;

use bytes::BufMut;

use super::op_buffer::OpBuffer;

/// A subject ready to be published to as often as wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedSubject {
    /// `HPUB subject `: without its first byte it is the other one.
    line: Vec<u8>,
    /// What ended the line of the latest publish without reply and headers: programs publish one size many times.
    end: LineEnd,
}

/// The size at the end of a control line, and CRLF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct LineEnd {
    size: u32,
    bytes: [u8; MOST_DIGITS + 2],
    /// How many of them it is.
    len: u8,
}

/// Of a 32 bit number.
const MOST_DIGITS: usize = 10;
/// Copies longer than this are worth a call. Engines carry out wasm's `memory.copy` as one, about 5 ns whatever the length, and
/// a publish is half a dozen short pieces (docs/decisions/0001).
const SHORT: usize = 128;

impl PreparedSubject {
    /// `subject` was checked by `core::subject`.
    pub fn new(subject: &[u8]) -> PreparedSubject {
        PreparedSubject { line: [b"HPUB ", subject, b" "].concat(), end: LineEnd::of(0) }
    }

    /// Another subject in the same memory, for one that is used once.
    pub fn replace(&mut self, subject: &[u8]) {
        self.line.truncate(b"HPUB ".len());
        self.line.extend_from_slice(subject);
        self.line.push(b' ');
    }

    /// The subject, as it was given.
    pub fn subject(&self) -> &[u8] {
        &self.line[b"HPUB ".len()..self.line.len() - 1]
    }
}

impl LineEnd {
    fn of(size: u32) -> LineEnd {
        let mut bytes = [0; MOST_DIGITS + 2];
        let digits = digits(size);
        write_number(&mut bytes[..digits], size);
        bytes[digits..][..2].copy_from_slice(b"\r\n");
        LineEnd { size, bytes, len: digits as u8 + 2 }
    }
}

/// `CONNECT {…}`.
pub fn connect(out: &mut OpBuffer, json: &[u8]) {
    out.append(b"CONNECT \r\n".len() + json.len(), |room| {
        room.put_slice(b"CONNECT ");
        room.put_slice(json);
        room.put_slice(b"\r\n");
    });
}

/// A whole publish with room for its body: the CRLF behind it is written, the body is whatever was there before.
/// Returns where in `out` the body (headers, then payload) has to be put. `reply` may be empty.
pub fn publish(
    out: &mut OpBuffer,
    to: &mut PreparedSubject,
    reply: &[u8],
    header_len: u32,
    payload_len: u32,
) -> Range<usize> {
    if header_len > 0 || !reply.is_empty() {
        let len = header_len as usize + payload_len as usize;
        let body = begin(out, to, reply, header_len, payload_len, len + 2);
        return body.start..body.start + len;
    }
    if payload_len != to.end.size {
        to.end = LineEnd::of(payload_len);
    }
    let (line, end, len) = (&to.line[1..], &to.end, payload_len as usize);
    let room = out.room(line.len() + end.bytes.len() + len + 2);
    copy(&mut room[..line.len()], line);
    // Of constant size, and so without a call; what is beyond the end is written over.
    room[line.len()..][..end.bytes.len()].copy_from_slice(&end.bytes);
    let body = line.len() + usize::from(end.len);
    room[body + len..][..2].copy_from_slice(b"\r\n");
    let op = out.advance(body + len + 2);
    op.start + body..op.end - 2
}

/// The control line of a publish alone. The body and a CRLF have to follow it.
pub fn publish_line(
    out: &mut OpBuffer,
    to: &PreparedSubject,
    reply: &[u8],
    header_len: u32,
    payload_len: u32,
) {
    begin(out, to, reply, header_len, payload_len, 0);
}

/// The control line of a publish, and `behind` bytes of room; a CRLF in the last two of them when there are any. All
/// lengths are known before the first byte is written, so that room is made once.
fn begin(
    out: &mut OpBuffer,
    to: &PreparedSubject,
    reply: &[u8],
    header_len: u32,
    payload_len: u32,
    behind: usize,
) -> Range<usize> {
    let verb_and_subject = if header_len > 0 { &to.line[..] } else { &to.line[1..] };
    // Sizes are bounded by `max_payload`, so that the sum cannot overflow.
    let size = header_len + payload_len;
    let reply_len = if reply.is_empty() { 0 } else { reply.len() + 1 };
    let header_digits = if header_len > 0 { digits(header_len) + 1 } else { 0 };
    let digits = digits(size);
    let line_len = verb_and_subject.len() + reply_len + header_digits + digits + 2;

    let (line, body_room) = out.room(line_len + behind).split_at_mut(line_len);
    let (subject_room, line) = line.split_at_mut(verb_and_subject.len());
    copy(subject_room, verb_and_subject);
    let (reply_room, line) = line.split_at_mut(reply_len);
    if let [reply_room @ .., blank] = reply_room {
        copy(reply_room, reply);
        *blank = b' ';
    }
    let (header_room, line) = line.split_at_mut(header_digits);
    if let [header_room @ .., blank] = header_room {
        write_number(header_room, header_len);
        *blank = b' ';
    }
    let (size_room, line_end) = line.split_at_mut(digits);
    write_number(size_room, size);
    line_end.copy_from_slice(b"\r\n");
    if let Some(end) = body_room.last_chunk_mut::<2>() {
        *end = *b"\r\n";
    }
    let op = out.advance(line_len + behind);
    op.start + line_len..op.end
}

/// `SUB subject [queue] sid`. `queue` may be empty.
pub fn subscribe(out: &mut OpBuffer, subject: &[u8], queue: &[u8], sid: u32) {
    out.append(b"SUB   \r\n".len() + subject.len() + queue.len() + MOST_DIGITS, |room| {
        room.put_slice(b"SUB ");
        room.put_slice(subject);
        room.put_u8(b' ');
        if !queue.is_empty() {
            room.put_slice(queue);
            room.put_u8(b' ');
        }
        put_number(room, sid);
        room.put_slice(b"\r\n");
    });
}

/// `UNSUB sid [max]`. `max` 0: at once.
pub fn unsubscribe(out: &mut OpBuffer, sid: u32, max: u32) {
    out.append(b"UNSUB  \r\n".len() + 2 * MOST_DIGITS, |room| {
        room.put_slice(b"UNSUB ");
        put_number(room, sid);
        if max > 0 {
            room.put_u8(b' ');
            put_number(room, max);
        }
        room.put_slice(b"\r\n");
    });
}

/// `PING`.
pub fn ping(out: &mut OpBuffer) {
    out.put_slice(b"PING\r\n");
}

/// `PONG`.
pub fn pong(out: &mut OpBuffer) {
    out.put_slice(b"PONG\r\n");
}

fn put_number(room: &mut impl BufMut, number: u32) {
    let mut text = [0; MOST_DIGITS];
    let text = &mut text[..digits(number)];
    write_number(text, number);
    room.put_slice(text);
}

/// How many digits a number has.
#[inline(always)]
fn digits(number: u32) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

/// Fills `room`, which has as many bytes as the number has digits. By hand: `core::fmt` costs several times as much and
/// its code.
#[inline(always)]
fn write_number(room: &mut [u8], mut number: u32) {
    for digit in room.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// Copies between slices of one length. Blocks of constant size become loads and stores, the last one overlaps.
#[inline(always)]
fn copy(to: &mut [u8], from: &[u8]) {
    let len = from.len();
    if len > SHORT {
        to.copy_from_slice(from);
    } else if len >= 16 {
        let mut at = 0;
        while at + 16 < len {
            block::<16>(to, from, at);
            at += 16;
        }
        block::<16>(to, from, len - 16);
    } else if len >= 8 {
        block::<8>(to, from, 0);
        block::<8>(to, from, len - 8);
    } else if len >= 4 {
        block::<4>(to, from, 0);
        block::<4>(to, from, len - 4);
    } else if len >= 2 {
        block::<2>(to, from, 0);
        block::<2>(to, from, len - 2);
    } else if len == 1 {
        to[0] = from[0];
    }
}

/// A slice whose length is written as `N`: of `at..at + N`, the compiler forgets in wasm that the length is constant, and calls
/// the browser's copy for two bytes.
#[inline(always)]
fn block<const N: usize>(to: &mut [u8], from: &[u8], at: usize) {
    to[at..][..N].copy_from_slice(&from[at..][..N]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut OpBuffer)) -> String {
        let mut out = OpBuffer::new();
        write(&mut out);
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn copies_every_length() {
        let from: Vec<u8> = (0..=255).collect();
        for len in 0..=2 * SHORT {
            let mut to = vec![b'|'; len + 2];
            copy(&mut to[1..=len], &from[..len]);
            assert_eq!(to, [b"|", &from[..len], b"|"].concat());
        }
    }

    #[test]
    fn digits_are_those_of_fmt() {
        for number in [0, 1, 9, 10, 99, 100, 65_535, 999_999_999, 1_000_000_000, u32::MAX] {
            assert_eq!(
                written(|out| out.append(MOST_DIGITS, |room| put_number(room, number))),
                number.to_string()
            );
        }
    }

    #[test]
    fn writes_control_ops() {
        assert_eq!(written(|out| connect(out, b"{}")), "CONNECT {}\r\n");
        assert_eq!(written(|out| subscribe(out, b"a.>", b"", 1)), "SUB a.> 1\r\n");
        assert_eq!(
            written(|out| subscribe(out, b"a.*", b"workers", 4_294_967_295)),
            "SUB a.* workers 4294967295\r\n"
        );
        assert_eq!(written(|out| unsubscribe(out, 10, 0)), "UNSUB 10\r\n");
        assert_eq!(written(|out| unsubscribe(out, 10, 205)), "UNSUB 10 205\r\n");
        assert_eq!(written(ping), "PING\r\n");
        assert_eq!(written(pong), "PONG\r\n");
    }

    #[test]
    fn writes_a_publish_around_its_body() {
        let mut to = PreparedSubject::new(b"a.b");
        assert_eq!(to.subject(), b"a.b");
        for (reply, headers, payload, text) in [
            ("", "", "", "PUB a.b 0\r\n\r\n"),
            ("", "", "hello", "PUB a.b 5\r\nhello\r\n"),
            ("", "", "world", "PUB a.b 5\r\nworld\r\n"),
            ("", "", "hello, world", "PUB a.b 12\r\nhello, world\r\n"),
            ("r.1", "", "hello", "PUB a.b r.1 5\r\nhello\r\n"),
            ("", "NATS/1.0\r\n\r\n", "", "HPUB a.b 12 12\r\nNATS/1.0\r\n\r\n\r\n"),
            ("r", "NATS/1.0\r\n\r\n", "hi", "HPUB a.b r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"),
        ] {
            let mut out = OpBuffer::new();
            out.put_slice(b"before");
            let body =
                publish(&mut out, &mut to, reply.as_bytes(), headers.len() as u32, payload.len() as u32);
            assert_eq!(body.len(), headers.len() + payload.len());
            out[body].copy_from_slice(format!("{headers}{payload}").as_bytes());
            assert_eq!(&out[..], format!("before{text}").as_bytes());
        }
    }

    #[test]
    fn the_line_alone_is_what_the_whole_begins_with() {
        let mut to = PreparedSubject::new(b"a");
        let line = written(|out| publish_line(out, &to, b"r", 3, 4));
        let whole = written(|out| {
            publish(out, &mut to, b"r", 3, 4);
        });
        assert_eq!(line, "HPUB a r 3 7\r\n");
        assert_eq!(whole, format!("{line}\0\0\0\0\0\0\0\r\n"), "new memory is zeros");
    }
}
