//! The op that a border has cut: holds its control line and headers, gathers its body, and hands it on when it is whole.
//! Refuses a body without CRLF behind it; does not look for ops, which is the scanner's main loop.

use super::super::line::{self, Line, MAX_LINE, PAD, Verb};
use super::super::rows::{FLAG_JOINED, FLAG_REPLY};
use super::super::status::status;
use super::super::{Joiner, ServerOp, Sink, Source};
use super::messages::{incoming, row};
use super::{LARGE_BODY, Next, Pass, ROOM, Scanner};
use crate::core::error::Broken;

/// A message whose body is being gathered, or skipped when nobody wants it.
#[derive(Clone, Copy)]
pub(super) struct Open {
    pub line: Line,
    pub status: u16,
    pub wanted: bool,
    /// Where the joined op begins in the joiner's buffer.
    pub base: u32,
    pub body_left: u32,
    /// Of the CRLF behind the body.
    pub trailer_left: u32,
}

/// The op that the last window left unfinished.
#[derive(Clone, Copy)]
pub(super) enum Partial {
    /// None, or the beginning of a control line, in `held`.
    Line,
    /// `held` has the control line and the beginning of the header block.
    Headers(Line),
    /// `held` has the control line.
    Body(Open),
}

impl Open {
    /// Takes what belongs to the body from offset `at` of the event; returns how much that was.
    pub fn gather<S: Source, J: Joiner<S>>(&mut self, source: &S, at: usize, joiner: &mut J) -> usize {
        let take = (self.body_left as usize).min(source.len() - at);
        if self.wanted && take > 0 {
            joiner.push_source(source, at, take);
        }
        self.body_left -= take as u32;
        take
    }
}

impl<S: Source, J: Joiner<S>, K: Sink> Pass<'_, S, J, K> {
    /// Goes on with the op the last window left.
    pub(super) fn resume(&mut self) -> Result<Next, Broken> {
        match self.scanner.partial {
            Partial::Line if self.scanner.held.is_empty() => Ok(Next::To(ROOM)),
            Partial::Line => self.resume_line(),
            Partial::Headers(line) => self.resume_headers(line, ROOM),
            Partial::Body(_) => self.finish(ROOM),
        }
    }

    fn resume_line(&mut self) -> Result<Next, Broken> {
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
            return Ok(Next::To(pos));
        }
        let len = held.len();
        held.extend_from_slice(&[b'\n'; PAD]);
        let Some(verb) = Verb::read(held, 0) else {
            self.sink.handle_op(ServerOp::read(&held[..len])?)?;
            self.scanner.forget_held();
            return Ok(Next::To(pos));
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
    fn resume_headers(&mut self, line: Line, pos: usize) -> Result<Next, Broken> {
        let Scanner { held, buffer, partial, .. } = &mut *self.scanner;
        let whole = (line.len + line.header_len) as usize;
        let take = (whole - held.len()).min(self.end - pos);
        held.extend_from_slice(&buffer[pos..pos + take]);
        if held.len() < whole {
            *partial = Partial::Headers(line);
            return Ok(Next::To(pos + take));
        }
        let status = status(&held[line.len as usize..]);
        self.open(line, status, pos + take)
    }

    /// Starts to join the message whose line, and header block if any, are held; its payload begins at `pos`.
    pub(super) fn open(&mut self, line: Line, status: u16, pos: usize) -> Result<Next, Broken> {
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
    fn take_body(&mut self, mut open: Open, pos: usize) -> Result<Next, Broken> {
        self.scanner.amid_large_bodies = open.line.body_len() > LARGE_BODY;
        let at = self.offset(pos);
        let next = at + open.gather(self.source, at, self.joiner);
        self.scanner.partial = Partial::Body(open);
        if next >= self.offset(self.end) { Ok(Next::Beyond(next)) } else { self.finish(pos + (next - at)) }
    }

    /// Checks the CRLF behind a gathered body at `pos`, and hands the message on when it is whole.
    fn finish(&mut self, pos: usize) -> Result<Next, Broken> {
        let Partial::Body(open) = &mut self.scanner.partial else { return Ok(Next::To(pos)) };
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
            return Ok(Next::To(pos));
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
        Ok(Next::To(pos))
    }
}
