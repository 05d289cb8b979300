//! Ordered consumers and flow control, see [`crate::core::jetstream::ordered`] and [`crate::core::jetstream::flow`].

use wasm_bindgen::prelude::wasm_bindgen;

use super::deadline;
use crate::core::jetstream::{flow, ordered};
use crate::web::millis::{duration, instant};

/// See [`ordered::Ordered`].
#[wasm_bindgen]
pub struct Ordered {
    machine: ordered::Ordered,
    start_seq: u64,
    deadline: f64,
}

#[wasm_bindgen]
impl Ordered {
    /// `heartbeat` in milliseconds, 0: none.
    #[wasm_bindgen(constructor)]
    pub fn new(now: f64, heartbeat: f64, spread: f64) -> Ordered {
        let heartbeat = (heartbeat > 0.0).then(|| duration(heartbeat));
        let machine = ordered::Ordered::new(instant(now), heartbeat, spread);
        Ordered { machine, start_seq: 0, deadline: -1.0 }
    }

    pub fn stream_seq(&self) -> f64 {
        self.machine.stream_seq() as f64
    }

    pub fn serial(&self) -> u32 {
        self.machine.serial()
    }

    pub fn attempts(&self) -> u32 {
        self.machine.attempts()
    }

    pub fn missed(&self) -> u32 {
        self.machine.missed()
    }

    pub fn is_lost(&self) -> bool {
        self.machine.is_lost()
    }

    /// Number of the consumer that is to be made, when `poll_output` was true.
    pub fn start_seq(&self) -> f64 {
        self.start_seq as f64
    }

    /// When `handle_timeout` is due, when `poll_output` was false; -1: never.
    pub fn deadline(&self) -> f64 {
        self.deadline
    }

    /// Whether the message is the reader's.
    pub fn handle_message(&mut self, serial: u32, stream_seq: f64, deliver_seq: f64) -> bool {
        self.machine.handle_message(serial, stream_seq as u64, deliver_seq as u64)
            == ordered::Verdict::Deliver
    }

    pub fn handle_heartbeat(&mut self, serial: u32, deliver_seq: f64) {
        self.machine.handle_heartbeat(serial, deliver_seq as u64);
    }

    /// Whether the answer is due now.
    pub fn handle_flow_control(&mut self, serial: u32) -> bool {
        self.machine.handle_flow_control(serial)
    }

    pub fn handle_created(&mut self, now: f64, serial: u32, position: f64) {
        self.machine.handle_created(instant(now), serial, position as u64);
    }

    pub fn handle_failed(&mut self, serial: u32) {
        self.machine.handle_failed(serial);
    }

    pub fn handle_gone(&mut self, serial: u32) {
        self.machine.handle_gone(serial);
    }

    pub fn handle_disconnect(&mut self) {
        self.machine.handle_disconnect();
    }

    pub fn handle_reconnect(&mut self) {
        self.machine.handle_reconnect();
    }

    pub fn handle_timeout(&mut self, now: f64) {
        self.machine.handle_timeout(instant(now));
    }

    /// Whether an answer to flow control is due now.
    pub fn process(&mut self) -> bool {
        self.machine.process()
    }

    pub fn rewind(&mut self, stream_seq: f64) {
        self.machine.rewind(stream_seq as u64);
    }

    /// Whether consumer `serial()` is to be made, from `start_seq()` on. False: there is nothing to do until `deadline()`.
    pub fn poll_output(&mut self, now: f64) -> bool {
        match self.machine.poll_output(instant(now)) {
            ordered::Output::Recreate { start_seq, .. } => {
                self.start_seq = start_seq;
                true
            }
            ordered::Output::Timeout(at) => {
                self.deadline = deadline(at);
                false
            }
        }
    }
}

/// See [`flow::Flow`].
#[wasm_bindgen]
#[derive(Default)]
pub struct Flow(flow::Flow);

#[wasm_bindgen]
impl Flow {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Flow {
        Flow::default()
    }

    pub fn handle_message(&mut self) {
        self.0.handle_message();
    }

    /// Whether the answer is due now.
    pub fn handle_request(&mut self) -> bool {
        self.0.handle_request()
    }

    /// Whether the answer is due now.
    pub fn process(&mut self) -> bool {
        self.0.process()
    }
}
