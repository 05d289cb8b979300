//! The scanner: bytes of WebSocket messages in, rows and ops out. It owns the one op that a border has cut; it
//! refuses whatever no server sends, and is not used again after that.
//!
//! An event is read in windows: a window lies in the scanner's memory, where the shell has put it ([`Scanner::stage`]) or
//! the scanner copies it, and is parsed in one pass. What becomes of a message depends on where it lies:
//!
//! | control line | body and its CRLF | the message |
//! |---|---|---|
//! | in the window | in the window | a row that refers to the event |
//! | in the window | in the event | a row that refers to the event; scanning goes on behind it |
//! | in the window | beyond the event | joined |
//! | cut by the event's border | anywhere | joined |
//!
//! A row's offsets hold `subject_at + names <= body_at` and `body_at + header_len + payload_len <= len` of the event
//! or joined buffer they refer to.

use bytes::BytesMut;
use messages::{incoming, row};
use partial::{Open, Partial};

use super::fast_line;
use super::intern::Subjects;
use super::line::{self, Line, MAX_LINE, PAD, Prefix, Verb};
use super::rows::{FLAG_REPLY, Row, Rows};
use super::status::status;
use super::{Incoming, Joiner, ServerOp, Sink, Source};
use crate::core::error::Broken;
use crate::core::text::decimal;

/// Most bytes of an event copied at once.
const WINDOW: usize = 64 * 1024;
/// The same while bodies are large: most of a large window would be body, which nobody reads here, and in an event that
/// large every byte that is read comes from main memory (docs/decisions/0011).
const WINDOW_AMID_LARGE_BODIES: usize = 256;
/// Windows amid large bodies hold one line each. As many messages are found before they are delivered.
const TOGETHER: usize = 64;
/// A body larger than this is large.
const LARGE_BODY: u32 = 2 * 1024;
/// What is left of an event is one window up to here, and room on the stage: servers cut the stream for browsers at 4096
/// bytes.
const SMALL_EVENT: usize = 4096;
/// Longest WebSocket message: offsets in it, and behind a body that begins in it, stay 32 bit numbers.
const MAX_EVENT: usize = i32::MAX as usize;
/// Room in front of the window for the line prefix that is compared with.
const ROOM: usize = 256;

/// The first bytes of the last line, at `at` of the buffer: a line that begins with them has the same sid and subject.
#[derive(Clone, Copy)]
struct Memo {
    at: usize,
    key: u32,
    prefix: Prefix,
}

/// Scans the byte stream of one socket.
pub struct Scanner {
    /// `ROOM` bytes, the window, `PAD` line feeds.
    buffer: Vec<u8>,
    memo: Option<Memo>,
    held: BytesMut,
    partial: Partial,
    subjects: Subjects,
    amid_large_bodies: bool,
    /// Least length of the next window, for an op that did not fit the last one.
    least_window: usize,
    most_window: usize,
}

impl Default for Scanner {
    fn default() -> Scanner {
        Scanner::new()
    }
}

impl Scanner {
    /// A scanner with windows of at most 64 KiB.
    pub fn new() -> Scanner {
        Scanner::with_window(WINDOW)
    }

    /// With windows of at most `most_window` bytes (from 1) instead of 64 KiB, as far as ops fit them.
    pub fn with_window(most_window: usize) -> Scanner {
        Scanner {
            buffer: Vec::new(),
            memo: None,
            held: BytesMut::new(),
            partial: Partial::Line,
            subjects: Subjects::new(),
            amid_large_bodies: false,
            least_window: 0,
            most_window: most_window.max(1),
        }
    }

    /// The stream of another socket begins. Numbers of subjects stay what they are.
    pub fn restart(&mut self) {
        self.partial = Partial::Line;
        self.memo = None;
        self.least_window = 0;
        self.forget_held();
    }

    /// Bytes still to come of the body that is being gathered or skipped.
    pub fn body_left(&self) -> u32 {
        match self.partial {
            Partial::Body(open) => open.body_left,
            Partial::Line | Partial::Headers(_) => 0,
        }
    }

    /// Where the shell may put the unread bytes of the next event itself, so that they are not copied a second time: the
    /// [`body_left`](Scanner::body_left) first bytes of the event are only moved, all others are unread. There is room for
    /// 4096 bytes. The event is then [staged](Source::is_staged). The room stays where it is until the next scan, which
    /// uses the bytes up.
    pub fn stage(&mut self) -> &mut [u8] {
        self.make_room(ROOM + SMALL_EVENT);
        &mut self.buffer[ROOM..ROOM + SMALL_EVENT]
    }

