//! A session that writes down what the scanner tells it, for tests that look at the wire from outside.

use nats_wasm::core::error::Broken;
use nats_wasm::core::wire::rows::{FLAG_JOINED, FLAG_REPLY, Row, Rows};
use nats_wasm::core::wire::scan::Scanner;
use nats_wasm::core::wire::slices::{Joined, Staged};
use nats_wasm::core::wire::{Admission, Incoming, ServerOp, Sink, Source};

/// Nobody has this subscription.
pub const UNWANTED: u32 = 66;
/// Messages of this sid are replies; the ticket is the length of the payload.
pub const INBOX: u32 = 77;

/// What came, in the order of the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Op(String, Vec<u8>),
    Message { sid: u32, subject: Vec<u8>, reply: Vec<u8>, status: u16, headers: Vec<u8>, payload: Vec<u8> },
}

/// What `admit` was told: sid, subject, reply, status, length of headers and payload.
type Told = (u32, Vec<u8>, Vec<u8>, u16, u32, u32);

#[derive(Default)]
struct Log {
    /// With the number of messages admitted before.
    ops: Vec<(usize, Heard)>,
    admitted: Vec<Told>,
}

impl Sink for Log {
    fn wants(&self, sid: u32) -> bool {
        sid != UNWANTED
    }

    fn admit(&mut self, message: &Incoming<'_>) -> Option<Admission> {
        if message.sid == UNWANTED {
            return None;
        }
        self.admitted.push((
            message.sid,
            message.subject.to_vec(),
            message.reply.to_vec(),
            message.status,
            message.header_len,
            message.payload_len,
        ));
        Some(match message.sid {
            INBOX => Admission { flags: FLAG_REPLY, ticket: message.payload_len },
            _ => Admission::default(),
        })
    }

    fn handle_op(&mut self, op: ServerOp<'_>) -> Result<(), Broken> {
        let (name, text) = match op {
            ServerOp::Info(text) => ("INFO", text),
            ServerOp::Err(text) => ("-ERR", text),
            ServerOp::Ping => ("PING", &b""[..]),
            ServerOp::Pong => ("PONG", &b""[..]),
            ServerOp::Ok => ("+OK", &b""[..]),
        };
        self.ops.push((self.admitted.len(), Heard::Op(name.into(), text.to_vec())));
        Ok(())
    }
}

/// A scanner with everything around it.
pub struct Listener {
    scanner: Scanner,
    joiner: Joined,
    rows: Rows,
    log: Log,
    subjects: Vec<Vec<u8>>,
    generation: u32,
    messages: Vec<Heard>,
}

impl Listener {
    pub fn new(scanner: Scanner) -> Listener {
        Listener {
            scanner,
            joiner: Joined::default(),
            rows: Rows::new(),
            log: Log::default(),
            subjects: Vec::new(),
            generation: 0,
            messages: Vec::new(),
        }
    }

    /// One WebSocket message.
    pub fn event(&mut self, event: &[u8]) -> Result<(), Broken> {
        self.read(&event, event)
    }

    /// One WebSocket message, put on the scanner's stage when it fits.
    pub fn staged_event(&mut self, event: &[u8]) -> Result<(), Broken> {
        let left = self.scanner.body_left() as usize;
        match Staged::put(event, left, self.scanner.stage()) {
            Some(staged) => self.read(&staged, event),
            None => self.event(event),
        }
    }

    fn read<S: Source + AsRef<[u8]>>(&mut self, source: &S, event: &[u8]) -> Result<(), Broken> {
        let mut at = 0;
        while at < event.len() {
            let result = self.scanner.scan(source, at, &mut self.joiner, &mut self.rows, &mut self.log);
            if self.rows.generation() != self.generation {
                self.generation = self.rows.generation();
                self.subjects.clear();
            }
            for index in 0..self.rows.len() {
                let row = self.rows.get(index);
                self.deliver(event, &row);
            }
            assert_eq!(self.messages.len(), self.log.admitted.len(), "every admitted message has its row");
            let next = result?;
            assert!(at < next && next <= event.len(), "from {at} to {next}");
            at = next;
        }
        Ok(())
    }

    /// Everything that came.
    pub fn heard(&self) -> Vec<Heard> {
        let mut heard = Vec::new();
        let mut ops = self.log.ops.iter().peekable();
        for (index, message) in self.messages.iter().enumerate() {
            while let Some((_, op)) = ops.next_if(|(before, _)| *before <= index) {
                heard.push(op.clone());
            }
            heard.push(message.clone());
        }
        heard.extend(ops.map(|(_, op)| op.clone()));
        heard
    }

    fn deliver(&mut self, event: &[u8], row: &Row) {
        let bytes = if row.flags & FLAG_JOINED != 0 { self.joiner.finished() } else { event };
        let cut = |at: u32, len: u32| bytes[at as usize..][..len as usize].to_vec();
        let subject = cut(row.subject_at, row.subject_len.into());
        let reply = cut(row.subject_at + u32::from(row.reply_delta), row.reply_len.into());
        let headers = cut(row.body_at, row.header_len);
        let payload = cut(row.body_at + row.header_len, row.payload_len);
        let told = &self.log.admitted[self.messages.len()];
        let from_row = (row.sid, subject, reply, row.status, row.header_len, row.payload_len);
        assert_eq!(*told, from_row, "the row says what the session was told");
        let (sid, subject, reply, ..) = from_row;
        if row.flags & FLAG_REPLY != 0 {
            assert_eq!(row.key, row.payload_len, "the ticket");
        } else if row.key != 0 {
            self.check_key(row.key as usize, &subject);
        }
        let status = row.status;
        self.messages.push(Heard::Message { sid, subject, reply, status, headers, payload });
    }

    /// A number means one subject within its generation; numbers count up from 1.
    fn check_key(&mut self, key: usize, subject: &[u8]) {
        assert!(key <= self.subjects.len() + 1, "key {key} after {} subjects", self.subjects.len());
        if key > self.subjects.len() {
            self.subjects.push(subject.to_vec());
        }
        assert_eq!(self.subjects[key - 1], subject, "key {key}");
    }
}
