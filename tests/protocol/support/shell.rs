//! The shell of a session in a test: it owns the clock, records all that is put out, and answers the session's
//! questions. There is at most one socket, and no bytes move by themselves.

use std::time::Duration;

use nats_wasm::core::random::Entropy;
use nats_wasm::core::session::Session;
use nats_wasm::core::session::config::{Config, Server};
use nats_wasm::core::session::event::Event;
use nats_wasm::core::session::output::{Answer, DialId, Loss, Output, Question, ServerInfo};
use nats_wasm::core::time::Instant;
use nats_wasm::core::wire::rows::{FLAG_FINAL, FLAG_JOINED, FLAG_LAST, FLAG_REPLY, Rows};
use nats_wasm::core::wire::slices::Joined;

/// Everything a session puts out, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Record {
    Dial {
        dial: DialId,
        url: String,
    },
    Hangup,
    Sent(Vec<u8>),
    /// The session wants to hear of the end of the turn.
    AwaitTurnEnd,
    Ask(Question),
    Event(Event),
    Message(Message),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    pub sid: u32,
    pub subject: String,
    pub reply: String,
    pub status: u16,
    pub headers: String,
    pub payload: String,
    /// Of a reply.
    pub ticket: Option<u32>,
    pub is_last: bool,
    pub is_final: bool,
}

/// Always zeros: names and waits are the same in every run.
pub struct Zeros;

impl Entropy for Zeros {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

/// The defaults of the client, with these servers in this order.
pub fn config(names: &[&str]) -> Config {
    Config {
        servers: names
            .iter()
            .map(|name| Server { url: format!("ws://{name}"), name: name.to_string() })
            .collect(),
        shuffle: false,
        ignore_cluster_updates: false,
        dial_timeout: Duration::from_secs(20),
        reconnect: true,
        max_reconnect_attempts: Some(10),
        reconnect_time_wait: Duration::from_secs(2),
        reconnect_jitter: Duration::from_millis(100),
        asks_redial_delay: false,
        asks_server: false,
        wait_on_first_connect: false,
        ignore_auth_error_abort: false,
        ping_interval: Duration::from_secs(120),
        max_ping_out: 2,
        wake_timeout: Duration::from_secs(3),
        reconnect_buffer_size: 8 * 1024 * 1024,
        inbox_prefix: "_INBOX".into(),
        fail_requests_on_disconnect: false,
    }
}

pub struct Shell {
    pub session: Session,
    pub now: Instant,
    /// The dial whose socket is there, open or not.
    pub socket: Option<DialId>,
    pub records: Vec<Record>,
    /// The latest question that was left to the test.
    pub asked: Option<(DialId, Question)>,
    /// The text behind CONNECT; `None`: the test answers itself.
    pub connect: Option<String>,
    /// What the session wants to be woken for.
    pub deadline: Option<Instant>,
    /// The session is still to hear of the end of the turn.
    pub awaits_turn_end: bool,
    rows: Rows,
    joined: Joined,
}

impl Shell {
    pub fn new(config: Config) -> Shell {
        Shell::with_entropy(config, Box::new(Zeros))
    }

    pub fn with_entropy(config: Config, entropy: Box<dyn Entropy>) -> Shell {
        Shell {
            session: Session::new(config, entropy),
            now: Instant::from_micros(1_000_000),
            socket: None,
            records: Vec::new(),
            asked: None,
            connect: Some("{}".into()),
            deadline: None,
            awaits_turn_end: false,
            rows: Rows::new(),
            joined: Joined::default(),
        }
    }

    /// Lets the application or the world act, then does what the session wants.
    pub fn act<T>(&mut self, verb: impl FnOnce(&mut Session, Instant) -> T) -> T {
        let result = verb(&mut self.session, self.now);
        self.settle();
        result
    }

    /// Lets the application write an op amid a turn: `end_turn` shows what becomes of it.
    pub fn write<T>(&mut self, verb: impl FnOnce(&mut Session, Instant) -> T) -> T {
        if self.session.wants_room() {
            self.transmit();
        }
        if self.session.note_write() {
            self.await_turn_end();
        }
        verb(&mut self.session, self.now)
    }

    fn await_turn_end(&mut self) {
        assert!(!self.awaits_turn_end, "asked twice for the end of one turn");
        self.awaits_turn_end = true;
        self.records.push(Record::AwaitTurnEnd);
    }

    /// The turn ends, or one of its microtasks.
    pub fn end_turn(&mut self) {
        assert!(std::mem::take(&mut self.awaits_turn_end), "nobody asked for the end of the turn");
        self.act(|session, now| session.handle_turn_end(now));
    }

    pub fn settle(&mut self) {
        loop {
            match self.session.poll_output(self.now) {
                Output::Dial { dial, url } => {
                    assert!(self.socket.is_none(), "dialled beside an open socket");
                    self.socket = Some(dial);
                    self.records.push(Record::Dial { dial, url });
                }
                Output::Hangup => {
                    assert!(self.socket.take().is_some(), "hung up without a socket");
                    self.records.push(Record::Hangup);
                }
                Output::Transmit => self.transmit(),
                Output::AwaitTurnEnd => self.await_turn_end(),
                Output::Ask { dial, question } => self.answer_or_record(dial, question),
                Output::Event(event) => self.records.push(Record::Event(event)),
                Output::Timeout(next) => {
                    self.deadline = next.map(|(deadline, _)| deadline);
                    assert!(
                        self.deadline.is_none_or(|deadline| deadline > self.now),
                        "a deadline in the past"
                    );
                    return;
                }
            }
        }
    }

