//! Engine: the whole exported surface. Each method is one crossing and one screen; `js/engine/raw.ts` documents them
//! from the user's side.

use std::rc::Rc;
use std::time::Duration;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use super::clock::duration;
use super::convert;
use super::driver::{Connecting, Driver, State};
use super::fields::Fields;
use super::host::Host;
use crate::core::error::Code;
use crate::core::session::Strategy;
use crate::core::session::output::Loss;

#[wasm_bindgen]
pub struct Engine {
    driver: Rc<Driver>,
}

#[wasm_bindgen]
impl Engine {
    #[wasm_bindgen(constructor)]
    pub fn new(options: &Fields, host: Host) -> Engine {
        Engine { driver: Driver::new(options, host) }
    }

    pub fn connect(&self) -> Promise {
        Promise::new(&mut |resolve, reject| self.driver.connect(Connecting { resolve, reject }))
    }

    pub fn close(&self) {
        self.driver.act(|state, now| state.session.close(now));
    }

    pub fn drain(&self) -> i32 {
        code(self.driver.act(|state, now| state.session.drain(now)))
    }

    pub fn reconnect(&self) -> i32 {
        code(self.driver.act(|state, now| state.session.reconnect(now)))
    }

    pub fn wake(&self) {
        self.driver.act(|state, now| state.session.handle_wake(now));
    }

    pub fn exchange(&self) -> *const u32 {
        self.driver.read(State::exchange)
    }

    pub fn receive(&self, dial: u32, at: usize, length: usize, time_stamp: f64) -> usize {
        self.driver.receive(dial, at, length, time_stamp)
    }

    pub fn settle(&self) {
        self.driver.settle();
    }

    pub fn refuse_text(&self, dial: u32) {
        self.driver.on_close(dial, Loss { code: 1003, reason: "a text message arrived".into() });
    }

    pub fn scratch(&self, length: usize) -> *mut u8 {
        self.driver.edit(|state| state.scratch(length))
    }

    pub fn prepare(&self, length: usize) -> i32 {
        self.driver.edit(|State { session, scratch, .. }| match session.prepare(&scratch[..length]) {
            Ok(id) => id as i32,
            Err(code) => refused(code),
        })
    }

    pub fn forget_prepared(&self) {
        self.driver.edit(|state| state.session.forget_prepared());
    }

    pub fn publish(&self, id: u32, reply_length: usize, header_length: u32, payload_length: u32) -> i32 {
        self.driver.write(|State { session, scratch, .. }| {
            address(session.publish(id, &scratch[..reply_length], header_length, payload_length))
        })
    }

    pub fn publish_to(
        &self,
        subject_length: usize,
        reply_length: usize,
        header_length: u32,
        payload_length: u32,
    ) -> i32 {
        self.driver.write(|State { session, scratch, .. }| {
            let (subject, reply) = scratch[..subject_length + reply_length].split_at(subject_length);
            address(session.publish_to(subject, reply, header_length, payload_length))
        })
    }

    pub fn publish_large(
        &self,
        subject_length: usize,
        reply_length: usize,
        headers: &Uint8Array,
        payload: &Uint8Array,
    ) -> i32 {
        self.driver.write(|state| {
            let (subject, reply) = state.scratch[..subject_length + reply_length].split_at(subject_length);
            let (header_length, payload_length) = (headers.length(), payload.length());
            match state.session.begin_large(subject, reply, header_length, payload_length) {
                Ok(true) => {
                    state.transmit();
                    let limit = state.session.transmit_limit();
                    state.send_from_js(headers, limit);
                    state.send_from_js(payload, limit);
                    state.session.end_large();
                    0
                }
                Ok(false) => match state.session.publish_to(subject, reply, header_length, payload_length) {
                    Ok(room) => {
                        let (header_room, payload_room) = room.split_at_mut(header_length as usize);
                        headers.copy_to(header_room);
                        payload.copy_to(payload_room);
                        0
                    }
                    Err(code) => refused(code),
                },
                Err(code) => refused(code),
            }
        })
    }

