//! What holds for a pull consumer, whatever the server says and however the connection fares.

use std::time::Duration;

use nats_wasm::core::jetstream::pull::{Config, Kind, LookResult, Output, Progress, Pull, Status};
use nats_wasm::core::time::Instant;
use proptest::collection::vec;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Clone, Debug)]
enum Step {
    Got { messages: u64, size: u64 },
    Read { share: f64 },
    Status { kind: u8, messages: u64, bytes: u64 },
    Disconnect,
    Connect,
    Look { result: u8 },
    Restart,
    Pass { millis: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..30u64, 0..400u64).prop_map(|(messages, size)| Step::Got { messages, size }),
        4 => (0.0..=1.0f64).prop_map(|share| Step::Read { share }),
        4 => (0..=9u8, prop_oneof![Just(0), 0..150u64, any::<u64>()], prop_oneof![Just(0), 0..2000u64, any::<u64>()])
            .prop_filter("the one that ends it", |(kind, ..)| *kind != Kind::BadRequest as u8)
            .prop_map(|(kind, messages, bytes)| Step::Status { kind, messages, bytes }),
        1 => Just(Step::Disconnect),
        2 => Just(Step::Connect),
        2 => (0..=3u8).prop_map(|result| Step::Look { result }),
        1 => Just(Step::Restart),
        4 => prop_oneof![0..300u64, 0..40_000u64].prop_map(|millis| Step::Pass { millis }),
    ]
}

fn config(endless: bool) -> impl Strategy<Value = Config> {
    let counts = (1..120u64, 0..130u64, prop_oneof![Just(0), 1..3000u64], 0..3100u64);
    (counts, 1000..60_000u64, 0..30_000u64, any::<bool>(), any::<bool>()).prop_map(
        move |((messages, threshold, bytes, threshold_bytes), expires, heartbeat, watches, blind)| Config {
            endless,
            max_messages: messages,
            max_bytes: bytes,
            threshold_messages: threshold,
            threshold_bytes,
            expires: Duration::from_millis(expires),
            heartbeat: Duration::from_millis(heartbeat),
            watches,
            abort_on_missing: false,
            blind,
        },
    )
}

/// A shell that does what it is told and checks it.
struct Shell {
    machine: Pull,
    config: Config,
    now: Instant,
    progress: Progress,
    ended: bool,
    /// Requests since the steps were over.
    pulls: u32,
}

impl Shell {
    fn new(config: Config) -> Shell {
        let now = Instant::from_micros(0);
        let machine = Pull::new(now, config.clone());
        let mut shell = Shell { machine, config, now, progress: Progress::default(), ended: false, pulls: 0 };
        shell.drain();
        shell
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Got { messages, size } => {
                self.progress.received += messages;
                self.progress.received_bytes += messages * size;
            }
            Step::Read { share } => {
                let it = &mut self.progress;
                it.taken += ((it.received - it.taken) as f64 * share) as u64;
                it.taken_bytes += ((it.received_bytes - it.taken_bytes) as f64 * share) as u64;
                if it.taken == it.received {
                    it.taken_bytes = it.received_bytes;
                }
            }
            Step::Pass { millis } => return self.pass(Duration::from_millis(millis)),
            _ => {}
        }
        self.machine.handle_progress(self.now, self.progress);
        self.drain();
        match *step {
            Step::Status { kind, messages, bytes } => {
                self.machine
                    .handle_status(self.now, Status { kind: Kind::ALL[usize::from(kind)], messages, bytes });
            }
            Step::Disconnect => self.machine.handle_disconnect(),
            Step::Connect => self.machine.handle_connect(self.now),
            Step::Look { result } => {
                self.machine.handle_look(self.now, LookResult::ALL[usize::from(result)]);
            }
            Step::Restart => self.machine.restart(self.now),
            _ => {}
        }
        self.drain();
    }

    fn pass(&mut self, wait: Duration) {
        let end = self.now + wait;
        let mut last = self.now;
        while let Output::Timeout(Some(due)) = self.machine.poll_output()
            && due <= end
        {
            self.now = self.now.max(due);
            self.machine.handle_progress(self.now, self.progress);
            self.drain();
            self.machine.handle_timeout(self.now);
            self.drain();
            assert!(self.now > last || self.machine.poll_output() != Output::Timeout(Some(due)), "spins");
            last = self.now;
        }
        self.now = end;
    }

    fn drain(&mut self) {
        loop {
            match self.machine.poll_output() {
                Output::Timeout(_) => return,
                _ if self.ended => panic!("something follows the end"),
                Output::End(_) => self.ended = true,
                Output::Pull { messages, bytes, heartbeat, .. } => {
                    self.pulls += 1;
                    assert!(messages > 0 && (bytes > 0) == (self.config.max_bytes > 0), "asks for nothing");
                    assert!(heartbeat <= self.config.heartbeat);
                    self.check_bound(messages, bytes);
                }
                Output::Look | Output::Tell(_) => {}
            }
        }
    }

    fn check_bound(&self, messages: u64, bytes: u64) {
        let Progress { received, taken, .. } = self.progress;
        let held = if self.config.endless { received - taken } else { received };
        let outstanding = self.machine.outstanding();
        assert!(messages <= outstanding, "a request of {messages} with {outstanding} outstanding");
        assert!(held + outstanding <= self.config.max_messages, "{held} and {outstanding} are too many");
        assert!(bytes <= self.config.max_bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn endless_messages_go_on_after_anything(config in config(true), steps in vec(step(), 0..60)) {
        let mut shell = Shell::new(config.clone());
        for step in &steps {
            shell.take(step);
        }
        prop_assert!(!shell.ended);
        // From here on everything is well: what is asked for comes and is read.
        shell.take(&Step::Connect);
        for _ in 0..50 {
            shell.take(&Step::Read { share: 1.0 });
            shell.take(&Step::Look { result: 0 });
            shell.pass(Duration::from_secs(6));
            let messages = shell.machine.outstanding();
            shell.pulls = 0;
            shell.take(&Step::Got { messages, size: config.max_bytes / messages.max(1) });
            shell.take(&Step::Read { share: 1.0 });
            shell.pass(Duration::from_secs(6));
            shell.take(&Step::Look { result: 0 });
            prop_assert!(shell.pulls > 0, "asks no more");
            prop_assert!(shell.machine.outstanding() > 0);
        }
    }

    #[test]
    fn a_batch_ends_in_time(config in config(false), steps in vec(step(), 0..60)) {
        let mut shell = Shell::new(config.clone());
        for step in &steps {
            shell.take(step);
        }
        shell.pass(config.expires + config.expires / 20);
        prop_assert!(shell.ended);
    }
}
