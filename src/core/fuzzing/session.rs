//! A session in the hands of a hostile server, an unlucky network and a careless application. Whatever they do: no
//! panic, no output after the end, no second socket beside the first, no more held than allowed.

use std::time::Duration;

use crate::core::error::Code;
use crate::core::random::Entropy;
use crate::core::session::config::{Config, Server};
use crate::core::session::event::Event;
use crate::core::session::output::{Answer, DialId, Loss, Output, Question, ServerInfo};
use crate::core::session::{Phase, Session, Strategy};
use crate::core::time::Instant;
use crate::core::wire::rows::Rows;
use crate::core::wire::slices::Joined;

const BOUND: u32 = 256;
const SUBJECTS: [&[u8]; 4] = [b"a", b"b.*", b"b.c", b"bad subject"];
/// What a server says often. A fuzzer finds the rest itself.
const PHRASES: [&[u8]; 12] = [
    b"INFO {}\r\n",
    b"PONG\r\n",
    b"PING\r\n",
    b"+OK\r\n",
    b"MSG a 1 1\r\nx\r\n",
    b"MSG b.c 2 r 0\r\n\r\n",
    b"HMSG a 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n",
    b"-ERR 'Permissions Violation for Subscription to \"a\"'\r\n",
    b"-ERR 'Permissions Violation for Publish to \"a\"'\r\n",
    b"-ERR 'Authorization Violation'\r\n",
    b"-ERR 'User Authentication Expired'\r\n",
    b"MSG a 1 99999\r\nx",
];

/// Each step is a byte and the bytes it needs; without them the world ends.
pub fn session(data: &[u8]) {
    let mut input = Input(data);
    let Some(flags) = input.byte() else { return };
    let mut world = World::new(flags);
    while world.step(&mut input).is_some() {}
    world.settle();
    let now = world.now;
    world.session.close(now);
    world.settle();
    assert!(world.is_closed);
    assert_eq!(world.session.phase(), Phase::Closed);
    assert_eq!((world.session.request_count(), world.session.subscription_count()), (0, 0));
    assert_eq!(world.session.flush(), Err(Code::ConnectionClosed));
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = usize::from(self.byte()?);
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }
}

struct Zeros;

impl Entropy for Zeros {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

struct World {
    session: Session,
    now: Instant,
    socket: Option<DialId>,
    asked: Option<(DialId, Question)>,
    info: ServerInfo,
    rows: Rows,
    joined: Joined,
    awaits_turn_end: bool,
    is_closed: bool,
}

fn server(name: &str) -> Server {
    Server { url: format!("ws://{name}"), name: name.into() }
}

impl World {
    fn new(flags: u8) -> World {
        let is_set = |bit: u8| flags & (1 << bit) != 0;
        let config = Config {
            servers: vec![server("a:1"), server("b:1")],
            shuffle: is_set(0),
            ignore_cluster_updates: false,
            dial_timeout: Duration::from_secs(4),
            reconnect: !is_set(1),
            max_reconnect_attempts: is_set(2).then_some(2),
            reconnect_time_wait: Duration::from_secs(1),
            reconnect_jitter: Duration::from_millis(100),
            asks_redial_delay: is_set(3),
            asks_server: is_set(3) && is_set(4),
            wait_on_first_connect: is_set(4),
            ignore_auth_error_abort: is_set(5),
            ping_interval: Duration::from_secs(5),
            max_ping_out: 2,
            wake_timeout: Duration::from_secs(1),
            reconnect_buffer_size: BOUND,
            inbox_prefix: "_INBOX".into(),
            fail_requests_on_disconnect: is_set(6),
        };
        World {
            session: Session::new(config, Box::new(Zeros)),
            now: Instant::from_micros(1),
            socket: None,
            asked: None,
            info: ServerInfo { max_payload: 64, headers: is_set(7), ..ServerInfo::default() },
            rows: Rows::new(),
            joined: Joined::default(),
            awaits_turn_end: false,
            is_closed: false,
        }
    }