    /// An op was cut, and what is missing of it fits the next event: the server is still writing.
    pub fn awaits_rest(&self) -> bool {
        match self.partial {
            Partial::Line => !self.held.is_empty(),
            Partial::Headers(line) | Partial::Body(Open { line, .. }) => line.body_len() <= LARGE_BODY,
        }
    }

    /// Scans one window of the event from offset `at`, several amid large bodies; returns where the next one begins,
    /// always beyond `at`, and `source.len()` when the event is used up. `rows` is emptied first and then holds the
    /// messages found, also when the stream is broken: they came before the bytes that are.
    pub fn scan<S: Source, J: Joiner<S>, K: Sink>(
        &mut self,
        source: &S,
        at: usize,
        joiner: &mut J,
        rows: &mut Rows,
        sink: &mut K,
    ) -> Result<usize, Broken> {
        if self.subjects.renew_when_full() {
            self.memo = None;
        }
        rows.reset(self.subjects.generation());
        let len = source.len();
        if len > MAX_EVENT {
            let (len, most) = (decimal(len as u64), decimal(MAX_EVENT as u64));
            return Err(Broken::new(
                ["a WebSocket message of ", &len, " bytes is over ", &most, " bytes"].concat(),
            ));
        }
        let mut at = at;
        if let Partial::Body(open) = &mut self.partial {
            at += open.gather(source, at, joiner);
        }
        if at >= len {
            return Ok(len);
        }
        loop {
            let end = self.load(source, at);
            let mut pass = Pass { scanner: self, source, joiner, rows, sink, origin: at, end };
            let found = match pass.resume()? {
                Next::To(pos) => pass.parse(pos)?,
                beyond => beyond,
            };
            let next = match found {
                Next::To(pos) => at + (pos - ROOM),
                Next::Beyond(offset) => offset,
            };
            self.keep_memo();
            let goes_on = self.amid_large_bodies && next < len && rows.len() < TOGETHER;
            if next > at && !goes_on {
                return Ok(next);
            }
            // Or nothing was read: the first op did not fit, and the window grows to hold it.
            at = next;
        }
    }

    /// Sees to it that the next window lies in the buffer; returns its end there.
    fn load<S: Source>(&mut self, source: &S, at: usize) -> usize {
        let left = source.len() - at;
        debug_assert!(!source.is_staged() || left <= SMALL_EVENT, "the stage has no room for {left} bytes");
        let most = if source.is_staged() {
            SMALL_EVENT
        } else if self.amid_large_bodies && left > SMALL_EVENT {
            WINDOW_AMID_LARGE_BODIES.min(self.most_window)
        } else {
            self.most_window
        };
        let len = left.min(most.max(self.least_window));
        self.least_window = 0;
        let end = ROOM + len;
        if self.buffer.len() > 2 * WINDOW && len <= WINDOW {
            self.buffer.truncate(ROOM + WINDOW + PAD);
            self.buffer.shrink_to_fit();
        }
        self.make_room(end);
        if !source.is_staged() {
            source.copy_to(at, &mut self.buffer[ROOM..end]);
        }
        self.buffer[end..end + PAD].fill(b'\n');
        end
    }

    /// Room in the buffer for a window that ends at `end`, and for the line feeds behind it.
    #[inline(always)]
    fn make_room(&mut self, end: usize) {
        if self.buffer.len() < end + PAD {
            self.buffer.resize((end + PAD).next_multiple_of(4096), 0);
        }
    }

    /// Moves the compared prefix out of the way of the next window.
    fn keep_memo(&mut self) {
        if let Some(memo) = &mut self.memo
            && memo.at != 0
        {
            self.buffer.copy_within(memo.at..memo.at + memo.prefix.len as usize, 0);
            memo.at = 0;
        }
    }

    fn forget_held(&mut self) {
        if self.held.capacity() > MAX_LINE {
            self.held = BytesMut::new();
        } else {
            self.held.clear();
        }
    }
}

/// What is known of a message's subject before it is looked up.
#[derive(Clone, Copy)]
enum Known {
    Key(u32),
    Prefix(Prefix),
}

/// Where scanning goes on.
enum Next {
    /// At this position of the buffer.
    To(usize),
    /// At this offset of the event, which lies behind the window or needs another one.
    Beyond(usize),
}

