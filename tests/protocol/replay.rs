//! Whatever happens to sockets: what is subscribed is what the server knows, what is published arrives once and in
//! order, and what is held stays within its bound.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::support::server::Server;
use super::support::shell::{Record, Shell, config};
use nats_wasm::core::error::Code;
use nats_wasm::core::session::Phase;
use nats_wasm::core::session::event::Event;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const BOUND: u32 = 300;
const SUBJECTS: [&str; 3] = ["a", "b.*", "b.c"];

#[derive(Clone, Debug)]
enum Step {
    Subscribe {
        subject: usize,
        in_queue: bool,
        max: u32,
    },
    Unsubscribe {
        which: usize,
        max: u32,
    },
    DrainSubscription {
        which: usize,
    },
    Publish {
        subject: usize,
        padding: usize,
    },
    Request {
        has_own_inbox: bool,
    },
    Flush,
    /// What was written goes to the socket, or waits for the rest of an op that was cut.
    EndTurn,
    /// What the socket took reaches the server, and its answers come back.
    Arrive,
    /// Somebody else publishes.
    Deliver {
        subject: usize,
    },
    /// The server refuses a subscription.
    Deny {
        which: usize,
    },
    Lose,
    Reconnect,
    Pass {
        seconds: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..3usize, any::<bool>(), 0..4u32)
            .prop_map(|(subject, in_queue, max)| Step::Subscribe { subject, in_queue, max }),
        2 => (0..8usize, 0..4u32).prop_map(|(which, max)| Step::Unsubscribe { which, max }),
        1 => (0..8usize).prop_map(|which| Step::DrainSubscription { which }),
        6 => (0..3usize, 0..60usize).prop_map(|(subject, padding)| Step::Publish { subject, padding }),
        1 => any::<bool>().prop_map(|has_own_inbox| Step::Request { has_own_inbox }),
        1 => Just(Step::Flush),
        4 => Just(Step::EndTurn),
        6 => Just(Step::Arrive),
        2 => (0..3usize).prop_map(|subject| Step::Deliver { subject }),
        1 => (0..8usize).prop_map(|which| Step::Deny { which }),
        3 => Just(Step::Lose),
        1 => Just(Step::Reconnect),
        3 => (1..4u64).prop_map(|seconds| Step::Pass { seconds }),
    ]
}

struct World {
    shell: Shell,
    server: Server,
    is_open: bool,
    /// Taken by the socket, not yet by the server.
    in_flight: Vec<Vec<u8>>,
    /// What the application believes to be subscribed, and how many messages it wants and has got.
    live: BTreeMap<u32, (String, String)>,
    received: BTreeMap<u32, (u32, u32)>,
    published: u32,
    may_be_lost: BTreeSet<u32>,
    flushes: BTreeSet<u32>,
}

