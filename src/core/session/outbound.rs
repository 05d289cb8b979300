//! Bytes on their way out. While a socket listens they are coalesced into one buffer; while there is none, publishes
//! are held, in order and within a bound. Refuses to hold anything but publishes: everything else is written anew for
//! each socket from what the session knows.

use crate::core::error::Code;
use crate::core::wire::op_buffer::OpBuffer;
use crate::core::wire::write::{self, PreparedSubject};

/// A buffer that grew beyond this is given back once it is empty.
const KEPT_CAPACITY: usize = 1024 * 1024;

#[derive(Debug)]
pub struct Outbound {
    /// Ops for the current socket, whole. Empty while there is none. `sent <= line.len()`.
    line: OpBuffer,
    /// How much of `line` the shell has taken.
    sent: usize,
    /// Publishes waiting for the next handshake, whole. `held.len() <= bound`. Empty while `is_live`.
    held: OpBuffer,
    held_messages: u32,
    bound: usize,
    is_live: bool,
    /// Publishes that were accepted but found no room in `held`.
    dropped: Dropped,
}

/// Publishes that will never be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    pub messages: u32,
    /// Of whole ops.
    pub bytes: u32,
}

impl Dropped {
    fn count(&mut self, messages: u32, bytes: usize) {
        self.messages = self.messages.saturating_add(messages);
        self.bytes = self.bytes.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
    }
}

impl Outbound {
    /// Holds at most `bound` bytes of publishes while away.
    pub fn new(bound: u32) -> Outbound {
        Outbound {
            line: OpBuffer::new(),
            sent: 0,
            held: OpBuffer::new(),
            held_messages: 0,
            bound: bound as usize,
            is_live: false,
            dropped: Dropped::default(),
        }
    }

    /// Bytes the socket could have now.
    pub fn len(&self) -> usize {
        self.line.len() - self.sent
    }

    /// Bytes of the line, those included that the socket has had of it. Asked before every op; between two sends it is the
    /// same as `len`.
    pub fn line_len(&self) -> usize {
        self.line.len()
    }

    pub fn is_live(&self) -> bool {
        self.is_live
    }

    pub fn has_held(&self) -> bool {
        !self.held.is_empty()
    }

    /// Bytes that wait for the next handshake.
    pub fn held_len(&self) -> usize {
        self.held.len()
    }

    /// Where ops other than publishes are written. The caller has a socket.
    pub fn line(&mut self) -> &mut OpBuffer {
        &mut self.line
    }

    /// Writes a publish, on the line or into what is held; returns the room for its body. Fails with
    /// `ReconnectBufferExceeded`, and has then written nothing.
    #[inline(always)]
    pub fn publish(
        &mut self,
        to: &mut PreparedSubject,
        reply: &[u8],
        header_len: u32,
        payload_len: u32,
    ) -> Result<&mut [u8], Code> {
        if self.is_live {
            let room = write::publish(&mut self.line, to, reply, header_len, payload_len);
            return Ok(&mut self.line[room]);
        }
        let start = self.held.len();
        // Before anything is reserved: without an INFO nothing else bounds the sizes.
        let body = u64::from(header_len) + u64::from(payload_len);
        if start as u64 + body > self.bound as u64 {
            return Err(Code::ReconnectBufferExceeded);
        }
        let room = write::publish(&mut self.held, to, reply, header_len, payload_len);
        if self.held.len() > self.bound {
            self.held.truncate(start);
            return Err(Code::ReconnectBufferExceeded);
        }
        self.held_messages += 1;
        Ok(&mut self.held[room])
    }

    /// The handshake is through and the subscriptions are written: what was held follows them.
    pub fn go_live(&mut self) {
        self.is_live = true;
        self.held_messages = 0;
        if self.line.is_empty() {
            self.line = std::mem::take(&mut self.held);
        } else {
            self.line.put_slice(&self.held);
            self.held = OpBuffer::new();
        }
    }