    fn step(&mut self, input: &mut Input<'_>) -> Option<()> {
        let (step, now) = (input.byte()?, self.now);
        let writes = matches!(step % 24, 8..=17);
        if writes {
            self.note_write();
        }
        let session = &mut self.session;
        match step % 24 {
            0 => session.connect(now),
            1 => session.handle_open(self.socket?, now),
            2 => {
                let loss = Loss { code: 1006, reason: String::new() };
                if let Some(dial) = self.socket.take() {
                    session.handle_lost(dial, now, loss);
                }
            }
            3 => self.hear(PHRASES[usize::from(input.byte()?) % PHRASES.len()]),
            4 => self.hear(input.bytes()?),
            5 => self.answer(input.byte()?),
            6 => {
                self.now = now + Duration::from_millis(100 * u64::from(input.byte()?));
                self.session.handle_timeout(self.now);
            }
            7 => session.handle_wake(now),
            8 => {
                let len = input.byte()?.into();
                if let Ok(room) = session.publish_to(subject(input)?, b"", 0, len) {
                    room.fill(b'p');
                }
            }
            9 => {
                let len = input.byte()?.into();
                if let Ok(room) = session.publish_to(subject(input)?, b"reply", len, 3) {
                    room.fill(b'h');
                }
            }
            10 => self.publish_large(input.byte()?.into()),
            11 => {
                let byte = input.byte()?;
                let wait = Duration::from_millis(u64::from(byte) * 10);
                if let Ok(id) = session.prepare(subject(input)?) {
                    let _ = session.request(id, now, inbox(byte), 0, 2, wait);
                }
            }
            12 => {
                let byte = input.byte()?;
                let strategies = [Strategy::Timer, Strategy::Count, Strategy::Stall, Strategy::Sentinel];
                let strategy = strategies[usize::from(byte % 4)];
                let wait = Duration::from_millis(u64::from(byte) * 10);
                if let Ok(id) = session.prepare(b"a") {
                    let _ = session.request_many(
                        id,
                        now,
                        inbox(byte),
                        0,
                        2,
                        strategy,
                        wait,
                        byte.into(),
                        wait / 3,
                    );
                }
            }
            13 => session.cancel(input.byte()?.into()),
            14 => drop(session.flush()),
            15 => {
                let byte = input.byte()?;
                let timeout = (byte & 16 != 0).then(|| Duration::from_millis(byte.into()));
                let queue: &[u8] = if byte & 32 != 0 { b"q" } else { b"" };
                let _ = session.subscribe(now, subject(input)?, queue, (byte % 4).into(), timeout);
            }
            16 => {
                let byte = input.byte()?;
                let _ = session.unsubscribe((byte % 8).into(), (byte / 64).into());
            }
            17 => drop(session.drain_subscription((input.byte()? % 8).into())),
            18 => drop(session.drain(now)),
            19 => drop(session.reconnect(now)),
            20 => session.forget_prepared(),
            21 if input.byte()? == 0 => session.close(now),
            22 => self.joined = Joined::default(),
            23 => {
                let byte = input.byte()?;
                let names = ["a:1", "c:1", "f:1"];
                let chosen = names.iter().enumerate().filter(|(bit, _)| byte & (1 << bit) != 0);
                let mut servers: Vec<Server> = chosen.map(|(_, name)| server(name)).collect();
                // Never with none.
                servers.push(server("b:1"));
                let _ = session.set_servers(&servers, now);
            }
            _ => self.end_turn(),
        }
        if !writes {
            // Only ops wait for the end of the turn.
            self.settle();
        }
        assert!(self.session.held_len() <= BOUND as usize);
        Some(())
    }

    fn hear(&mut self, bytes: &[u8]) {
        let Some(dial) = self.socket else { return };
        let mut at = 0;
        while at < bytes.len() {
            let next =
                self.session.handle_frame(dial, self.now, &bytes, at, &mut self.joined, &mut self.rows);
            assert!(next > at);
            at = next;
            self.settle();
        }
    }

