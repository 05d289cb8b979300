//! A session and a toy server, with a wire that takes its time between them, on a clock the test owns.

use std::collections::VecDeque;
use std::time::Duration;

use super::support::server::Server;
use super::support::shell::{Message, Record, Shell, config};
use nats_wasm::core::error::Code;
use nats_wasm::core::session::event::Event;
use nats_wasm::core::session::{Phase, Session};
use nats_wasm::core::time::Instant;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const LATENCY: Duration = Duration::from_millis(20);
const SECOND: Duration = Duration::from_secs(1);

/// What is on its way, and when it arrives.
enum Packet {
    Opened,
    ToServer(Vec<u8>),
    ToClient(Vec<u8>),
}

struct Pair {
    shell: Shell,
    server: Server,
    wire: VecDeque<(Instant, Packet)>,
    /// WebSocket messages of the server are cut to this.
    cut: usize,
    /// Dials and bytes vanish.
    is_dark: bool,
    events: Vec<Event>,
    messages: Vec<Message>,
}

impl Pair {
    fn new() -> Pair {
        let mut options = config(&["toy:80"]);
        options.ping_interval = Duration::from_secs(10);
        Pair {
            shell: Shell::new(options),
            server: Server::default(),
            wire: VecDeque::new(),
            cut: 11,
            is_dark: false,
            events: Vec::new(),
            messages: Vec::new(),
        }
    }

    fn connected() -> Pair {
        let mut pair = Pair::new();
        pair.act(|session, now| session.connect(now));
        pair.drive(SECOND);
        assert_eq!(pair.take_events(), [Event::Connected { server: "toy:80".into() }]);
        pair
    }

    fn act<T>(&mut self, verb: impl FnOnce(&mut Session, Instant) -> T) -> T {
        let result = self.shell.act(verb);
        self.carry();
        result
    }

    fn publish(&mut self, subject: &str, payload: &str) {
        self.shell.publish(subject, payload);
        self.carry();
    }

    fn subscribe(&mut self, subject: &str, max: u32) -> u32 {
        self.act(|session, now| session.subscribe(now, subject.as_bytes(), b"", max, None)).unwrap()
    }

    fn request(&mut self, subject: &str, payload: &str, timeout: Duration) -> u32 {
        self.act(|session, now| {
            let id = session.prepare(subject.as_bytes()).unwrap();
            let room = session.request(id, now, b"", 0, payload.len() as u32, timeout).unwrap();
            room.copy_from_slice(payload.as_bytes());
            session.ticket()
        })
    }

    /// Puts what the session put out onto the wire.
    fn carry(&mut self) {
        let at = self.shell.now + LATENCY;
        for record in self.shell.take_records() {
            match record {
                Record::Dial { .. } if self.is_dark => {}
                Record::Dial { .. } => self.wire.push_back((at, Packet::Opened)),
                Record::Sent(_) if self.is_dark => {}
                Record::Sent(bytes) => self.wire.push_back((at, Packet::ToServer(bytes))),
                Record::Hangup => self.wire.clear(),
                Record::Event(event) => self.events.push(event),
                Record::Message(message) => self.messages.push(message),
                Record::Ask(_) | Record::AwaitTurnEnd => panic!("{record:?} is not answered"),
            }
        }
    }

    /// Lets time pass, event by event.
    fn drive(&mut self, wait: Duration) {
        let end = self.shell.now + wait;
        loop {
            let arrival = self.wire.front().map(|&(at, _)| at);
            let next = [arrival, self.shell.deadline].into_iter().flatten().min();
            let Some(next) = next.filter(|&next| next <= end) else { break };
            self.shell.now = next;
            if arrival == Some(next) {
                let (_, packet) = self.wire.pop_front().unwrap();
                self.arrive(packet);
            } else {
                self.shell.act(|session, now| session.handle_timeout(now));
            }
            self.carry();
        }
        self.shell.now = end;
    }

    fn arrive(&mut self, packet: Packet) {
        let answer = match packet {
            Packet::Opened => {
                self.shell.open();
                self.server.accept()
            }
            Packet::ToServer(bytes) => self.server.receive(&bytes),
            Packet::ToClient(bytes) => {
                self.shell.frame(&bytes);
                Vec::new()
            }
        };
        self.send(&answer);
    }

    fn send(&mut self, bytes: &[u8]) {
        let at = self.shell.now + LATENCY;
        for piece in bytes.chunks(self.cut).filter(|_| !self.is_dark) {
            self.wire.push_back((at, Packet::ToClient(piece.to_vec())));
        }
    }

    /// The link breaks; what is on it is gone.
    fn lose(&mut self) {
        self.wire.clear();
        self.shell.lost(1006, "");
        self.carry();
    }

    fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    fn take_payloads(&mut self) -> Vec<String> {
        std::mem::take(&mut self.messages).into_iter().map(|it| it.payload).collect()
    }