    /// The socket is gone. What the shell had taken is lost; publishes it had not taken are held, except those whose
    /// reply subject `is_given_up`.
    pub fn go_away(&mut self, is_given_up: impl Fn(&[u8]) -> bool) {
        if self.is_live {
            self.is_live = false;
            let mut at = 0;
            while let Some(op) = read_op(&self.line, &mut at) {
                // An op of which the shell took a part has not reached anybody: the server saw no end of it.
                if at <= self.sent || !op.is_publish || is_given_up(op.reply) {
                    continue;
                }
                if self.held.len() + op.bytes.len() > self.bound {
                    self.dropped.count(1, op.bytes.len());
                    continue;
                }
                self.held.put_slice(op.bytes);
                self.held_messages += 1;
            }
        }
        self.empty_line();
    }

    /// The session is over. What is on the line may still be sent, what is held may not. Returns all that was lost.
    pub fn close(&mut self) -> Dropped {
        self.dropped.count(self.held_messages, self.held.len());
        self.held = OpBuffer::new();
        self.held_messages = 0;
        self.is_live = false;
        self.dropped
    }

    /// The next WebSocket message, of at most `limit` bytes.
    pub fn next_transmit(&self, limit: usize) -> Option<&[u8]> {
        let rest = &self.line[self.sent..];
        if rest.is_empty() { None } else { Some(&rest[..rest.len().min(limit)]) }
    }

    /// The shell has taken `len` bytes.
    pub fn transmitted(&mut self, len: usize) {
        self.sent = (self.sent + len).min(self.line.len());
        if self.sent == self.line.len() {
            self.empty_line();
        }
    }

    /// Nothing on the line will be sent.
    pub fn empty_line(&mut self) {
        self.sent = 0;
        if self.line.capacity() > KEPT_CAPACITY {
            self.line = OpBuffer::new();
        } else {
            self.line.clear();
        }
    }
}

struct Op<'a> {
    bytes: &'a [u8],
    is_publish: bool,
    reply: &'a [u8],
}

/// Reads one of our own ops and moves `at` behind it. `None` at the end, and where the end of a publish is missing.
fn read_op<'a>(line: &'a [u8], at: &mut usize) -> Option<Op<'a>> {
    // The end of a publish whose body the shell sent from elsewhere.
    if line[*at..].starts_with(b"\r\n") {
        *at += 2;
    }
    let rest = &line[*at..];
    let control = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let tokens: Vec<&[u8]> = rest[..control].split(|&byte| byte == b' ').collect();
    // Tokens behind the subject: [reply] length, or [reply] header length, length.
    let (is_publish, numbers) = match tokens[0] {
        b"PUB" => (true, 1),
        b"HPUB" => (true, 2),
        _ => (false, 0),
    };
    let mut len = control + 2;
    if is_publish {
        len += number(tokens[tokens.len() - 1]) + 2;
    }
    if len > rest.len() {
        return None;
    }
    *at += len;
    let reply = if is_publish && tokens.len() == 3 + numbers { tokens[2] } else { b"" };
    Some(Op { bytes: &rest[..len], is_publish, reply })
}

