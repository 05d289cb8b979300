//! Engine: what the client's module exports. Each function is one crossing and one screen; `js/engine/boundary.ts` documents
//! them from the user's side. Numbers only, and the ABI of C: the glue of wasm-bindgen was a tenth of the client
//! (docs/decisions/0021-size.md).

use super::clock::duration;
use super::convert::{self, lines, text};
use super::driver::{self, State, act, scratched, with, write};
use super::host;
use crate::core::error::Code;
use crate::core::session::Strategy;
use crate::core::session::config::Config;
use crate::core::session::output::{Answer, Loss, ServerInfo};

#[allow(clippy::too_many_arguments)] // one crossing; a struct would have to be laid out in TypeScript
#[unsafe(no_mangle)]
extern "C" fn open(
    flags: u32,
    timeout: f64,
    max_reconnect_attempts: f64,
    reconnect_time_wait: f64,
    reconnect_jitter: f64,
    ping_interval: f64,
    max_ping_out: u32,
    wake_timeout: f64,
    reconnect_buffer_size: f64,
    prefix_length: usize,
    servers_length: usize,
) {
    let (inbox_prefix, servers) = scratched(prefix_length + servers_length, |bytes| {
        let (prefix, servers) = bytes.split_at(prefix_length);
        (text(prefix), convert::servers(servers))
    });
    let flag = |place: u32| flags >> place & 1 == 1;
    driver::open(Config {
        servers,
        shuffle: flag(0),
        ignore_cluster_updates: flag(1),
        dial_timeout: duration(timeout),
        reconnect: flag(2),
        max_reconnect_attempts: (max_reconnect_attempts >= 0.0).then_some(max_reconnect_attempts as u32),
        reconnect_time_wait: duration(reconnect_time_wait),
        reconnect_jitter: duration(reconnect_jitter),
        asks_redial_delay: flag(3),
        asks_server: flag(4),
        wait_on_first_connect: flag(5),
        ignore_auth_error_abort: flag(6),
        ping_interval: duration(ping_interval),
        max_ping_out,
        wake_timeout: duration(wake_timeout),
        reconnect_buffer_size: reconnect_buffer_size as u32,
        inbox_prefix,
        fail_requests_on_disconnect: flag(7),
    });
}

#[unsafe(no_mangle)]
extern "C" fn connect() {
    act(|session, now| session.connect(now));
}

#[unsafe(no_mangle)]
extern "C" fn close() {
    act(|session, now| session.close(now));
}

#[unsafe(no_mangle)]
extern "C" fn drain() -> i32 {
    code(act(|session, now| session.drain(now)))
}

#[unsafe(no_mangle)]
extern "C" fn reconnect() -> i32 {
    code(act(|session, now| session.reconnect(now)))
}

#[unsafe(no_mangle)]
extern "C" fn wake() {
    act(|session, now| session.handle_wake(now));
}

#[unsafe(no_mangle)]
extern "C" fn exchange() -> *const u32 {
    with(|state| state.exchange())
}

#[unsafe(no_mangle)]
extern "C" fn receive(dial: u32, at: usize, length: usize, time_stamp: f64) -> usize {
    driver::receive(dial, at, length, time_stamp)
}

#[unsafe(no_mangle)]
extern "C" fn settle() {
    driver::settle();
}

#[unsafe(no_mangle)]
extern "C" fn turn_ended() {
    driver::turn_ended();
}

#[unsafe(no_mangle)]
extern "C" fn ring() {
    driver::ring();
}

#[unsafe(no_mangle)]
extern "C" fn attach(dial: u32) -> bool {
    driver::attach(dial)
}

#[unsafe(no_mangle)]
extern "C" fn opened(dial: u32) {
    act(|session, now| session.handle_open(dial, now));
}

#[unsafe(no_mangle)]
extern "C" fn lost(dial: u32, code: u16, reason_length: usize) {
    driver::lost(dial, Loss { code, reason: scratched(reason_length, text) });
}

#[unsafe(no_mangle)]
extern "C" fn info(dial: u32, max_payload: f64, flags: u32, nonce_length: usize, urls_length: usize) {
    let (nonce, connect_urls) = scratched(nonce_length + urls_length, |bytes| {
        let (nonce, urls) = bytes.split_at(nonce_length);
        (text(nonce), lines(urls).collect())
    });
    let info = ServerInfo {
        // A float-to-integer cast saturates, so a hostile figure cannot wrap around; NaN becomes 0.
        max_payload: max_payload as u32,
        headers: flags & 1 == 1,
        nonce,
        connect_urls,
        lame_duck: flags & 2 == 2,
    };
    driver::answer(dial, Answer::Info(info));
}

#[unsafe(no_mangle)]
extern "C" fn unreadable(dial: u32, why_length: usize) {
    driver::answer(dial, Answer::Unreadable(scratched(why_length, text)));
}

#[unsafe(no_mangle)]
extern "C" fn line(dial: u32, length: usize) {
    driver::answer(dial, Answer::Connect(scratched(length, <[u8]>::to_vec)));
}

#[unsafe(no_mangle)]
extern "C" fn refuse(dial: u32, why_length: usize) {
    driver::answer(dial, Answer::Refused(scratched(why_length, text)));
}

