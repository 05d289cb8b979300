//! An ordered consumer against a server and a network that do what they want: whatever is lost, repeated, delayed or
//! killed, the reader gets every message once and in order, and goes on as soon as it is let.

use std::time::Duration;

use nats_wasm::core::jetstream::ordered::{Ordered, Output, Verdict};
use nats_wasm::core::time::Instant;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const BEAT: Duration = Duration::from_secs(5);

/// What happens next. Indices choose among what is on the wire.
#[derive(Clone, Debug)]
enum Step {
    Publish(u8),
    /// The server sends what its consumers have.
    Send,
    /// Consumers say up to where they have delivered.
    Beat,
    Arrive(u8),
    Lose(Index),
    Repeat(Index),
    Swap(Index, Index),
    KillConsumers,
    RefuseConsumers(bool),
    Disconnect,
    Reconnect,
    Wait(u16),
    /// The server tells that the consumer in use is gone, whether it is or not.
    SayGone,
    ReaderIsDone,
    /// The reader goes away with so many messages unread, and comes back.
    ReaderLeaves(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (1..6u8).prop_map(Step::Publish),
        6 => Just(Step::Send),
        3 => Just(Step::Beat),
        9 => (1..6u8).prop_map(Step::Arrive),
        2 => any::<Index>().prop_map(Step::Lose),
        2 => any::<Index>().prop_map(Step::Repeat),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(one, other)| Step::Swap(one, other)),
        1 => Just(Step::KillConsumers),
        1 => any::<bool>().prop_map(Step::RefuseConsumers),
        1 => Just(Step::Disconnect),
        2 => Just(Step::Reconnect),
        3 => (0..20_000u16).prop_map(Step::Wait),
        1 => Just(Step::SayGone),
        2 => Just(Step::ReaderIsDone),
        1 => (1..5u8).prop_map(Step::ReaderLeaves),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Packet {
    Message { serial: u32, stream_seq: u64, deliver_seq: u64 },
    Beat { serial: u32, deliver_seq: u64 },
    Created { serial: u32 },
    Refused { serial: u32 },
}

struct Consumer {
    serial: u32,
    next: u64,
    delivered: u64,
}

struct World {
    ordered: Ordered,
    now: Instant,
    connected: bool,
    refuses: bool,
    last: u64,
    consumers: Vec<Consumer>,
    wire: Vec<Packet>,
    read: Vec<u64>,
}

/// The consumer's filter: sequences of what is delivered have holes.
fn matches(seq: u64) -> bool {
    !seq.is_multiple_of(3)
}

impl World {
    fn new() -> World {
        let now = Instant::from_micros(1_000_000);
        let ordered = Ordered::new(now, Some(BEAT), 0.5);
        let mut world = World {
            ordered,
            now,
            connected: true,
            refuses: false,
            last: 10,
            consumers: Vec::new(),
            wire: Vec::new(),
            read: Vec::new(),
        };
        world.carry_out();
        world
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Publish(count) => self.last += u64::from(*count),
            Step::Send => self.send(),
            Step::Beat => self.beat(),
            Step::Arrive(count) => (0..*count).for_each(|_| self.arrive()),
            Step::Lose(at) if !self.wire.is_empty() => {
                self.wire.remove(at.index(self.wire.len()));
            }
            Step::Repeat(at) if !self.wire.is_empty() => self.wire.push(self.wire[at.index(self.wire.len())]),
            Step::Swap(one, other) if !self.wire.is_empty() => {
                let count = self.wire.len();
                self.wire.swap(one.index(count), other.index(count));
            }
            Step::Lose(_) | Step::Repeat(_) | Step::Swap(..) => {}
            Step::KillConsumers => self.consumers.clear(),
            Step::RefuseConsumers(refuses) => self.refuses = *refuses,
            Step::Disconnect => {
                self.connected = false;
                self.wire.clear();
                self.ordered.handle_disconnect();
            }
            Step::Reconnect => {
                self.connected = true;
                self.ordered.handle_reconnect();
            }
            Step::Wait(millis) => {
                self.now = self.now + Duration::from_millis(u64::from(*millis));
                self.ordered.handle_timeout(self.now);
            }
            Step::SayGone => self.ordered.handle_gone(self.ordered.serial()),
            Step::ReaderIsDone => {
                self.ordered.process();
            }
            Step::ReaderLeaves(count) => {
                let kept = self.read.len().saturating_sub(usize::from(*count));
                if let Some(first) = self.read.get(kept) {
                    self.ordered.rewind(first - 1);
                    self.read.truncate(kept);
                }
            }
        }
        self.carry_out();
    }

