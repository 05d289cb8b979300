//! Reads the shape that nearly every line has, fast: single blanks, digits, CRLF, all of the line there. Leaves every other
//! line to `line.rs`, which reads and judges it (docs/decisions/0041). Relies on the same [`PAD`](super::line::PAD).

use super::line::{Line, MAX_BODY, MAX_LINE, Prefix, Verb, token_end};

/// The size that ends a MSG line at `at`, and where the body begins. Only positions up to the end of the buffer are
/// to be trusted, so the caller checks the body's end.
#[inline(always)]
pub(super) fn read_size(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let (size, next) = read_digits(bytes, at)?;
    (bytes[next] == b'\r' && bytes[next + 1] == b'\n' && size <= MAX_BODY).then_some((size, next + 2))
}

/// The line at `at` up to its sid.
#[inline(always)]
pub(super) fn read_prefix(bytes: &[u8], at: usize, verb: Verb) -> Option<Prefix> {
    let subject = at + verb.len() + 1;
    let subject_end = token_end(bytes, subject);
    if subject_end == subject || bytes[subject_end] != b' ' {
        return None;
    }
    let (sid, next) = read_digits(bytes, subject_end + 1)?;
    if bytes[next] != b' ' || next - at >= MAX_LINE {
        return None;
    }
    Some(Prefix {
        verb,
        len: (next + 1 - at) as u32,
        sid,
        subject_at: (subject - at) as u32,
        subject_len: (subject_end - subject) as u16,
    })
}

/// The rest of the line at `at` that begins with `prefix`.
#[inline(always)]
pub(super) fn read_rest(bytes: &[u8], at: usize, end: usize, prefix: &Prefix) -> Option<Line> {
    let rest = at + prefix.len as usize;
    let reply_end = token_end(bytes, rest);
    let has_reply = match prefix.verb {
        Verb::Msg => bytes[reply_end] == b' ',
        // The second of three tokens ends in a blank, the second of two does not.
        Verb::Hmsg => bytes[reply_end] == b' ' && bytes[token_end(bytes, reply_end + 1)] == b' ',
    };
    let sizes = if has_reply { reply_end + 1 } else { rest };
    let (header_len, total_at) = match prefix.verb {
        Verb::Msg => (0, sizes),
        Verb::Hmsg => {
            let (header_len, next) = read_digits(bytes, sizes)?;
            if bytes[next] != b' ' {
                return None;
            }
            (header_len, next + 1)
        }
    };
    let (total, body) = read_size(bytes, total_at)?;
    if header_len > total || body > end || body - at > MAX_LINE || has_reply && reply_end == rest {
        return None;
    }
    let subject = at + prefix.subject_at as usize;
    let (reply_delta, reply_len) = if has_reply { (rest - subject, reply_end - rest) } else { (0, 0) };
    Some(Line {
        sid: prefix.sid,
        subject_at: prefix.subject_at,
        subject_len: prefix.subject_len,
        reply_delta: reply_delta as u16,
        reply_len: reply_len as u16,
        header_len,
        payload_len: total - header_len,
        len: (body - at) as u32,
    })
}

/// A number of one to nine digits, and where it ends.
#[inline(always)]
fn read_digits(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let mut value = 0;
    let mut next = at;
    loop {
        let digit = bytes[next].wrapping_sub(b'0');
        if digit > 9 {
            return (next > at).then_some((value, next));
        }
        if next - at == 9 {
            return None;
        }
        value = value * 10 + u32::from(digit);
        next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::wire::line::{PAD, read_line};

    fn read(line: &str) -> Option<Line> {
        let mut bytes = line.as_bytes().to_vec();
        bytes.extend_from_slice(&[b'\n'; PAD]);
        let verb = Verb::read(&bytes, 0).expect("a message");
        let found = read_prefix(&bytes, 0, verb).and_then(|prefix| read_rest(&bytes, 0, line.len(), &prefix));
        if found.is_some() {
            assert_eq!(read_line(&bytes, 0, line.len(), verb), Ok(found), "line.rs agrees on {line:?}");
        }
        found
    }

    #[test]
    fn reads_what_line_rs_reads() {
        for line in [
            "MSG a 1 0\r\n",
            "MSG orders.created.eu 12 128\r\n",
            "MSG a 1 42 43\r\n",
            "msg a.b 999999999 _INBOX.abc.1 67174400\r\n",
            "HMSG a 1 12 14\r\n",
            "HMSG a 1 reply 12 12\r\n",
            "hmsg a 1 9 12 13\r\n",
            "MSG\ta\u{1}\u{b}b 1 r\u{2} 3\r\n",
        ] {
            assert!(read(line).is_some(), "{line:?}");
            for cut in 5..line.len() {
                assert_eq!(read(&line[..cut]), None, "{:?}", &line[..cut]);
            }
        }
    }

    #[test]
    fn leaves_the_rest_to_line_rs() {
        for line in [
            "MSG  a 1 0\r\n",
            "MSG a  1 0\r\n",
            "MSG a 1  0\r\n",
            "MSG a 1 0 \r\n",
            "MSG a 1 r  0\r\n",
            "MSG a\t1 0\r\n",
            "MSG a 1 0\n",
            "MSG a 1 0\rx",
            "MSG a 1 0000000000\r\n",
            "MSG a 1000000000 0\r\n",
            "MSG a 1 67174401\r\n",
            "MSG a 1 r s 1\r\n",
            "MSG a 1 x\r\n",
            "MSG a 1\r\n",
            "MSG a\r\n",
            "HMSG a 1 13 12\r\n",
            "HMSG a 1 12\r\n",
            "HMSG a 1 r s 1 1\r\n",
            "HMSG a 1 r x 1\r\n",
        ] {
            assert_eq!(read(line), None, "{line:?}");
        }
    }
}
