//! Control lines of messages: finds the tokens of `MSG` and `HMSG` and reads their numbers. Knows where a line lies,
//! not whose it is; refuses every line whose numbers contradict each other.
//!
//! All functions read from a buffer that carries [`PAD`] line feeds behind its last byte, so that every search ends
//! and no word read can leave the buffer. A position past the end means: the line is not whole yet.

use crate::core::error::Broken;
use crate::core::text::decimal;

/// Line feeds required behind the last byte of a buffer.
pub(super) const PAD: usize = 8;

/// Longest control line, its line end included: subject and reply lengths and the distance between them are 16 bit
/// numbers in a row.
pub(super) const MAX_LINE: usize = u16::MAX as usize;

/// Longest body, headers included: the hard cap of nats-server on `max_payload` (64 MiB), and room for the headers it
/// adds to a stored message that is fetched directly.
pub(super) const MAX_BODY: u32 = 64 * 1024 * 1024 + 64 * 1024;

/// What a message's control line says. Positions count from the line's first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub sid: u32,
    pub subject_at: u32,
    pub subject_len: u16,
    /// From the subject's first byte to the reply's; 0 when there is none.
    pub reply_delta: u16,
    pub reply_len: u16,
    pub header_len: u32,
    /// Without the headers. `header_len + payload_len <= MAX_BODY`.
    pub payload_len: u32,
    /// Of the line, its line end included. At most [`MAX_LINE`].
    pub len: u32,
}

impl Line {
    #[inline(always)]
    pub fn body_len(&self) -> u32 {
        self.header_len + self.payload_len
    }

    /// From the subject's first byte to the end of the reply, or of the subject when there is no reply.
    pub fn names_len(&self) -> u32 {
        match self.reply_len {
            0 => u32::from(self.subject_len),
            len => u32::from(self.reply_delta) + u32::from(len),
        }
    }

    /// The bytes from subject to reply of the line that begins at `at`.
    pub fn names<'a>(&self, bytes: &'a [u8], at: usize) -> &'a [u8] {
        &bytes[at + self.subject_at as usize..][..self.names_len() as usize]
    }

    #[inline(always)]
    pub fn subject<'a>(&self, bytes: &'a [u8], at: usize) -> &'a [u8] {
        &bytes[at + self.subject_at as usize..][..usize::from(self.subject_len)]
    }

    #[inline(always)]
    pub fn reply<'a>(&self, bytes: &'a [u8], at: usize) -> &'a [u8] {
        let subject = at + self.subject_at as usize;
        &bytes[subject + usize::from(self.reply_delta)..][..usize::from(self.reply_len)]
    }
}

/// The op a line begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Msg,
    Hmsg,
}

impl Verb {
    /// `None`: not a message. Case does not matter, as in the server's own parser.
    #[inline(always)]
    pub fn read(bytes: &[u8], at: usize) -> Option<Verb> {
        let word = word(bytes, at) as u32;
        let folded = word | 0x2020_2020;
        if folded & 0x00ff_ffff == u32::from_le_bytes(*b"msg\0") && is_blank((word >> 24) as u8) {
            Some(Verb::Msg)
        } else if folded == u32::from_le_bytes(*b"hmsg") && is_blank(bytes[at + 4]) {
            Some(Verb::Hmsg)
        } else {
            None
        }
    }

    pub fn len(self) -> usize {
        match self {
            Verb::Msg => 3,
            Verb::Hmsg => 4,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Verb::Msg => "MSG",
            Verb::Hmsg => "HMSG",
        }
    }
}

/// The part of a line that tends to repeat: verb, subject, sid and the blank behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prefix {
    pub verb: Verb,
    pub len: u32,
    pub sid: u32,
    pub subject_at: u32,
    pub subject_len: u16,
}

