//! The scanner: bytes of WebSocket messages in, rows and ops out. It owns the one op that a border has cut; it
//! refuses whatever no server sends, and is not used again after that.
//!
//! An event is read in windows: a window is copied into the scanner's memory and parsed in one pass. What becomes of
//! a message depends on where it lies:
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

use super::intern::Subjects;
use super::line::{self, Line, MAX_LINE, PAD, Prefix, Verb};
use super::plain;
use super::rows::{FLAG_JOINED, FLAG_REPLY, Row, Rows};
use super::status::status;
use super::{Incoming, Joiner, ServerOp, Sink, Source};
use crate::core::error::Broken;
use crate::core::words::decimal;

/// Most bytes of an event copied at once.
const WINDOW: usize = 64 * 1024;
/// The same while bodies are large: most of a large window would be body, which nobody reads here, and in an event that
/// large every byte that is read comes from main memory (docs/decisions/0011).
const WINDOW_AMID_LARGE_BODIES: usize = 256;
/// Windows amid large bodies hold one line each. As many messages are found before they are delivered.
const TOGETHER: usize = 64;
/// A body larger than this is large.
const LARGE_BODY: u32 = 2 * 1024;
/// What is left of an event is copied whole up to here: servers cut the stream for browsers at 4096 bytes.
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

/// A message whose body is being gathered, or skipped when nobody wants it.
#[derive(Clone, Copy)]
struct Open {
    line: Line,
    status: u16,
    wanted: bool,
    /// Where the joined op begins in the joiner's buffer.
    base: u32,
    body_left: u32,
    /// Of the CRLF behind the body.
    trailer_left: u32,
}