    pub fn transmit(&mut self) {
        while let Some(bytes) = self.session.next_transmit() {
            assert!(self.socket.is_some(), "sent without a socket");
            let bytes = bytes.to_vec();
            self.session.transmitted(bytes.len());
            self.records.push(Record::Sent(bytes));
        }
    }

    fn answer_or_record(&mut self, dial: DialId, question: Question) {
        match (&question, &self.connect) {
            (Question::ReadInfo(json), _) => {
                let answer = read_info(json).map_or_else(Answer::Unreadable, Answer::Info);
                self.session.handle_answer(dial, self.now, answer);
            }
            (Question::Greet { info, .. }, Some(connect)) => {
                let answer = greet(info, connect);
                self.session.handle_answer(dial, self.now, answer);
            }
            _ => {
                self.asked = Some((dial, question.clone()));
                self.records.push(Record::Ask(question));
            }
        }
    }

    pub fn open(&mut self) {
        let dial = self.socket.expect("no socket to open");
        self.act(|session, now| session.handle_open(dial, now));
    }

    /// The socket breaks.
    pub fn lost(&mut self, code: u16, reason: &str) {
        let dial = self.socket.take().expect("no socket to lose");
        let reason = reason.to_owned();
        self.act(|session, now| session.handle_lost(dial, now, Loss { code, reason }));
    }

    /// One WebSocket message arrives.
    pub fn frame(&mut self, bytes: &[u8]) {
        let Some(dial) = self.socket else { return };
        let mut at = 0;
        while at < bytes.len() {
            let Shell { session, rows, joined, now, .. } = self;
            let next = session.handle_frame(dial, *now, &bytes, at, joined, rows);
            assert!(next > at, "the session did not move on");
            at = next;
            for index in 0..self.rows.len() {
                let message = self.message(bytes, index);
                self.records.push(Record::Message(message));
            }
            self.settle();
        }
    }

    fn message(&self, event: &[u8], index: usize) -> Message {
        let row = self.rows.get(index);
        let bytes = if row.flags & FLAG_JOINED != 0 { self.joined.finished() } else { event };
        let text = |at: u32, len: u32| {
            String::from_utf8(bytes[at as usize..][..len as usize].to_vec())
                .expect("texts in tests are UTF-8")
        };
        Message {
            sid: row.sid,
            subject: text(row.subject_at, row.subject_len.into()),
            reply: match row.reply_len {
                0 => String::new(),
                len => text(row.subject_at + u32::from(row.reply_delta), len.into()),
            },
            status: row.status,
            headers: text(row.body_at, row.header_len),
            payload: text(row.body_at + row.header_len, row.payload_len),
            ticket: (row.flags & FLAG_REPLY != 0).then_some(row.key),
            is_last: row.flags & FLAG_LAST != 0,
            is_final: row.flags & FLAG_FINAL != 0,
        }
    }

    /// Time passes, and the timers come when they are due.
    pub fn pass(&mut self, wait: Duration) {
        let end = self.now + wait;
        while let Some(deadline) = self.deadline.filter(|&deadline| deadline <= end) {
            self.now = deadline;
            self.act(|session, now| session.handle_timeout(now));
        }
        self.now = end;
        self.settle();
    }

    /// Time passes while the machine sleeps: timers come at its end.
    pub fn sleep(&mut self, wait: Duration) {
        self.now = self.now + wait;
        self.act(|session, now| session.handle_timeout(now));
    }

    pub fn publish(&mut self, subject: &str, payload: &str) {
        self.act(|session, _| {
            let room = session.publish_to(subject.as_bytes(), b"", 0, payload.len() as u32).expect("publish");
            room.copy_from_slice(payload.as_bytes());
        });
    }

    /// What was put out since the last call.
    pub fn take_records(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.records)
    }

    pub fn take_events(&mut self) -> Vec<Event> {
        self.take_records()
            .into_iter()
            .filter_map(|record| if let Record::Event(event) = record { Some(event) } else { None })
            .collect()
    }

    /// The bytes sent since the last call; everything else is forgotten.
    pub fn take_sent(&mut self) -> String {
        let sent: Vec<u8> = self
            .take_records()
            .into_iter()
            .filter_map(|record| if let Record::Sent(bytes) = record { Some(bytes) } else { None })
            .flatten()
            .collect();
        String::from_utf8(sent).expect("texts in tests are UTF-8")
    }
}

/// What an INFO line says and a CONNECT line that answers it.
pub fn greet(info: &[u8], connect: &str) -> Answer {
    let connect = connect.as_bytes().to_vec();
    read_info(info).map_or_else(Answer::Unreadable, |info| Answer::Greet { info, connect })
}

fn read_info(json: &[u8]) -> Result<ServerInfo, String> {
    let info: serde_json::Value = serde_json::from_slice(json).map_err(|why| why.to_string())?;
    Ok(ServerInfo {
        max_payload: info["max_payload"].as_u64().unwrap_or(1_048_576) as u32,
        headers: info["headers"].as_bool().unwrap_or(true),
        connect_urls: info["connect_urls"]
            .as_array()
            .map(|urls| urls.iter().filter_map(|url| url.as_str().map(str::to_owned)).collect())
            .unwrap_or_default(),
        lame_duck: info["ldm"].as_bool().unwrap_or_default(),
    })
}