    fn published(&self) -> Vec<&str> {
        self.server.published.iter().map(|(_, payload)| payload.as_str()).collect()
    }
}

#[test]
fn what_is_published_comes_back() {
    let mut pair = Pair::connected();
    pair.subscribe("chat.*", 0);
    for payload in ["one", "two", "PING\r\n", ""] {
        pair.publish("chat.room", payload);
    }
    pair.publish("other", "unheard");
    pair.drive(SECOND);
    assert_eq!(pair.take_payloads(), ["one", "two", "PING\r\n", ""]);
}

#[test]
fn a_request_finds_its_reply_and_a_late_one_nobody() {
    let mut pair = Pair::connected();
    let first = pair.request("svc", "a", SECOND);
    let second = pair.request("svc", "b", SECOND / 20);
    pair.drive(SECOND / 10);
    assert_eq!(pair.take_events(), [Event::RequestsFailed { tickets: vec![second], code: Code::Timeout }]);
    for (ticket, payload) in [(second, "late"), (first, "reply"), (first, "again")] {
        let inbox = String::from_utf8_lossy(pair.shell.session.reply_subject(ticket)).into_owned();
        let message = pair.server.deliver(&inbox, "", payload);
        pair.send(&message);
    }
    pair.drive(SECOND);
    let replies: Vec<_> =
        pair.messages.iter().map(|it| (it.ticket, it.payload.as_str(), it.is_final)).collect();
    assert_eq!(replies, [(Some(first), "reply", true)]);
    assert_eq!(pair.shell.session.request_count(), 0);
    assert_eq!(pair.take_events(), []);
}

#[test]
fn nothing_is_lost_but_what_was_on_the_wire() {
    let mut pair = Pair::connected();
    pair.subscribe("a", 0);
    pair.publish("a", "arrives");
    pair.drive(SECOND);
    pair.publish("a", "on the wire");
    pair.lose();
    for payload in ["held 1", "held 2"] {
        pair.publish("a", payload);
    }
    pair.drive(SECOND);
    pair.publish("a", "held 3");
    pair.drive(5 * SECOND);
    pair.publish("a", "after");
    pair.drive(SECOND);
    assert_eq!(pair.published(), ["arrives", "held 1", "held 2", "held 3", "after"]);
    assert_eq!(pair.take_payloads(), ["arrives", "held 1", "held 2", "held 3", "after"]);
}

#[test]
fn auto_unsubscribe_is_exact_over_losses_and_the_server_is_told() {
    let mut pair = Pair::connected();
    let sid = pair.subscribe("a", 3);
    pair.publish("a", "1");
    pair.drive(SECOND);
    pair.lose();
    pair.drive(5 * SECOND);
    assert!(pair.server.subscriptions.contains_key(&sid));
    for payload in ["2", "3", "4", "5"] {
        pair.publish("a", payload);
    }
    pair.drive(SECOND);
    assert_eq!(pair.take_payloads(), ["1", "2", "3"]);
    assert!(pair.server.subscriptions.is_empty());
    assert_eq!(pair.shell.session.subscription_count(), 0);
}

#[test]
fn a_silent_link_is_given_up_and_dialled_again_in_the_same_turn() {
    let mut pair = Pair::connected();
    pair.subscribe("a", 0);
    pair.drive(25 * SECOND);
    pair.is_dark = true;
    pair.take_events();
    pair.drive(24 * SECOND);
    assert!(!pair.events.contains(&Event::Stale { server: "toy:80".into() }), "{:?}", pair.events);
    pair.drive(11 * SECOND);
    let events = pair.take_events();
    let stale = events.iter().position(|it| *it == Event::Stale { server: "toy:80".into() }).expect("stale");
    assert!(matches!(events[stale + 1], Event::Disconnected { .. }));
    assert!(matches!(events[stale + 2], Event::Reconnecting { .. }));
    pair.publish("a", "held");
    pair.is_dark = false;
    pair.drive(60 * SECOND);
    assert_eq!(pair.shell.session.phase(), Phase::Live);
    assert_eq!(pair.take_payloads(), ["held"]);
}

#[test]
fn a_live_link_is_never_stale() {
    let mut pair = Pair::connected();
    pair.drive(3600 * SECOND);
    let pings = pair.take_events();
    assert_eq!(pings.len(), 360);
    assert!(pings.iter().all(|it| *it == Event::Pinged { outstanding: 1 }));
}

#[test]
fn waking_up_on_a_dead_link_redials_within_the_short_deadline() {
    let mut pair = Pair::connected();
    pair.is_dark = true;
    pair.act(|session, now| session.handle_wake(now));
    pair.drive(3 * SECOND);
    assert!(matches!(
        pair.take_events()[..],
        [Event::Stale { .. }, Event::Disconnected { .. }, Event::Reconnecting { .. }]
    ));
}