/// Reads the line that begins at `at` up to its sid. `None`: the line is not whole.
pub(super) fn read_prefix(bytes: &[u8], at: usize, end: usize, verb: Verb) -> Result<Option<Prefix>, Broken> {
    let subject = skip_blanks(bytes, at + verb.len());
    let subject_end = token_end(bytes, subject);
    let sid = skip_blanks(bytes, subject_end);
    let sid_end = token_end(bytes, sid);
    if sid_end >= end {
        return Ok(None);
    }
    if sid == sid_end {
        return Err(wrong_count(bytes, at, end, verb));
    }
    if sid_end - at > MAX_LINE {
        return Err(too_long());
    }
    let Some(number) = number(bytes, sid, sid_end) else {
        return Err(bad_number("sid", u32::MAX, &bytes[sid..sid_end]));
    };
    Ok(Some(Prefix {
        verb,
        len: (sid_end - at) as u32 + u32::from(is_blank(bytes[sid_end])),
        sid: number,
        subject_at: (subject - at) as u32,
        subject_len: (subject_end - subject) as u16,
    }))
}

/// Reads the rest of the line that begins at `at` with `prefix`. `None`: the line is not whole.
///
/// `[reply] size` of a MSG, `[reply] header-size total-size` of an HMSG.
pub(super) fn read_rest(
    bytes: &[u8],
    at: usize,
    end: usize,
    prefix: &Prefix,
) -> Result<Option<Line>, Broken> {
    let verb = prefix.verb;
    let mut tokens = [(0, 0); 3];
    let mut count = 0;
    let mut next = skip_blanks(bytes, at + prefix.len as usize);
    while !matches!(bytes[next], b'\r' | b'\n') {
        if count == tokens.len() {
            return Err(wrong_count(bytes, at, end, verb));
        }
        let token = next;
        next = token_end(bytes, token);
        tokens[count] = (token, next);
        count += 1;
        next = skip_blanks(bytes, next);
    }
    let line_end = next + if bytes[next] == b'\r' { 2 } else { 1 };
    if line_end > end {
        return Ok(None);
    }
    if bytes[line_end - 1] != b'\n' {
        return Err(Broken::new([verb.name(), ": CR without LF in the control line"].concat()));
    }
    if line_end - at > MAX_LINE {
        return Err(too_long());
    }
    let numbers = match verb {
        Verb::Msg => 1,
        Verb::Hmsg => 2,
    };
    if count != numbers && count != numbers + 1 {
        return Err(wrong_count(bytes, at, end, verb));
    }
    let (reply, reply_end) = if count > numbers { tokens[0] } else { (0, 0) };
    let size = |(from, to): (usize, usize)| match number(bytes, from, to) {
        Some(size) if size <= MAX_BODY => Ok(size),
        _ => Err(bad_number("size", MAX_BODY, &bytes[from..to])),
    };
    let total = size(tokens[count - 1])?;
    let header_len = match verb {
        Verb::Msg => 0,
        Verb::Hmsg => size(tokens[count - 2])?,
    };
    if header_len > total {
        return Err(Broken::new(
            [
                "HMSG: header size ",
                &decimal(header_len.into()),
                " is over the total size ",
                &decimal(total.into()),
            ]
            .concat(),
        ));
    }
    let subject = at + prefix.subject_at as usize;
    Ok(Some(Line {
        sid: prefix.sid,
        subject_at: prefix.subject_at,
        subject_len: prefix.subject_len,
        reply_delta: if reply_end > reply { (reply - subject) as u16 } else { 0 },
        reply_len: (reply_end - reply) as u16,
        header_len,
        payload_len: total - header_len,
        len: (line_end - at) as u32,
    }))
}

/// Reads the line that begins at `at`. `None`: it is not whole.
pub(super) fn read_line(bytes: &[u8], at: usize, end: usize, verb: Verb) -> Result<Option<Line>, Broken> {
    match read_prefix(bytes, at, end, verb)? {
        Some(prefix) => read_rest(bytes, at, end, &prefix),
        None => Ok(None),
    }
}

/// Eight bytes from `at`, the first one in the lowest bits.
#[inline(always)]
pub(super) fn word(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

#[inline(always)]
fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while is_blank(bytes[at]) {
        at += 1;
    }
    at
}

