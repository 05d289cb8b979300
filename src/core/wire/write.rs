//! Ops of the client as bytes, appended to the outbound buffer. Knows the grammar; refuses nothing: subjects were
//! checked by `core::subject`, sizes by the session.

use std::ops::Range;

use super::outgoing::{Outgoing, copy, digits, write_number};

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
pub struct LineEnd {
    size: u32,
    pub bytes: [u8; MOST_DIGITS + 2],
    /// How many of them it is.
    pub len: u8,
}

const MOST_DIGITS: usize = 10;

impl PreparedSubject {
    pub fn new(subject: &[u8]) -> PreparedSubject {
        PreparedSubject { line: [b"HPUB ", subject, b" "].concat(), end: LineEnd::of(0) }
    }

    /// Another subject in the same memory, for one that is used once.
    pub fn replace(&mut self, subject: &[u8]) {
        self.line.truncate(b"HPUB ".len());
        self.line.extend_from_slice(subject);
        self.line.push(b' ');
    }

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
pub fn connect(out: &mut Outgoing, json: &[u8]) {
    out.reserve(b"CONNECT \r\n".len() + json.len());
    out.put(b"CONNECT ");
    out.put(json);
    out.put_line_end();
}

/// A whole publish with room for its body: the CRLF behind it is written, the body is whatever was there before.
/// Returns where in `out` the body (headers, then payload) has to be put. `reply` may be empty.
pub fn publish(
    out: &mut Outgoing,
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
    out.put_op(&to.line[1..], &to.end, payload_len as usize)
}

/// The control line of a publish alone. The body and a CRLF have to follow it.
pub fn publish_line(
    out: &mut Outgoing,
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
    out: &mut Outgoing,
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
    let op = out.skip(line_len + behind);
    let body = op.start + line_len..op.end;

    let (line, body_room) = out[op].split_at_mut(line_len);
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
    body
}

/// `SUB subject [queue] sid`. `queue` may be empty.
pub fn subscribe(out: &mut Outgoing, subject: &[u8], queue: &[u8], sid: u32) {
    out.reserve(b"SUB  ".len() + subject.len() + queue.len() + MOST_NUMBERS);
    out.put(b"SUB ");
    out.put(subject);
    out.put_byte(b' ');
    if !queue.is_empty() {
        out.put(queue);
        out.put_byte(b' ');
    }
    out.put_number(sid);
    out.put_line_end();
}

/// `UNSUB sid [max]`. `max` 0: at once.
pub fn unsubscribe(out: &mut Outgoing, sid: u32, max: u32) {
    out.put(b"UNSUB ");
    out.put_number(sid);
    if max > 0 {
        out.put_byte(b' ');
        out.put_number(max);
    }
    out.put_line_end();
}

pub fn ping(out: &mut Outgoing) {
    out.put(b"PING\r\n");
}

pub fn pong(out: &mut Outgoing) {
    out.put(b"PONG\r\n");
}

/// Two numbers, the blanks behind reply and number, and a line end.
const MOST_NUMBERS: usize = 10 + 10 + 2 + 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Outgoing)) -> String {
        let mut out = Outgoing::new();
        write(&mut out);
        String::from_utf8(out.to_vec()).unwrap()
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
            let mut out = Outgoing::new();
            out.put(b"before");
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