impl World {
    fn new() -> World {
        let mut options = config(&["a:80", "b:80"]);
        options.max_reconnect_attempts = None;
        options.wait_on_first_connect = true;
        options.reconnect_buffer_size = BOUND;
        let mut world = World {
            shell: Shell::new(options),
            server: Server::default(),
            is_open: false,
            in_flight: Vec::new(),
            live: BTreeMap::new(),
            received: BTreeMap::new(),
            published: 0,
            may_be_lost: BTreeSet::new(),
            flushes: BTreeSet::new(),
        };
        world.shell.act(|session, now| session.connect(now));
        world.note();
        world
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Subscribe { subject, in_queue, max } => {
                let queue = if in_queue { "q" } else { "" };
                let subject = SUBJECTS[subject];
                let subscribed = self.shell.write(|session, now| {
                    session.subscribe(now, subject.as_bytes(), queue.as_bytes(), max, None)
                });
                let sid = subscribed.unwrap();
                self.live.insert(sid, (subject.into(), queue.into()));
                self.received.insert(sid, (max, 0));
            }
            Step::Unsubscribe { which, max } => {
                let Some(sid) = self.pick(which) else { return };
                let (limit, received) = self.received.get_mut(&sid).unwrap();
                if *limit > 0 && max > *limit {
                    // Raising a limit races with the server, which may have reached the old one.
                    return;
                }
                self.shell.write(|session, _| session.unsubscribe(sid, max)).unwrap();
                *limit = max;
                if max <= *received {
                    self.live.remove(&sid);
                }
            }
            Step::DrainSubscription { which } => {
                let Some(sid) = self.pick(which) else { return };
                // Refused when it drains already.
                let _ = self.shell.act(|session, _| session.drain_subscription(sid));
            }
            Step::Publish { subject, padding } => {
                let subject = SUBJECTS[subject].replace('*', "x");
                let payload = format!("#{}#{}", self.published, "-".repeat(padding));
                let was_live = self.shell.session.phase() == Phase::Live;
                let written: Result<(), Code> = self.shell.write(|session, _| {
                    let room = session.publish_to(subject.as_bytes(), b"", 0, payload.len() as u32)?;
                    room.copy_from_slice(payload.as_bytes());
                    Ok(())
                });
                match written {
                    Ok(()) => self.published += 1,
                    Err(code) => {
                        assert_eq!(code, Code::ReconnectBufferExceeded);
                        assert!(!was_live);
                    }
                }
            }
            Step::Request { has_own_inbox } => {
                let inbox: &[u8] = if has_own_inbox { b"_INBOX.own" } else { b"" };
                let id = self.shell.session.prepare(b"svc").unwrap();
                // Refused when there is no room to hold it.
                self.shell.write(|session, now| {
                    drop(session.request(id, now, inbox, 0, 0, Duration::from_secs(5)))
                });
            }
            Step::Flush => {
                let ticket = self.shell.write(|session, _| session.flush());
                self.flushes.insert(ticket.unwrap());
            }
            Step::EndTurn => self.end_turn(),
            Step::Arrive => self.arrive(),
            Step::Deliver { subject } => {
                let message = self.server.deliver(&SUBJECTS[subject].replace('*', "x"), "", "m");
                self.hear(&message);
            }
            Step::Deny { which } => {
                let Some(sid) = self.pick(which) else { return };
                // A real server refuses all of the same name, and the error does not say which.
                let is_only = self.live.values().filter(|it| **it == self.live[&sid]).count() == 1;
                if is_only && self.is_open && self.server.subscriptions.remove(&sid).is_some() {
                    let (subject, queue) = &self.live[&sid];
                    let queue =
                        if queue.is_empty() { String::new() } else { format!(" using queue \"{queue}\"") };
                    self.hear(
                        format!("-ERR 'Permissions Violation for Subscription to \"{subject}\"{queue}'\r\n")
                            .as_bytes(),
                    );
                }
            }
            Step::Lose => {
                if self.shell.socket.is_some() {
                    self.leave();
                    self.shell.lost(1006, "");
                }
            }
            Step::Reconnect => {
                self.shell.act(|session, now| session.reconnect(now)).unwrap();
            }
            Step::Pass { seconds } => self.shell.pass(Duration::from_secs(seconds)),
        }
        self.note();
    }

    /// The server opens its door, and everything under way arrives.
    fn arrive(&mut self) {
        if self.shell.socket.is_none() {
            return;
        }
        if !self.is_open {
            self.is_open = true;
            self.shell.open();
            let info = self.server.accept();
            self.hear(&info);
        }
        while !self.in_flight.is_empty() {
            for bytes in std::mem::take(&mut self.in_flight) {
                let answer = self.server.receive(&bytes);
                self.hear(&answer);
            }
        }
    }

    fn hear(&mut self, bytes: &[u8]) {
        if self.is_open {
            for piece in bytes.chunks(13) {
                // Microtasks come before events.
                self.end_turn();
                self.shell.frame(piece);
                self.note();
            }
        }
    }

    fn end_turn(&mut self) {
        while self.shell.awaits_turn_end {
            self.shell.end_turn();
        }
        self.note();
    }

    fn pick(&self, which: usize) -> Option<u32> {
        self.live.keys().nth(which).copied()
    }

    /// The socket is gone, and what it had taken with it.
    fn leave(&mut self) {
        self.is_open = false;
        let gone = String::from_utf8(std::mem::take(&mut self.in_flight).concat()).unwrap();
        self.may_be_lost.extend(gone.split('#').filter_map(|id| id.parse::<u32>().ok()));
    }

    /// What the session put out.
    fn note(&mut self) {
        for record in self.shell.take_records() {
            match record {
                Record::Sent(bytes) => self.in_flight.push(bytes),
                Record::Hangup => self.leave(),
                Record::Message(message) if message.ticket.is_none() => {
                    let (max, received) = self.received.get_mut(&message.sid).expect("a sid of ours");
                    *received += 1;
                    assert!(*max == 0 || *received <= *max, "more than {max} messages");
                    assert_eq!(message.is_last, *received == *max);
                    assert!(
                        self.live.contains_key(&message.sid),
                        "a message of a subscription that has ended"
                    );
                    if message.is_last {
                        self.live.remove(&message.sid);
                    }
                }
                Record::Event(
                    Event::SubscriptionDrained { sid } | Event::ServerError { sid: Some(sid), .. },
                ) => {
                    self.live.remove(&sid);
                }
                Record::Event(Event::Flushed { ticket } | Event::FlushFailed { ticket, .. }) => {
                    assert!(self.flushes.remove(&ticket), "flush {ticket} answered twice");
                }
                Record::Event(Event::Closed { .. }) => panic!("closed"),
                _ => {}
            }
        }
        assert!(self.shell.session.held_len() <= BOUND as usize);
    }

    /// The world calms down: a server is there and everything arrives.
    fn calm_down(&mut self) {
        for _ in 0..10 {
            self.end_turn();
            self.arrive();
            self.shell.pass(Duration::from_secs(2));
            self.note();
        }
        assert_eq!(self.shell.session.phase(), Phase::Live);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sessions_survive_any_losses(steps in prop::collection::vec(step(), 1..120)) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        world.calm_down();

        let known: BTreeMap<u32, (String, String)> = world
            .server
            .subscriptions
            .iter()
            .filter(|(_, it)| !it.subject.starts_with("_INBOX"))
            .map(|(&sid, it)| (sid, (it.subject.clone(), it.queue.clone())))
            .collect();
        prop_assert_eq!(&known, &world.live, "the server knows what is subscribed");
        let inboxes = world.server.subscriptions.len() - known.len();
        prop_assert_eq!(world.shell.session.subscription_count(), known.len() + inboxes);
        prop_assert!(world.flushes.is_empty(), "every flush is answered");

        let arrived: Vec<u32> = world
            .server
            .published
            .iter()
            .filter_map(|(_, payload)| payload.split('#').nth(1)?.parse().ok())
            .collect();
        prop_assert!(arrived.is_sorted_by(|a, b| a < b), "once and in order: {arrived:?}");
        let arrived: BTreeSet<u32> = arrived.into_iter().collect();
        let missing = (0..world.published).filter(|id| !arrived.contains(id) && !world.may_be_lost.contains(id));
        let missing = missing.count() as u32;

        // What was accepted and found no room when its socket died is told at the end, together with requests.
        world.shell.act(|session, now| session.close(now));
        let end = world.shell.take_events().pop();
        let Some(Event::Closed { dropped_messages, .. }) = end else { panic!("{end:?}") };
        prop_assert!(missing <= dropped_messages, "{missing} are missing, {dropped_messages} were dropped");
    }
}