    pub fn request(&self, id: u32, header_length: u32, payload_length: u32, timeout: f64) -> i32 {
        self.driver.write(|state| {
            let now = state.turn_now();
            address(state.session.request(id, now, header_length, payload_length, duration(timeout)))
        })
    }

    #[allow(clippy::too_many_arguments)] // one crossing; a struct would have to be built and freed in JS
    pub fn request_many(
        &self,
        id: u32,
        header_length: u32,
        payload_length: u32,
        strategy: u8,
        max_wait: f64,
        max_messages: u32,
        stall: f64,
    ) -> i32 {
        let strategy = match strategy {
            0 => Strategy::Timer,
            1 => Strategy::Count,
            2 => Strategy::Stall,
            _ => Strategy::Sentinel,
        };
        self.driver.write(|state| {
            let now = state.turn_now();
            address(state.session.request_many(
                id,
                now,
                header_length,
                payload_length,
                strategy,
                duration(max_wait),
                max_messages,
                duration(stall),
            ))
        })
    }

    pub fn ticket(&self) -> u32 {
        self.driver.read(|state| state.session.ticket())
    }

    pub fn cancel(&self, ticket: u32) {
        self.driver.edit(|state| state.session.cancel(ticket));
    }

    pub fn flush(&self) -> i32 {
        code(self.driver.write(|state| state.session.flush().map(|_ticket| ())))
    }

    pub fn subscribe(&self, subject_length: usize, queue_length: usize, max: u32, timeout: f64) -> i32 {
        self.driver.write(|state| {
            let now = state.turn_now();
            let (subject, queue) = state.scratch[..subject_length + queue_length].split_at(subject_length);
            let timeout: Option<Duration> = (timeout > 0.0).then(|| duration(timeout));
            match state.session.subscribe(now, subject, queue, max, timeout) {
                Ok(sid) => sid as i32,
                Err(code) => refused(code),
            }
        })
    }

    pub fn unsubscribe(&self, sid: u32, max: u32) -> i32 {
        code(self.driver.write(|state| state.session.unsubscribe(sid, max)))
    }

    pub fn drain_subscription(&self, sid: u32) -> i32 {
        code(self.driver.write(|state| state.session.drain_subscription(sid)))
    }

    pub fn phase(&self) -> u8 {
        self.driver.read(|state| state.session.phase() as u8)
    }

    pub fn server(&self) -> String {
        self.driver.read(|state| state.session.server().into())
    }

    pub fn servers(&self) -> JsValue {
        self.driver.read(|state| convert::texts(state.session.servers().map(|it| it.url.as_str())))
    }

    pub fn set_servers(&self, servers: &JsValue) -> i32 {
        let servers = convert::servers(servers);
        code(self.driver.act(|state, now| state.session.set_servers(&servers, now)))
    }

    pub fn inbox(&self) -> String {
        self.driver.read(|state| state.session.inbox().into())
    }

    pub fn in_messages(&self) -> f64 {
        self.driver.read(|state| state.session.stats().in_messages as f64)
    }

    pub fn in_bytes(&self) -> f64 {
        self.driver.read(|state| state.session.stats().in_bytes as f64)
    }

    pub fn out_messages(&self) -> f64 {
        self.driver.read(|state| state.session.stats().out_messages as f64)
    }

    pub fn out_bytes(&self) -> f64 {
        self.driver.read(|state| state.session.stats().out_bytes as f64)
    }

    pub fn buffered_amount(&self) -> u32 {
        self.driver.read(State::buffered_amount)
    }
}

fn code(outcome: Result<(), Code>) -> i32 {
    outcome.map_or_else(refused, |()| 0)
}

fn refused(code: Code) -> i32 {
    -i32::from(code as u16)
}

/// Where the body goes. Addresses fit: wasm memory of this module stays below 2 GiB.
fn address(room: Result<&mut [u8], Code>) -> i32 {
    room.map_or_else(refused, |room| room.as_mut_ptr() as i32)
}