    fn send(&mut self) {
        if !self.connected {
            return;
        }
        for consumer in &mut self.consumers {
            for seq in (consumer.next..=self.last).filter(|seq| matches(*seq)) {
                consumer.delivered += 1;
                self.wire.push(Packet::Message {
                    serial: consumer.serial,
                    stream_seq: seq,
                    deliver_seq: consumer.delivered,
                });
            }
            consumer.next = self.last + 1;
        }
    }

    fn beat(&mut self) {
        if !self.connected {
            return;
        }
        for Consumer { serial, delivered, .. } in &self.consumers {
            self.wire.push(Packet::Beat { serial: *serial, deliver_seq: *delivered });
        }
    }

    fn arrive(&mut self) {
        if self.wire.is_empty() {
            return;
        }
        match self.wire.remove(0) {
            Packet::Message { serial, stream_seq, deliver_seq } => {
                if self.ordered.handle_message(serial, stream_seq, deliver_seq) == Verdict::Deliver {
                    self.read.push(stream_seq);
                }
            }
            Packet::Beat { serial, deliver_seq } => self.ordered.handle_heartbeat(serial, deliver_seq),
            Packet::Created { serial } => self.ordered.handle_created(self.now, serial, 0),
            Packet::Refused { serial } => self.ordered.handle_failed(serial),
        }
        self.carry_out();
    }

    /// The shell: makes the consumers that are asked for.
    fn carry_out(&mut self) {
        while let Output::Recreate { serial, start_seq } = self.ordered.poll_output(self.now) {
            // Nobody listens to the one before.
            self.consumers.retain(|consumer| consumer.serial + 1 == serial);
            if self.connected && !self.refuses {
                self.consumers.push(Consumer { serial, next: start_seq.max(1), delivered: 0 });
                self.wire.push(Packet::Created { serial });
            } else {
                self.wire.push(Packet::Refused { serial });
            }
        }
    }

    fn expected(&self) -> Vec<u64> {
        (1..=self.last).filter(|seq| matches(*seq)).collect()
    }

    fn check_order(&self) {
        let expected = self.expected();
        assert_eq!(self.read, expected[..self.read.len()], "a gap or a repeat");
    }

    /// Nothing fails any more.
    fn calm_down(&mut self) {
        self.refuses = false;
        self.take(&Step::Reconnect);
        for _ in 0..60 {
            let current = self.ordered.serial();
            let is_answered = |packet: &Packet| match packet {
                Packet::Created { serial } | Packet::Refused { serial } => *serial == current,
                _ => false,
            };
            // The answer was lost: the shell's request runs into its time. Ignored when there was one.
            if !self.wire.iter().any(is_answered) {
                self.ordered.handle_failed(current);
                self.carry_out();
            }
            for _ in 0..2 {
                self.send();
                self.beat();
                while !self.wire.is_empty() {
                    self.arrive();
                }
            }
            if self.read.len() == self.expected().len() {
                return;
            }
            self.take(&Step::Wait(5000));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_reader_gets_every_message_once_and_in_order(steps in vec(step(), 0..120)) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
            world.check_order();
        }
        world.calm_down();
        world.check_order();
        prop_assert_eq!(&world.read, &world.expected(), "the reader does not go on");
    }

    #[test]
    fn a_healthy_consumer_is_never_given_up(publishes in vec(1..9u8, 1..20)) {
        let mut world = World::new();
        for count in publishes {
            world.take(&Step::Publish(count));
            world.take(&Step::Send);
            world.take(&Step::Beat);
            while !world.wire.is_empty() {
                world.arrive();
            }
            world.take(&Step::Wait(5000));
        }
        prop_assert_eq!(world.ordered.serial(), 1);
        prop_assert_eq!(&world.read, &world.expected());
    }

    #[test]
    fn flow_control_is_answered_once_and_not_before_what_came_before_it_is_processed(
        before in 0..40u64,
        after in 0..40u64,
    ) {
        let mut world = World::new();
        world.ordered.handle_created(world.now, 1, 0);
        (1..=before).for_each(|seq| { world.ordered.handle_message(1, seq, seq); });
        let mut answers = u64::from(world.ordered.handle_flow_control(1));
        prop_assert_eq!(answers == 1, before == 0);
        (before + 1..=before + after).for_each(|seq| { world.ordered.handle_message(1, seq, seq); });
        for processed in 1..=before + after {
            let answered = world.ordered.process();
            prop_assert_eq!(answered, before > 0 && processed == before);
            answers += u64::from(answered);
        }
        prop_assert_eq!(answers, 1);
    }
}