fn number(digits: &[u8]) -> usize {
    digits.iter().fold(0, |number, digit| number * 10 + usize::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish(outbound: &mut Outbound, subject: &str, reply: &str, payload: &str) -> Result<(), Code> {
        let mut to = PreparedSubject::new(subject.as_bytes());
        let room = outbound.publish(&mut to, reply.as_bytes(), 0, payload.len() as u32)?;
        room.copy_from_slice(payload.as_bytes());
        Ok(())
    }

    fn taken(outbound: &mut Outbound, limit: usize) -> String {
        let mut all = Vec::new();
        while let Some(bytes) = outbound.next_transmit(limit) {
            assert!(bytes.len() <= limit);
            all.extend_from_slice(bytes);
            let len = bytes.len();
            outbound.transmitted(len);
        }
        String::from_utf8(all).unwrap()
    }

    #[test]
    fn held_publishes_follow_the_line() {
        let mut outbound = Outbound::new(1000);
        publish(&mut outbound, "a", "", "1").unwrap();
        assert_eq!(outbound.len(), 0);
        write::ping(outbound.line());
        outbound.go_live();
        publish(&mut outbound, "b", "r", "2").unwrap();
        assert_eq!(taken(&mut outbound, 7), "PING\r\nPUB a 1\r\n1\r\nPUB b r 1\r\n2\r\n");
        assert_eq!(outbound.len(), 0);
    }

    #[test]
    fn the_bound_counts_whole_ops() {
        let mut outbound = Outbound::new(2 * "PUB a 1\r\n1\r\n".len() as u32);
        publish(&mut outbound, "a", "", "1").unwrap();
        assert_eq!(publish(&mut outbound, "aa", "", "2"), Err(Code::ReconnectBufferExceeded));
        publish(&mut outbound, "a", "", "3").unwrap();
        assert_eq!(publish(&mut outbound, "a", "", "4"), Err(Code::ReconnectBufferExceeded));
        outbound.go_live();
        assert_eq!(taken(&mut outbound, 1000), "PUB a 1\r\n1\r\nPUB a 1\r\n3\r\n");
    }

    #[test]
    fn a_huge_publish_is_refused_before_memory_is_taken() {
        let mut outbound = Outbound::new(8);
        let mut to = PreparedSubject::new(b"a");
        assert!(outbound.publish(&mut to, b"", u32::MAX, u32::MAX).is_err());
        assert_eq!(outbound.held.capacity(), 0);
    }

    #[test]
    fn a_loss_keeps_whole_publishes_that_were_not_taken() {
        let mut outbound = Outbound::new(1000);
        outbound.go_live();
        publish(&mut outbound, "a", "", "gone").unwrap();
        let gone = outbound.len();
        publish(&mut outbound, "b", "", "PUB x 0\r\n\r\n").unwrap();
        write::subscribe(outbound.line(), b"s", b"", 1);
        publish(&mut outbound, "c", "inbox.1", "request").unwrap();
        write::unsubscribe(outbound.line(), 1, 0);
        write::ping(outbound.line());
        publish(&mut outbound, "d", "elsewhere", "kept").unwrap();
        outbound.transmitted(gone + 3);
        outbound.go_away(|reply| reply.starts_with(b"inbox."));
        assert_eq!(outbound.len(), 0);
        publish(&mut outbound, "e", "", "later").unwrap();
        outbound.go_live();
        assert_eq!(
            taken(&mut outbound, 1000),
            "PUB b 11\r\nPUB x 0\r\n\r\n\r\nPUB d elsewhere 4\r\nkept\r\nPUB e 5\r\nlater\r\n"
        );
    }

    #[test]
    fn a_loss_behind_a_large_publish_skips_its_end() {
        let mut outbound = Outbound::new(1000);
        outbound.go_live();
        outbound.line().put_slice(b"\r\n");
        let mut to = PreparedSubject::new(b"h");
        outbound.publish(&mut to, b"", 12, 0).unwrap().copy_from_slice(b"NATS/1.0\r\n\r\n");
        outbound.go_away(|_| false);
        outbound.go_live();
        assert_eq!(taken(&mut outbound, 1000), "HPUB h 12 12\r\nNATS/1.0\r\n\r\n\r\n");
    }

    #[test]
    fn what_cannot_be_held_is_counted() {
        let mut outbound = Outbound::new(15);
        outbound.go_live();
        publish(&mut outbound, "a", "", "1").unwrap();
        publish(&mut outbound, "a", "", "22").unwrap();
        outbound.go_away(|_| false);
        assert_eq!(outbound.close(), Dropped { messages: 2, bytes: 12 + 13 });
    }

    #[test]
    fn memory_of_a_burst_is_given_back() {
        let mut outbound = Outbound::new(0);
        outbound.go_live();
        publish(&mut outbound, "a", "", &"x".repeat(2 * KEPT_CAPACITY)).unwrap();
        taken(&mut outbound, 1 << 16);
        assert_eq!(outbound.line.capacity(), 0);
    }
}