    fn answer(&mut self, byte: u8) {
        let Some((dial, question)) = self.asked.take() else { return };
        let answer = match (question, byte) {
            (Question::Greet { .. } | Question::ReadInfo(_), 255) => Answer::Unreadable("no".into()),
            (Question::Greet { .. }, 254) => Answer::Refused("no".into()),
            (Question::Greet { .. }, byte) => {
                Answer::Greet { info: self.read_info(byte), connect: b"{}".to_vec() }
            }
            (Question::ReadInfo(_), byte) => Answer::Info(self.read_info(byte)),
            (Question::Server, 255) => Answer::Refused("no".into()),
            (Question::Server, byte) => {
                Answer::Server { place: (byte & 3).into(), wait: Duration::from_millis((byte >> 2).into()) }
            }
            (Question::RedialDelay, byte) => Answer::Delay(Duration::from_millis(byte.into())),
        };
        self.session.handle_answer(dial, self.now, answer);
    }

    fn read_info(&mut self, byte: u8) -> ServerInfo {
        let names = ["a:1", "c:1", "d:1", "e:1"];
        let urls = names.iter().enumerate().filter(|(bit, _)| byte & (1 << bit) != 0);
        self.info.connect_urls = urls.map(|(_, name)| name.to_string()).collect();
        self.info.lame_duck = byte & 16 != 0;
        self.info.max_payload = if byte & 32 != 0 { u32::from(byte) } else { self.info.max_payload };
        self.info.clone()
    }

    fn note_write(&mut self) {
        if self.session.wants_room() {
            self.transmit();
        }
        if self.session.note_write() {
            self.await_turn_end();
        }
    }

    fn await_turn_end(&mut self) {
        assert!(!std::mem::replace(&mut self.awaits_turn_end, true), "asked twice for the end of one turn");
    }

    fn end_turn(&mut self) {
        if std::mem::take(&mut self.awaits_turn_end) {
            self.session.handle_turn_end(self.now);
        }
    }

    fn publish_large(&mut self, len: u32) {
        // What the session wants first may be to leave the socket.
        self.settle();
        if let Ok(true) = self.session.begin_large(b"a", b"", 0, len) {
            self.transmit();
            self.session.end_large();
        }
    }

    fn transmit(&mut self) {
        while let Some(bytes) = self.session.next_transmit() {
            assert!(self.socket.is_some());
            let len = bytes.len();
            assert!(len > 0 && len <= self.session.transmit_limit() as usize);
            self.session.transmitted(len);
        }
    }

    fn settle(&mut self) {
        loop {
            let output = self.session.poll_output(self.now);
            if let Output::Timeout(next) = output {
                assert!(next.is_none_or(|(deadline, _)| deadline > self.now));
                assert!(!self.is_closed || next.is_none());
                let soon = self.now + Duration::from_millis(8);
                let comes_soon = self.awaits_turn_end || next.is_some_and(|(deadline, _)| deadline <= soon);
                assert!(comes_soon || self.session.outbound_len() == 0, "bytes wait for nothing");
                return;
            }
            assert!(!self.is_closed, "{output:?} after the end");
            match output {
                Output::Dial { dial, .. } => assert_eq!(self.socket.replace(dial), None, "a second socket"),
                Output::Hangup => assert!(self.socket.take().is_some(), "a hangup without a socket"),
                Output::Transmit => self.transmit(),
                Output::AwaitTurnEnd => self.await_turn_end(),
                Output::Ask { dial, question } => self.asked = Some((dial, question)),
                Output::Event(Event::Closed { .. }) => self.is_closed = true,
                Output::Event(_) => {}
                Output::Timeout(_) => return,
            }
        }
    }
}

fn subject(input: &mut Input<'_>) -> Option<&'static [u8]> {
    Some(SUBJECTS[usize::from(input.byte()?) % SUBJECTS.len()])
}

/// A request's own, or none: the shared one.
fn inbox(byte: u8) -> &'static [u8] {
    if byte & 64 != 0 { b"a" } else { b"" }
}