/// One window being scanned.
struct Pass<'a, S: Source, J: Joiner<S>, K: Sink> {
    scanner: &'a mut Scanner,
    source: &'a S,
    joiner: &'a mut J,
    rows: &'a mut Rows,
    sink: &'a mut K,
    /// Offset of the window's first byte in the event.
    origin: usize,
    /// End of the window in the buffer.
    end: usize,
}

impl<S: Source, J: Joiner<S>, K: Sink> Pass<'_, S, J, K> {
    /// The main loop: ops that begin in this window.
    fn parse(&mut self, mut pos: usize) -> Result<Next, Broken> {
        loop {
            pos = self.parse_repeats(pos);
            if pos >= self.end {
                return Ok(Next::To(pos));
            }
            match self.parse_op(pos)? {
                Next::To(next) => pos = next,
                beyond => return Ok(beyond),
            }
        }
    }

    /// Messages that lie in the window and whose lines differ from the last one in nothing but the size. Whatever
    /// else comes, it stops there.
    #[inline(always)]
    fn parse_repeats(&mut self, mut pos: usize) -> usize {
        let Some(memo @ Memo { key, prefix: Prefix { verb: Verb::Msg, len, .. }, .. }) = self.scanner.memo
        else {
            return pos;
        };
        let end = self.end;
        let bytes = &self.scanner.buffer[..end + PAD];
        let subject = memo.prefix.subject_at as usize;
        let subject_len = memo.prefix.subject_len;
        while repeats(bytes, &memo, pos, end) {
            let Some((size, body)) = fast_line::read_size(bytes, pos + len as usize) else { break };
            let trailer = body + size as usize;
            if trailer + 2 > end || bytes[trailer..trailer + 2] != *b"\r\n" {
                break;
            }
            let message = Incoming {
                sid: memo.prefix.sid,
                subject: &bytes[pos + subject..][..usize::from(subject_len)],
                reply: &[],
                status: 0,
                header_len: 0,
                payload_len: size,
            };
            if let Some(admission) = self.sink.admit(&message) {
                self.rows.push(&Row {
                    sid: memo.prefix.sid,
                    key: if admission.flags & FLAG_REPLY != 0 { admission.ticket } else { key },
                    flags: admission.flags,
                    subject_len,
                    subject_at: (self.origin + (pos + subject - ROOM)) as u32,
                    body_at: (self.origin + (body - ROOM)) as u32,
                    payload_len: size,
                    ..Row::default()
                });
            }
            self.scanner.amid_large_bodies = size > LARGE_BODY;
            pos = trailer + 2;
        }
        pos
    }

    /// One op of any kind.
    fn parse_op(&mut self, pos: usize) -> Result<Next, Broken> {
        let end = self.end;
        let Scanner { buffer, memo, .. } = &mut *self.scanner;
        let bytes = &buffer[..end + PAD];
        let known = memo.filter(|memo| repeats(bytes, memo, pos, end));
        let prefix = match known {
            Some(memo) => memo.prefix,
            None => {
                let Some(verb) = Verb::read(bytes, pos) else { return self.parse_control(pos) };
                match fast_line::read_prefix(bytes, pos, verb) {
                    Some(prefix) => prefix,
                    None => match line::read_prefix(bytes, pos, end, verb)? {
                        Some(prefix) => prefix,
                        None => return self.leave_line(pos),
                    },
                }
            }
        };
        let line = match fast_line::read_rest(bytes, pos, end, &prefix) {
            Some(line) => line,
            None => match line::read_rest(bytes, pos, end, &prefix)? {
                Some(line) => line,
                None => return self.leave_line(pos),
            },
        };
        let known = known.map_or(Known::Prefix(prefix), |memo| Known::Key(memo.key));
        let trailer = pos + line.len as usize + line.body_len() as usize;
        if trailer + 2 > end {
            return self.leave_body(pos, line, known);
        }
        if bytes[trailer..trailer + 2] != *b"\r\n" {
            return Err(line::no_trailer(&line));
        }
        self.scanner.amid_large_bodies = line.body_len() > LARGE_BODY;
        self.pass_on(pos, &line, known);
        Ok(Next::To(trailer + 2))
    }

    fn parse_control(&mut self, pos: usize) -> Result<Next, Broken> {
        let rest = &self.scanner.buffer[pos..self.end];
        let Some(line_end) = rest.iter().position(|&byte| byte == b'\n') else {
            return self.leave_line(pos);
        };
        if line_end >= MAX_LINE {
            return Err(line::too_long());
        }
        self.sink.handle_op(ServerOp::read(&rest[..=line_end])?)?;
        Ok(Next::To(pos + line_end + 1))
    }

    /// Hands on the message at `pos`, whose line and headers lie in the window and the rest in the event.
    #[inline]
    fn pass_on(&mut self, pos: usize, line: &Line, known: Known) {
        let body_at = self.offset(pos + line.len as usize);
        let subject_at = self.offset(pos + line.subject_at as usize);
        let Scanner { buffer, memo, subjects, .. } = &mut *self.scanner;
        let headers = pos + line.len as usize;
        let status = match line.header_len {
            0 => 0,
            len => status(&buffer[headers..headers + len as usize]),
        };
        let Some(admission) = self.sink.admit(&incoming(line, status, buffer, pos)) else { return };
        let key = match known {
            _ if admission.flags & FLAG_REPLY != 0 => admission.ticket,
            Known::Key(key) => key,
            Known::Prefix(prefix) => {
                let key = subjects.number(line.subject(buffer, pos));
                if key != 0 && prefix.len as usize <= ROOM {
                    *memo = Some(Memo { at: pos, key, prefix });
                }
                key
            }
        };
        self.rows.push(&row(line, status, admission.flags, key, subject_at as u32, body_at as u32));
    }

    /// The control line at `pos` is not whole: holds it when the event ends in it, else wants it in the next window.
    fn leave_line(&mut self, pos: usize) -> Result<Next, Broken> {
        let len = self.end - pos;
        if len >= MAX_LINE {
            return Err(line::too_long());
        }
        if self.offset(self.end) < self.source.len() {
            self.scanner.least_window = len * 2;
            return Ok(Next::Beyond(self.offset(pos)));
        }
        let Scanner { held, buffer, .. } = &mut *self.scanner;
        held.extend_from_slice(&buffer[pos..self.end]);
        Ok(Next::To(self.end))
    }

    /// The body of the message at `pos` runs past the window.
    fn leave_body(&mut self, pos: usize, line: Line, known: Known) -> Result<Next, Broken> {
        let len = self.source.len();
        let body = self.offset(pos) + line.len as usize;
        let payload = body + line.header_len as usize;
        let trailer = payload + line.payload_len as usize;
        let front = line.len as usize + line.header_len as usize;
        if payload > self.offset(self.end) {
            if payload <= len {
                self.scanner.least_window = front;
                return Ok(Next::Beyond(self.offset(pos)));
            }
            let Scanner { held, buffer, partial, .. } = &mut *self.scanner;
            held.extend_from_slice(&buffer[pos..self.end]);
            *partial = Partial::Headers(line);
            return Ok(Next::To(self.end));
        }
        if trailer + 2 > len {
            let Scanner { held, buffer, .. } = &mut *self.scanner;
            held.extend_from_slice(&buffer[pos..pos + front]);
            let status = status(&held[line.len as usize..]);
            return self.open(line, status, pos + front);
        }
        // In the event, but beyond the window: scanning goes on behind it.
        let mut end = [0; 2];
        self.source.copy_to(trailer, &mut end);
        if end != *b"\r\n" {
            return Err(line::no_trailer(&line));
        }
        self.scanner.amid_large_bodies = line.body_len() > LARGE_BODY;
        self.pass_on(pos, &line, known);
        Ok(Next::Beyond(trailer + 2))
    }

    #[inline(always)]
    fn offset(&self, pos: usize) -> usize {
        self.origin + (pos - ROOM)
    }
}

/// Whether the line at `pos` begins with the remembered prefix.
#[inline(always)]
fn repeats(bytes: &[u8], memo: &Memo, pos: usize, end: usize) -> bool {
    // A prefix has at least the eight bytes of "MSG a 1 ".
    let last = memo.prefix.len as usize - 8;
    if pos + last + 8 > end {
        return false;
    }
    let mut at = 0;
    while at < last {
        if line::word(bytes, memo.at + at) != line::word(bytes, pos + at) {
            return false;
        }
        at += 8;
    }
    line::word(bytes, memo.at + last) == line::word(bytes, pos + last)
}

mod messages;
mod partial;
#[cfg(test)]
mod tests;