/// The op that the last window left unfinished.
#[derive(Clone, Copy)]
enum Partial {
    /// None, or the beginning of a control line, in `held`.
    Line,
    /// `held` has the control line and the beginning of the header block.
    Headers(Line),
    /// `held` has the control line.
    Body(Open),
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
            let step = match pass.resume()? {
                Step::To(pos) => pass.parse(pos)?,
                beyond => beyond,
            };
            let next = match step {
                Step::To(pos) => at + (pos - ROOM),
                Step::Beyond(offset) => offset,
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

    /// Copies the next window; returns its end in the buffer.
    fn load<S: Source>(&mut self, source: &S, at: usize) -> usize {
        let left = source.len() - at;
        let most = if self.amid_large_bodies && left > SMALL_EVENT {
            WINDOW_AMID_LARGE_BODIES.min(self.most_window)
        } else {
            self.most_window
        };
        let len = left.min(most.max(self.least_window));
        self.least_window = 0;
        let end = ROOM + len;
        if self.buffer.len() < end + PAD {
            self.buffer.resize((end + PAD).next_multiple_of(4096), 0);
        } else if self.buffer.len() > 2 * WINDOW && len <= WINDOW {
            self.buffer.truncate(ROOM + WINDOW + PAD);
            self.buffer.shrink_to_fit();
        }
        source.copy_to(at, &mut self.buffer[ROOM..end]);
        self.buffer[end..end + PAD].fill(b'\n');
        end
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

impl Open {
    /// Takes what belongs to the body from offset `at` of the event; returns how much that was.
    fn gather<S: Source, J: Joiner<S>>(&mut self, source: &S, at: usize, joiner: &mut J) -> usize {
        let take = (self.body_left as usize).min(source.len() - at);
        if self.wanted && take > 0 {
            joiner.push_source(source, at, take);
        }
        self.body_left -= take as u32;
        take
    }
}

/// What is known of a message's subject before it is looked up.
#[derive(Clone, Copy)]
enum Known {
    Key(u32),
    Prefix(Prefix),
}

/// Where scanning goes on.
enum Step {
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
    /// Goes on with the op the last window left.
    fn resume(&mut self) -> Result<Step, Broken> {
        match self.scanner.partial {
            Partial::Line if self.scanner.held.is_empty() => Ok(Step::To(ROOM)),
            Partial::Line => self.resume_line(),
            Partial::Headers(line) => self.resume_headers(line, ROOM),
            Partial::Body(_) => self.finish(ROOM),
        }
    }

    fn resume_line(&mut self) -> Result<Step, Broken> {
        let Scanner { held, buffer, .. } = &mut *self.scanner;
        let window = &buffer[ROOM..self.end];
        let line_end = window.iter().position(|&byte| byte == b'\n').map(|at| at + 1);
        let taken = line_end.unwrap_or(window.len());
        if held.len() + taken > MAX_LINE {
            return Err(line::too_long());
        }
        held.extend_from_slice(&window[..taken]);
        let pos = ROOM + taken;
        if line_end.is_none() {
            return Ok(Step::To(pos));
        }
        let len = held.len();
        held.extend_from_slice(&[b'\n'; PAD]);
        let Some(verb) = Verb::read(held, 0) else {
            self.sink.handle_op(ServerOp::read(&held[..len])?)?;
            self.scanner.forget_held();
            return Ok(Step::To(pos));
        };
        let line = line::read_line(held, 0, len, verb)?;
        held.truncate(len);
        let Some(line) = line else {
            return Err(Broken::new(["control line ", &line::excerpt(held), " has no end"].concat()));
        };
        if line.header_len > 0 {
            return self.resume_headers(line, pos);
        }
        self.open(line, 0, pos)
    }

    /// Fills the header block up from `pos`: its first line decides what the message is.
    fn resume_headers(&mut self, line: Line, pos: usize) -> Result<Step, Broken> {
        let Scanner { held, buffer, partial, .. } = &mut *self.scanner;
        let whole = (line.len + line.header_len) as usize;
        let take = (whole - held.len()).min(self.end - pos);
        held.extend_from_slice(&buffer[pos..pos + take]);
        if held.len() < whole {
            *partial = Partial::Headers(line);
            return Ok(Step::To(pos + take));
        }
        let status = status(&held[line.len as usize..]);
        self.open(line, status, pos + take)
    }

    /// Starts to join the message whose line, and header block if any, are held; its payload begins at `pos`.
    fn open(&mut self, line: Line, status: u16, pos: usize) -> Result<Step, Broken> {
        let wanted = self.sink.wants(line.sid);
        let mut base = 0;
        if wanted {
            let held = &self.scanner.held;
            base = self.joiner.begin((line.names_len() + line.body_len()) as usize);
            self.joiner.push_bytes(line.names(held, 0));
            if line.header_len > 0 {
                self.joiner.push_bytes(&held[line.len as usize..]);
            }
        }
        self.scanner.held.truncate(line.len as usize);
        self.take_body(Open { line, status, wanted, base, body_left: line.payload_len, trailer_left: 2 }, pos)
    }

    /// Takes as much of the body as the event has, from `pos` on.
    fn take_body(&mut self, mut open: Open, pos: usize) -> Result<Step, Broken> {
        self.scanner.amid_large_bodies = open.line.body_len() > LARGE_BODY;
        let at = self.offset(pos);
        let next = at + open.gather(self.source, at, self.joiner);
        self.scanner.partial = Partial::Body(open);
        if next >= self.offset(self.end) { Ok(Step::Beyond(next)) } else { self.finish(pos + (next - at)) }
    }

    /// Checks the CRLF behind a gathered body at `pos`, and hands the message on when it is whole.
    fn finish(&mut self, pos: usize) -> Result<Step, Broken> {
        let Partial::Body(open) = &mut self.scanner.partial else { return Ok(Step::To(pos)) };
        let mut pos = pos;
        while open.trailer_left > 0 && pos < self.end {
            let expected = if open.trailer_left == 2 { b'\r' } else { b'\n' };
            if self.scanner.buffer[pos] != expected {
                return Err(line::no_trailer(&open.line));
            }
            open.trailer_left -= 1;
            pos += 1;
        }
        if open.trailer_left > 0 {
            return Ok(Step::To(pos));
        }
        let Open { line, status, base, wanted, .. } = *open;
        self.scanner.partial = Partial::Line;
        let admission = self.sink.admit(&incoming(&line, status, &self.scanner.held, 0));
        if wanted {
            self.joiner.finish();
        }
        if let (true, Some(admission)) = (wanted, admission) {
            let key = if admission.flags & FLAG_REPLY != 0 {
                admission.ticket
            } else {
                self.scanner.subjects.number(line.subject(&self.scanner.held, 0))
            };
            let body_at = base + line.names_len();
            self.rows.push(&row(&line, status, admission.flags | FLAG_JOINED, key, base, body_at));
        }
        self.scanner.forget_held();
        Ok(Step::To(pos))
    }

    /// The main loop: ops that begin in this window.
    fn parse(&mut self, mut pos: usize) -> Result<Step, Broken> {
        loop {
            pos = self.parse_repeats(pos);
            if pos >= self.end {
                return Ok(Step::To(pos));
            }
            match self.parse_op(pos)? {
                Step::To(next) => pos = next,
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
            let Some((size, body)) = plain::read_size(bytes, pos + len as usize) else { break };
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
    fn parse_op(&mut self, pos: usize) -> Result<Step, Broken> {
        let end = self.end;
        let Scanner { buffer, memo, .. } = &mut *self.scanner;
        let bytes = &buffer[..end + PAD];
        let known = memo.filter(|memo| repeats(bytes, memo, pos, end));
        let prefix = match known {
            Some(memo) => memo.prefix,
            None => {
                let Some(verb) = Verb::read(bytes, pos) else { return self.parse_control(pos) };
                match plain::read_prefix(bytes, pos, verb) {
                    Some(prefix) => prefix,
                    None => match line::read_prefix(bytes, pos, end, verb)? {
                        Some(prefix) => prefix,
                        None => return self.leave_line(pos),
                    },
                }
            }
        };
        let line = match plain::read_rest(bytes, pos, end, &prefix) {
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
        Ok(Step::To(trailer + 2))
    }

    fn parse_control(&mut self, pos: usize) -> Result<Step, Broken> {
        let rest = &self.scanner.buffer[pos..self.end];
        let Some(line_end) = rest.iter().position(|&byte| byte == b'\n') else {
            return self.leave_line(pos);
        };
        if line_end >= MAX_LINE {
            return Err(line::too_long());
        }
        self.sink.handle_op(ServerOp::read(&rest[..=line_end])?)?;
        Ok(Step::To(pos + line_end + 1))
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
    fn leave_line(&mut self, pos: usize) -> Result<Step, Broken> {
        let len = self.end - pos;
        if len >= MAX_LINE {
            return Err(line::too_long());
        }
        if self.offset(self.end) < self.source.len() {
            self.scanner.least_window = len * 2;
            return Ok(Step::Beyond(self.offset(pos)));
        }
        let Scanner { held, buffer, .. } = &mut *self.scanner;
        held.extend_from_slice(&buffer[pos..self.end]);
        Ok(Step::To(self.end))
    }

    /// The body of the message at `pos` runs past the window.
    fn leave_body(&mut self, pos: usize, line: Line, known: Known) -> Result<Step, Broken> {
        let len = self.source.len();
        let body = self.offset(pos) + line.len as usize;
        let payload = body + line.header_len as usize;
        let trailer = payload + line.payload_len as usize;
        let front = line.len as usize + line.header_len as usize;
        if payload > self.offset(self.end) {
            if payload <= len {
                self.scanner.least_window = front;
                return Ok(Step::Beyond(self.offset(pos)));
            }
            let Scanner { held, buffer, partial, .. } = &mut *self.scanner;
            held.extend_from_slice(&buffer[pos..self.end]);
            *partial = Partial::Headers(line);
            return Ok(Step::To(self.end));
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
        Ok(Step::Beyond(trailer + 2))
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
#[cfg(test)]
mod tests;