#[unsafe(no_mangle)]
extern "C" fn delay(dial: u32, milliseconds: f64) {
    driver::answer(dial, Answer::Delay(duration(milliseconds)));
}

#[unsafe(no_mangle)]
extern "C" fn choose(dial: u32, place: usize, delay: f64) {
    driver::answer(dial, Answer::Server { place, wait: duration(delay) });
}

#[unsafe(no_mangle)]
extern "C" fn scratch(length: usize) -> *mut u8 {
    driver::scratch(length)
}

#[unsafe(no_mangle)]
extern "C" fn prepare(length: usize) -> i32 {
    with(|state| {
        scratched(length, |subject| match state.session.prepare(subject) {
            Ok(id) => id as i32,
            Err(code) => refused(code),
        })
    })
}

#[unsafe(no_mangle)]
extern "C" fn forget_prepared() {
    with(|state| state.session.forget_prepared());
}

#[unsafe(no_mangle)]
extern "C" fn publish(id: u32, reply_length: usize, header_length: u32, payload_length: u32) -> i32 {
    write(|State { session, .. }| {
        scratched(reply_length, |reply| address(session.publish(id, reply, header_length, payload_length)))
    })
}

#[unsafe(no_mangle)]
extern "C" fn publish_to(
    subject_length: usize,
    reply_length: usize,
    header_length: u32,
    payload_length: u32,
) -> i32 {
    write(|state| state.publish_to(subject_length, reply_length, header_length, payload_length))
}

#[unsafe(no_mangle)]
extern "C" fn publish_large(
    subject_length: usize,
    reply_length: usize,
    header_length: u32,
    payload_length: u32,
) -> i32 {
    write(|state| {
        let begun = scratched(subject_length + reply_length, |bytes| {
            let (subject, reply) = bytes.split_at(subject_length);
            state.session.begin_large(subject, reply, header_length, payload_length)
        });
        match begun {
            Ok(true) => {
                state.transmit();
                host::send_large(state.session.transmit_limit());
                state.session.end_large();
                0
            }
            Ok(false) => state.publish_to(subject_length, reply_length, header_length, payload_length),
            Err(code) => refused(code),
        }
    })
}

#[unsafe(no_mangle)]
extern "C" fn request(id: u32, header_length: u32, payload_length: u32, timeout: f64) -> i32 {
    write(|state| {
        let now = state.turn_now();
        address(state.session.request(id, now, header_length, payload_length, duration(timeout)))
    })
}

#[unsafe(no_mangle)]
extern "C" fn request_many(
    id: u32,
    header_length: u32,
    payload_length: u32,
    strategy: u32,
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
    write(|state| {
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

#[unsafe(no_mangle)]
extern "C" fn ticket() -> u32 {
    with(|state| state.session.ticket())
}

#[unsafe(no_mangle)]
extern "C" fn cancel(ticket: u32) {
    with(|state| state.session.cancel(ticket));
}

#[unsafe(no_mangle)]
extern "C" fn flush() -> i32 {
    code(write(|state| state.session.flush().map(|_ticket| ())))
}

#[unsafe(no_mangle)]
extern "C" fn subscribe(subject_length: usize, queue_length: usize, max: u32, timeout: f64) -> i32 {
    write(|state| {
        let now = state.turn_now();
        let timeout = (timeout > 0.0).then(|| duration(timeout));
        let sid = scratched(subject_length + queue_length, |bytes| {
            let (subject, queue) = bytes.split_at(subject_length);
            state.session.subscribe(now, subject, queue, max, timeout)
        });
        sid.map_or_else(refused, |sid| sid as i32)
    })
}

#[unsafe(no_mangle)]
extern "C" fn unsubscribe(sid: u32, max: u32) -> i32 {
    code(write(|state| state.session.unsubscribe(sid, max)))
}

#[unsafe(no_mangle)]
extern "C" fn drain_subscription(sid: u32) -> i32 {
    code(write(|state| state.session.drain_subscription(sid)))
}

#[unsafe(no_mangle)]
extern "C" fn phase() -> u32 {
    with(|state| state.session.phase() as u32)
}

#[unsafe(no_mangle)]
extern "C" fn server() {
    with(|state| host::item(state.session.server()));
}

#[unsafe(no_mangle)]
extern "C" fn servers() {
    with(|state| state.session.servers().for_each(|server| host::item(&server.url)));
}

#[unsafe(no_mangle)]
extern "C" fn set_servers(length: usize) -> i32 {
    let servers = scratched(length, convert::servers);
    code(act(|session, now| session.set_servers(&servers, now)))
}

#[unsafe(no_mangle)]
extern "C" fn stat(which: u32) -> f64 {
    let stats = with(|state| state.session.stats());
    let figure = match which {
        0 => stats.in_messages,
        1 => stats.in_bytes,
        2 => stats.out_messages,
        _ => stats.out_bytes,
    };
    figure as f64
}

impl State {
    fn publish_to(
        &mut self,
        subject_length: usize,
        reply_length: usize,
        header_length: u32,
        payload_length: u32,
    ) -> i32 {
        scratched(subject_length + reply_length, |bytes| {
            let (subject, reply) = bytes.split_at(subject_length);
            address(self.session.publish_to(subject, reply, header_length, payload_length))
        })
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