/// Where the token that begins at `at` ends: at a blank, CR or LF. Other control characters belong to the token:
/// the server lets them through in a subject, so another client could end this connection with one.
#[inline(always)]
pub(super) fn token_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 0xff;
    loop {
        let word = word(bytes, at);
        // The lowest bit set marks the first byte below 0x21; bits above it may be wrong.
        let low = word.wrapping_sub(ONES * 0x21) & !word & (ONES * 0x80);
        if low == 0 {
            at += 8;
            continue;
        }
        at += low.trailing_zeros() as usize / 8;
        if matches!(bytes[at], b' ' | b'\t' | b'\r' | b'\n') {
            return at;
        }
        at += 1;
    }
}

/// A decimal number of one to ten digits that fits 32 bits.
fn number(bytes: &[u8], from: usize, to: usize) -> Option<u32> {
    let digits = &bytes[from..to];
    if digits.is_empty() || digits.len() > 10 {
        return None;
    }
    let mut value = 0u64;
    for &digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value * 10 + u64::from(digit - b'0');
    }
    u32::try_from(value).ok()
}

/// The first bytes of what the server said, readable and short enough for a message.
pub(super) fn excerpt(bytes: &[u8]) -> String {
    const MOST: usize = 32;
    let mut excerpt = String::from("\"");
    for &byte in bytes.iter().take(MOST) {
        match byte {
            b' '..=b'~' => excerpt.push(char::from(byte)),
            b'\r' => excerpt.push_str("\\r"),
            b'\n' => excerpt.push_str("\\n"),
            _ => {
                excerpt.push_str("\\x");
                for digit in [byte >> 4, byte & 15] {
                    excerpt.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
                }
            }
        }
    }
    excerpt.push_str(if bytes.len() > MOST { "…\"" } else { "\"" });
    excerpt
}

#[cold]
fn wrong_count(bytes: &[u8], at: usize, end: usize, verb: Verb) -> Broken {
    let rule = match verb {
        Verb::Msg => "subject, sid, an optional reply and a size",
        Verb::Hmsg => "subject, sid, an optional reply and two sizes",
    };
    Broken::new([verb.name(), ": ", &excerpt(&bytes[at..end]), " is not ", rule].concat())
}

#[cold]
fn bad_number(what: &str, limit: u32, bytes: &[u8]) -> Broken {
    Broken::new([what, " ", &excerpt(bytes), " is not a number up to ", &decimal(limit.into())].concat())
}

#[cold]
pub(super) fn too_long() -> Broken {
    Broken::new(["control line is over ", &decimal(MAX_LINE as u64), " bytes"].concat())
}