#[test]
fn draining_delivers_what_was_on_its_way_in_both_directions() {
    let mut pair = Pair::connected();
    let sid = pair.subscribe("a", 0);
    pair.drive(SECOND);
    let message = pair.server.deliver("a", "", "on its way");
    pair.send(&message);
    pair.publish("b", "out");
    pair.act(|session, now| session.drain(now)).unwrap();
    pair.publish("b", "also out");
    pair.drive(SECOND);
    assert_eq!(pair.take_payloads(), ["on its way"]);
    assert_eq!(pair.published(), ["out", "also out"]);
    assert_eq!(
        pair.take_events(),
        [
            Event::SubscriptionDrained { sid },
            Event::Closed { code: None, detail: String::new(), dropped_messages: 0, dropped_bytes: 0 }
        ]
    );
}

#[test]
fn no_message_is_above_half_of_what_the_server_takes() {
    let mut pair = Pair::connected();
    let full = "x".repeat(Server::MAX_PAYLOAD);
    pair.publish("a", &full);
    for _ in 0..100 {
        pair.shell.session.publish_to(b"a", b"", 0, 100).unwrap().fill(b'y');
    }
    pair.act(|_, _| ());
    pair.drive(SECOND);
    assert_eq!(pair.server.published.len(), 101);
    assert_eq!(pair.server.published[0].1, full);
    assert_eq!(pair.server.largest, Server::MAX_PAYLOAD / 2);
}

#[test]
fn a_burst_above_the_high_water_mark_leaves_amid_its_turn() {
    let mut shell = Pair::connected().shell;
    let mut sent = Vec::new();
    for _ in 0..400 {
        shell.write(|session, _| session.publish_to(b"a", b"", 0, 1000).unwrap().fill(b'y'));
        sent.extend(shell.take_records().into_iter().filter_map(|record| match record {
            Record::Sent(bytes) => Some(bytes.len()),
            _ => None,
        }));
    }
    let op = "PUB a 1000\r\n\r\n".len() + 1000;
    let above = (128 * 1024 / op + 1) * op;
    assert_eq!(sent.iter().sum::<usize>(), 3 * above);
    assert_eq!(shell.session.outbound_len(), 400 * op - 3 * above);
}

#[test]
fn a_large_payload_is_sent_from_elsewhere_between_its_line_and_its_end() {
    let mut pair = Pair::connected();
    let payload = "z".repeat(1000);
    pair.publish("a", "before");
    assert_eq!(pair.shell.session.begin_large(b"large", b"", 0, 1000), Ok(true));
    pair.shell.transmit();
    pair.carry();
    let at = pair.shell.now + LATENCY;
    for piece in payload.as_bytes().chunks(pair.shell.session.transmit_limit() as usize) {
        pair.wire.push_back((at, Packet::ToServer(piece.to_vec())));
    }
    pair.shell.session.end_large();
    pair.publish("a", "after");
    pair.drive(SECOND);
    assert_eq!(pair.published(), ["before", payload.as_str(), "after"]);
    pair.lose();
    assert_eq!(pair.shell.session.begin_large(b"large", b"", 0, 1000), Ok(false));
    assert_eq!(pair.shell.session.begin_large(b"large", b"", 25, 1000), Err(Code::MaxPayloadExceeded));
}

#[test]
fn many_requests_leave_nothing_behind() {
    let mut pair = Pair::connected();
    for round in 0..50 {
        let tickets: Vec<u32> = (0..100).map(|_| pair.request("svc", "x", SECOND)).collect();
        pair.shell.session.forget_prepared();
        pair.drive(SECOND / 10);
        for &ticket in &tickets[..90] {
            let inbox = String::from_utf8_lossy(pair.shell.session.reply_subject(ticket)).into_owned();
            let message = pair.server.deliver(&inbox, "", "y");
            pair.send(&message);
        }
        pair.drive(SECOND);
        assert_eq!(pair.take_payloads().len(), 90, "round {round}");
        let failed: Vec<u32> = pair
            .take_events()
            .into_iter()
            .filter_map(
                |it| if let Event::RequestsFailed { tickets, .. } = it { Some(tickets) } else { None },
            )
            .flatten()
            .collect();
        assert_eq!(failed, tickets[90..]);
        assert_eq!(pair.shell.session.request_count(), 0);
    }
    assert_eq!(pair.shell.session.subscription_count(), 1);
}

#[test]
fn an_end_before_the_dial_was_put_out_dials_nothing() {
    let mut pair = Pair::new();
    pair.shell.session.connect(pair.shell.now);
    pair.act(|session, now| session.close(now));
    assert_eq!(pair.shell.socket, None);
    assert!(pair.wire.is_empty());
    assert!(matches!(pair.take_events()[..], [Event::Closed { code: None, .. }]));
}
