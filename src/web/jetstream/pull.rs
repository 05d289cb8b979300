//! Pull consumers, see [`crate::core::jetstream::pull`].

use wasm_bindgen::prelude::wasm_bindgen;

use super::{instant, millis, wait};
use crate::core::jetstream::pull::{self, Config, End, Found, Kind, Notice, Output, Progress, Status};

/// See [`pull::Pull`].
#[wasm_bindgen]
pub struct Pull {
    machine: pull::Pull,
    /// Of the output that was polled last.
    numbers: [f64; 4],
}

#[wasm_bindgen]
impl Pull {
    /// `flags`: 1 endless, 2 abort on missing, 4 blind, 8 watches. Times in milliseconds.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::too_many_arguments)] // one crossing; a struct would have to be built and freed in JS
    pub fn new(
        now: f64,
        flags: u32,
        max_messages: f64,
        max_bytes: f64,
        threshold_messages: f64,
        threshold_bytes: f64,
        expires: f64,
        heartbeat: f64,
    ) -> Pull {
        let config = Config {
            endless: flags & 1 != 0,
            abort_on_missing: flags & 2 != 0,
            blind: flags & 4 != 0,
            watches: flags & 8 != 0,
            max_messages: max_messages as u64,
            max_bytes: max_bytes as u64,
            threshold_messages: threshold_messages as u64,
            threshold_bytes: threshold_bytes as u64,
            expires: wait(expires),
            heartbeat: wait(heartbeat),
        };
        Pull { machine: pull::Pull::new(instant(now), config), numbers: [0.0; 4] }
    }

    /// Infinite when no count is awaited.
    pub fn received_due(&self) -> f64 {
        due(self.machine.received_due())
    }

    pub fn taken_due(&self) -> f64 {
        due(self.machine.taken_due())
    }

    pub fn bytes_due(&self) -> f64 {
        due(self.machine.bytes_due())
    }

    pub fn handle_progress(
        &mut self,
        now: f64,
        received: f64,
        taken: f64,
        received_bytes: f64,
        taken_bytes: f64,
    ) {
        let progress = Progress {
            received: received as u64,
            taken: taken as u64,
            received_bytes: received_bytes as u64,
            taken_bytes: taken_bytes as u64,
        };
        self.machine.handle_progress(instant(now), progress);
    }

    /// `kind`: a number of [`Kind`].
    pub fn handle_status(&mut self, now: f64, kind: u8, messages: f64, bytes: f64) {
        let status = Status { kind: Kind::of(kind), messages: messages as u64, bytes: bytes as u64 };
        self.machine.handle_status(instant(now), status);
    }

    pub fn handle_disconnect(&mut self) {
        self.machine.handle_disconnect();
    }

    pub fn handle_connect(&mut self, now: f64) {
        self.machine.handle_connect(instant(now));
    }

    /// `found`: 0 the consumer, 1 no consumer, 2 no stream, 3 nothing.
    pub fn handle_look(&mut self, now: f64, found: u8) {
        let found = match found {
            0 => Found::Consumer,
            1 => Found::NoConsumer,
            2 => Found::NoStream,
            _ => Found::Nothing,
        };
        self.machine.handle_look(instant(now), found);
    }

    pub fn handle_timeout(&mut self, now: f64) {
        self.machine.handle_timeout(instant(now));
    }

    pub fn restart(&mut self, now: f64) {
        self.machine.restart(instant(now));
    }

    pub fn stop(&mut self) {
        self.machine.stop();
    }

    /// What to do: 0 nothing until (deadline, -1: for ever) · 1 pull (messages, bytes, expires, heartbeat) · 2 look ·
    /// 3 end, done · 4 end, refused · 5 end, missing · 6 end, silent · from 10 on tell, in the order of [`Notice`]
    /// (count, or messages and bytes). The numbers in parentheses are those of `number`.
    pub fn poll_output(&mut self) -> u32 {
        let mut tell = |kind: u32, first: f64, second: f64| {
            self.numbers = [first, second, 0.0, 0.0];
            kind
        };
        match self.machine.poll_output() {
            Output::Timeout(deadline) => tell(0, deadline.map_or(-1.0, millis), 0.0),
            Output::Pull { messages, bytes, expires, heartbeat } => {
                self.numbers =
                    [messages as f64, bytes as f64, expires.as_millis() as f64, heartbeat.as_millis() as f64];
                1
            }
            Output::Look => 2,
            Output::End(End::Done) => 3,
            Output::End(End::Refused) => 4,
            Output::End(End::Missing) => 5,
            Output::End(End::Silent) => 6,
            Output::Tell(Notice::HeartbeatsMissed(count)) => tell(10, f64::from(count), 0.0),
            Output::Tell(Notice::ConsumerNotFound(count)) => tell(11, f64::from(count), 0.0),
            Output::Tell(Notice::StreamNotFound(count)) => tell(12, f64::from(count), 0.0),
            Output::Tell(Notice::Heartbeat) => 13,
            Output::Tell(Notice::ConsumerDeleted) => 14,
            Output::Tell(Notice::NoResponders) => 15,
            Output::Tell(Notice::ExceededLimits) => 16,
            Output::Tell(Notice::Unpinned) => 17,
            Output::Tell(Notice::Discard { messages, bytes }) => tell(18, messages as f64, bytes as f64),
            Output::Tell(Notice::Debug) => 19,
        }
    }

    /// See `poll_output`.
    pub fn number(&self, index: usize) -> f64 {
        self.numbers.get(index).copied().unwrap_or(-1.0)
    }
}

fn due(count: Option<u64>) -> f64 {
    count.map_or(f64::INFINITY, |count| count as f64)
}