#[cold]
pub(super) fn no_trailer(line: &Line) -> Broken {
    Broken::new(
        [
            "sid ",
            &decimal(line.sid.into()),
            ": no CRLF behind a body of ",
            &decimal(line.body_len().into()),
            " bytes",
        ]
        .concat(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Option<Line>, Broken> {
        let mut bytes = b"xx".to_vec();
        bytes.extend_from_slice(line.as_bytes());
        let end = bytes.len();
        bytes.extend_from_slice(&[b'\n'; PAD]);
        read_line(&bytes, 2, end, Verb::read(&bytes, 2).expect("a message"))
    }

    fn names(line: &str) -> (String, String, u32, u32, u32) {
        let mut bytes = line.as_bytes().to_vec();
        bytes.extend_from_slice(&[b'\n'; PAD]);
        let verb = Verb::read(&bytes, 0).unwrap();
        let read = read_line(&bytes, 0, line.len(), verb).unwrap().unwrap();
        assert_eq!(read.len as usize, line.len());
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (
            text(read.subject(&bytes, 0)),
            text(read.reply(&bytes, 0)),
            read.sid,
            read.header_len,
            read.payload_len,
        )
    }

    fn expect(
        subject: &str,
        reply: &str,
        sid: u32,
        header: u32,
        payload: u32,
    ) -> (String, String, u32, u32, u32) {
        (subject.into(), reply.into(), sid, header, payload)
    }

    #[test]
    fn reads_every_shape_of_a_line() {
        assert_eq!(names("MSG a 1 0\r\n"), expect("a", "", 1, 0, 0));
        assert_eq!(names("MSG orders.eu 12 r.1 128\r\n"), expect("orders.eu", "r.1", 12, 0, 128));
        assert_eq!(names("HMSG a.b 7 12 20\r\n"), expect("a.b", "", 7, 12, 8));
        assert_eq!(names("HMSG a.b 7 reply 12 12\r\n"), expect("a.b", "reply", 7, 12, 0));
        assert_eq!(names("MSG a 1 42 43\r\n"), expect("a", "42", 1, 0, 43), "a reply can look like a number");
        assert_eq!(names("MSG a 4294967295 67174400\r\n"), expect("a", "", u32::MAX, 0, MAX_BODY));
        assert_eq!(names("MSG a 1 0000000005\r\n"), expect("a", "", 1, 0, 5));
    }

    #[test]
    fn tolerates_case_and_blanks() {
        assert_eq!(names("msg\ta  1\t \tr  3 \t\r\n"), expect("a", "r", 1, 0, 3));
        assert_eq!(names("hMsG a 1 2 3\n"), expect("a", "", 1, 2, 1));
        assert_eq!(names("MSG   a 1   3\r\n"), expect("a", "", 1, 0, 3));
    }

    #[test]
    fn lets_control_characters_through_in_names() {
        assert_eq!(
            names("MSG a\u{1}b\u{b}c\0d 1 \u{1f}r 3\r\n"),
            expect("a\u{1}b\u{b}c\0d", "\u{1f}r", 1, 0, 3)
        );
    }

    #[test]
    fn every_beginning_of_a_line_is_not_whole() {
        for line in ["MSG orders.eu 12 r.1 128\r\n", "HMSG a 1 2 3\r\n", "MSG  a 1  \t 5  \r\n"] {
            for cut in 5..line.len() {
                assert_eq!(read(&line[..cut]), Ok(None), "{:?}", &line[..cut]);
            }
        }
    }

    #[test]
    fn refuses_what_no_server_says() {
        for (line, why) in [
            ("MSG \r\n", "not subject, sid"),
            ("MSG a\r\n", "not subject, sid"),
            ("MSG a 1\r\n", "not subject, sid"),
            ("MSG a 1 r s 3\r\n", "not subject, sid"),
            ("HMSG a 1 3\r\n", "two sizes"),
            ("HMSG a 1 r s 3 3\r\n", "two sizes"),
            ("MSG a b 3\r\n", "sid \"b\" is not a number up to 4294967295"),
            ("MSG a 4294967296 3\r\n", "sid"),
            ("MSG a 99999999999999999999 3\r\n", "sid"),
            ("MSG a -1 3\r\n", "sid"),
            ("MSG a 1 -3\r\n", "size"),
            ("MSG a 1 +3\r\n", "size"),
            ("MSG a 1 3x\r\n", "size \"3x\" is not a number up to 67174400"),
            ("MSG a 1 67174401\r\n", "size"),
            ("MSG a 1 99999999\r\n", "size"),
            ("MSG a 1 18446744073709551617\r\n", "size"),
            ("HMSG a 1 13 12\r\n", "header size 13 is over the total size 12"),
            ("MSG a 1 3\rx\n", "CR without LF"),
        ] {
            let broken = read(line).expect_err(line);
            assert!(broken.why.contains(why), "{line:?}: {}", broken.why);
        }
    }

    #[test]
    fn tells_messages_from_other_ops() {
        for (line, verb) in [
            ("MSG a 1 2\r\n", Some(Verb::Msg)),
            ("HMSG\ta", Some(Verb::Hmsg)),
            ("MSG", None),
            ("MSGX a", None),
            ("HMSGX", None),
            ("MSG\0a 1 2", None),
            ("PING\r\n", None),
        ] {
            let mut bytes = line.as_bytes().to_vec();
            bytes.extend_from_slice(&[b'\n'; PAD]);
            assert_eq!(Verb::read(&bytes, 0), verb, "{line:?}");
        }
    }
}
