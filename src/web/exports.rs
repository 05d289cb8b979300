//! Exports: the functions that TypeScript calls, free functions with the connection's number first. Each is one crossing and
//! one screen; js/engine/local.ts and js/engine/shell.ts are the callers. Decides nothing.
//!
//! Conventions. Texts go in through scratch (scratch.rs), one behind the other. Addresses are byte offsets in wasm memory, so
//! that nearly all calls take and return numbers only. A call that can be refused returns a negative number, `-Code`
//! (src/core/error.rs), and has then written nothing. A number whose connection is over is refused with `ConnectionClosed`.

use std::rc::Rc;

use js_sys::{JsString, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::WebSocket;

use super::engine::{self, Engine, State, find};
use super::fields::Fields;
use super::millis::duration;
use super::scratch::{self, lines, with_pair, with_scratch};
use super::shell::Shell;
use crate::core::error::Code;
use crate::core::session::config::{Config, Server};
use crate::core::session::output::{Answer, Loss, ServerInfo};
use crate::core::session::{Phase, Session, Stats, Strategy};
use crate::core::time::Instant;

/// Makes an engine and returns its number. `options`: `EngineOptions` of js/engine/engine.ts. In scratch: the inbox prefix, and the
/// servers, two lines each, URL and name.
#[wasm_bindgen]
pub fn open(options: &Fields, prefix_length: usize, servers_length: usize, shell: Shell) -> u32 {
    let (inbox_prefix, servers) = with_pair(prefix_length, servers_length, |prefix, servers| {
        (String::from_utf8_lossy(prefix).into_owned(), servers_of(servers))
    });
    let attempts = options.number("maxReconnectAttempts");
    let config = Config {
        servers,
        shuffle: options.flag("shuffle"),
        ignore_cluster_updates: options.flag("ignoreClusterUpdates"),
        dial_timeout: duration(options.number("timeout")),
        reconnect: options.flag("reconnect"),
        max_reconnect_attempts: (attempts >= 0.0).then_some(attempts as u32),
        reconnect_time_wait: duration(options.number("reconnectTimeWait")),
        reconnect_jitter: duration(options.number("reconnectJitter")),
        asks_redial_delay: options.flag("asksRedialDelay"),
        asks_server: options.flag("asksServer"),
        wait_on_first_connect: options.flag("waitOnFirstConnect"),
        ignore_auth_error_abort: options.flag("ignoreAuthErrorAbort"),
        ping_interval: duration(options.number("pingInterval")),
        max_ping_out: options.number("maxPingOut") as u32,
        wake_timeout: duration(options.number("wakeTimeout")),
        reconnect_buffer_size: options.number("reconnectBufferSize") as u32,
        inbox_prefix,
        fail_requests_on_disconnect: options.flag("failRequestsOnDisconnect"),
    };
    engine::open(config, shell)
}

/// Dials. The event `connected` or `closed` follows.
#[wasm_bindgen]
pub fn connect(connection: u32) {
    settled(connection, &mut |session, now| {
        session.connect(now);
        Ok(())
    });
}

/// Ends at once: pending requests fail, the event `closed` follows.
#[wasm_bindgen]
pub fn close(connection: u32) {
    settled(connection, &mut |session, now| {
        session.close(now);
        Ok(())
    });
}

/// Drains subscriptions, flushes, closes: 0 or -Code. The event `closed` follows.
#[wasm_bindgen]
pub fn drain(connection: u32) -> i32 {
    settled(connection, &mut |session, now| session.drain(now))
}

/// Drops the socket and dials again at once: 0 or -Code.
#[wasm_bindgen]
pub fn reconnect(connection: u32) -> i32 {
    settled(connection, &mut |session, now| session.reconnect(now))
}

/// The page woke up or the network came back: the link is checked now, a wait before a dial is cut short.
#[wasm_bindgen]
pub fn wake(connection: u32) {
    settled(connection, &mut |session, now| {
        session.handle_wake(now);
        Ok(())
    });
}

/// The core has trapped: closes the socket; nothing else of the connection is touched.
#[wasm_bindgen]
pub fn abandon(connection: u32) {
    engine::abandon(connection);
}

// ---- answers of the shell ---------------------------------------------------------------------------------------------

/// Answers `Shell.provides_socket`. Listeners are on the socket when this returns.
#[wasm_bindgen]
pub fn attach(connection: u32, dial: u32, socket: WebSocket) {
    match find(connection) {
        Some(engine) => engine.attach(dial, socket),
        // The connection ended while a factory was still making its socket.
        None => drop(socket.close()),
    }
}

/// The socket cannot be made. In scratch: the reason.
#[wasm_bindgen]
pub fn lost(connection: u32, dial: u32, why_length: usize) {
    with(connection, (), |engine| engine.lost(dial, Loss { code: 0, reason: scratch::text(why_length) }));
}

/// Answers `Shell.greet`: the fields of INFO that the core needs. In scratch: its `connect_urls`, one a line, and the JSON text
/// behind `CONNECT `.
#[wasm_bindgen]
pub fn greeted(
    connection: u32,
    dial: u32,
    max_payload: f64,
    headers: bool,
    lame_duck: bool,
    urls_length: usize,
    connect_length: usize,
) {
    let (connect_urls, connect) =
        with_pair(urls_length, connect_length, |urls, connect| (lines(urls), connect.to_vec()));
    let info = server_info(max_payload, headers, lame_duck, connect_urls);
    answer(connection, dial, Answer::Greet { info, connect });
}

/// Answers `Shell.read_info`. In scratch: `connect_urls` as above.
#[wasm_bindgen]
pub fn informed(
    connection: u32,
    dial: u32,
    max_payload: f64,
    headers: bool,
    lame_duck: bool,
    urls_length: usize,
) {
    let connect_urls = with_scratch(urls_length, lines);
    answer(connection, dial, Answer::Info(server_info(max_payload, headers, lame_duck, connect_urls)));
}

/// An INFO cannot be read. In scratch: its fault.
#[wasm_bindgen]
pub fn unreadable(connection: u32, dial: u32, why_length: usize) {
    answer(connection, dial, Answer::Unreadable(scratch::text(why_length)));
}

/// There are no credentials, or no such server. In scratch: the words of the error that was thrown.
#[wasm_bindgen]
pub fn refused(connection: u32, dial: u32, why_length: usize) {
    answer(connection, dial, Answer::Refused(scratch::text(why_length)));
}

/// Answers `Shell.choose_server`: a place in `servers()` with the last one put first, and a wait in ms.
#[wasm_bindgen]
pub fn chosen(connection: u32, dial: u32, place: usize, wait: f64) {
    answer(connection, dial, Answer::Server { place, wait: duration(wait) });
}

// ---- verbs: numbers only ----------------------------------------------------------------------------------------------

/// Address of a region for texts, of at least `length` bytes. The content stays when the region grows.
#[wasm_bindgen]
pub fn scratch(length: usize) -> *const u8 {
    scratch::reserve(length)
}

/// Checks and encodes the subject in scratch for repeated use: its id, or -Code.
#[wasm_bindgen]
pub fn prepare(connection: u32, length: usize) -> i32 {
    with(connection, CLOSED, |engine| {
        engine.with_state(|state| {
            with_scratch(length, |subject| number(state.session.prepare(subject).map(|id| id as i32)))
        })
    })
}

/// Forgets all prepared subjects. Ids start again from 0.
#[wasm_bindgen]
pub fn forget_prepared(connection: u32) {
    with(connection, (), |engine| engine.with_state(|state| state.session.forget_prepared()));
}

/// Writes the control line of a publish to a prepared subject and makes room for its body. The reply subject, if any, is in
/// scratch. Returns the address at which the caller must put header block and payload, in this turn, before any other call.
#[wasm_bindgen]
pub fn publish(
    connection: u32,
    id: u32,
    reply_length: usize,
    header_length: u32,
    payload_length: u32,
) -> i32 {
    // `in_turn` written out: its closures cost 2 ns of 30, and so does `with_scratch` of nothing.
    let Some(engine) = find(connection) else { return CLOSED };
    let mut state = engine.state.borrow_mut();
    engine.begin_op(&mut state);
    if reply_length == 0 {
        return address(state.session.publish(id, &[], header_length, payload_length));
    }
    with_scratch(reply_length, |reply| {
        address(state.session.publish(id, reply, header_length, payload_length))
    })
}

/// As `publish`, to a subject that is used once: subject and reply lie one behind the other in scratch.
#[wasm_bindgen]
pub fn publish_to(
    connection: u32,
    subject_length: usize,
    reply_length: usize,
    header_length: u32,
    payload_length: u32,
) -> i32 {
    in_turn(connection, |state| {
        with_pair(subject_length, reply_length, |subject, reply| {
            address(state.session.publish_to(subject, reply, header_length, payload_length))
        })
    })
}

/// A publish whose body is sent from the caller's own memory. Subject and reply lie one behind the other in scratch. 0 or -Code.
#[wasm_bindgen]
pub fn publish_large(
    connection: u32,
    subject_length: usize,
    reply_length: usize,
    headers: &Uint8Array,
    payload: &Uint8Array,
) -> i32 {
    with(connection, CLOSED, |engine| {
        engine.in_turn(|state| {
            with_pair(subject_length, reply_length, |subject, reply| {
                code(engine.publish_large(state, subject, reply, headers, payload))
            })
        })
    })
}

/// A request: as `publish`, with an inbox for its reply. In scratch: the inbox of this request alone; nothing: the shared inbox. The
/// ticket is `ticket()`. `timeout` in ms. Ends with a reply row, or with the event `requestsFailed`.
#[wasm_bindgen]
pub fn request(
    connection: u32,
    id: u32,
    inbox_length: usize,
    header_length: u32,
    payload_length: u32,
    timeout: f64,
) -> i32 {
    // Written out as in `publish`.
    let Some(engine) = find(connection) else { return CLOSED };
    let mut state = engine.state.borrow_mut();
    engine.begin_op(&mut state);
    let (now, timeout) = (state.turn.now(), duration(timeout));
    with_scratch(inbox_length, |inbox| {
        address(state.session.request(id, now, inbox, header_length, payload_length, timeout))
    })
}

/// A request for many replies. Ends with a final reply row, `requestCompleted`, or `requestsFailed`. Times in ms.
/// `strategy`: a number of `Strategy`. `max_messages` 0: no limit. Inbox and ticket as in `request`.
#[wasm_bindgen]
#[allow(clippy::too_many_arguments)] // one crossing; a struct would be made and freed in JavaScript
pub fn request_many(
    connection: u32,
    id: u32,
    inbox_length: usize,
    header_length: u32,
    payload_length: u32,
    strategy: usize,
    max_wait: f64,
    max_messages: u32,
    stall: f64,
) -> i32 {
    rarely(connection, &mut |state| {
        let now = state.turn.now();
        let strategy = Strategy::ALL.get(strategy).copied().unwrap_or_default();
        with_scratch(inbox_length, |inbox| {
            address(state.session.request_many(
                id,
                now,
                inbox,
                header_length,
                payload_length,
                strategy,
                duration(max_wait),
                max_messages,
                duration(stall),
            ))
        })
    })
}

/// Ticket of the latest request or flush.
#[wasm_bindgen]
pub fn ticket(connection: u32) -> u32 {
    with(connection, 0, |engine| engine.with_state(|state| state.session.ticket()))
}

/// Nobody waits for this ticket any more.
#[wasm_bindgen]
pub fn cancel(connection: u32, ticket: u32) {
    with(connection, (), |engine| engine.with_state(|state| state.session.cancel(ticket)));
}

/// Sends a PING; the event `flushed` or `flushFailed` of the ticket follows. 0 or -Code.
#[wasm_bindgen]
pub fn flush(connection: u32) -> i32 {
    rarely(connection, &mut |state| code(state.session.flush().map(|_ticket| ())))
}

/// Subject and queue group lie one behind the other in scratch. `max` 0: no limit. `timeout` in ms, 0: none. sid or -Code.
#[wasm_bindgen]
pub fn subscribe(connection: u32, subject_length: usize, queue_length: usize, max: u32, timeout: f64) -> i32 {
    rarely(connection, &mut |state| {
        let now = state.turn.now();
        let timeout = (timeout > 0.0).then(|| duration(timeout));
        with_pair(subject_length, queue_length, |subject, queue| {
            number(state.session.subscribe(now, subject, queue, max, timeout).map(|sid| sid as i32))
        })
    })
}

/// `max` 0: at once. Otherwise after `max` messages in all, counted from the SUB. 0 or -Code.
#[wasm_bindgen]
pub fn unsubscribe(connection: u32, sid: u32, max: u32) -> i32 {
    rarely(connection, &mut |state| code(state.session.unsubscribe(sid, max)))
}

/// Sends UNSUB and a PING; the event `subscriptionDrained` follows. 0 or -Code.
#[wasm_bindgen]
pub fn drain_subscription(connection: u32, sid: u32) -> i32 {
    rarely(connection, &mut |state| code(state.session.drain_subscription(sid)))
}

// ---- facts ------------------------------------------------------------------------------------------------------------

/// A number of `Phase`.
#[wasm_bindgen]
pub fn phase(connection: u32) -> u32 {
    with(connection, Phase::Closed, |engine| engine.with_state(|state| state.session.phase())) as u32
}

/// `host:port` of the server that this session is connected to or tries to reach; empty: none.
#[wasm_bindgen]
pub fn server(connection: u32) -> JsString {
    with(connection, JsString::from(""), |engine| engine.with_state(|state| state.session.server().into()))
}

/// URLs of the known servers, in the order they will be tried, one a line.
#[wasm_bindgen]
pub fn servers(connection: u32) -> JsString {
    let mut urls = String::new();
    if let Some(engine) = find(connection) {
        engine.with_state(|state| {
            for member in state.session.servers() {
                urls.push_str(&member.server.url);
                urls.push('\n');
            }
        });
    }
    urls.into()
}

/// Replaces all servers by those in scratch, as for `open`, one at least: 0 or -Code. A live connection stays where it is.
#[wasm_bindgen]
pub fn set_servers(connection: u32, length: usize) -> i32 {
    let servers = with_scratch(length, servers_of);
    settled(connection, &mut |session, now| session.set_servers(&servers, now))
}

/// 0 messages in, 1 bytes in, 2 messages out, 3 bytes out.
#[wasm_bindgen]
pub fn stat(connection: u32, which: u32) -> f64 {
    let stats = with(connection, Stats::default(), |engine| engine.with_state(|state| state.session.stats()));
    let figure = match which {
        0 => stats.in_messages,
        1 => stats.in_bytes,
        2 => stats.out_messages,
        _ => stats.out_bytes,
    };
    figure as f64
}

/// For tests: the next call of this kind traps. 1 message, 2 open, 3 close or error, 4 timer, 5 the turn's end.
#[cfg(feature = "traps")]
#[wasm_bindgen]
pub fn trap_in(connection: u32, kind: u32) {
    with(connection, (), |engine| engine.trap.set(kind));
}

const CLOSED: i32 = -(Code::ConnectionClosed as i32);

#[inline]
fn with<T>(connection: u32, closed: T, run: impl FnOnce(&Rc<Engine>) -> T) -> T {
    match find(connection) {
        Some(engine) => run(&engine),
        None => closed,
    }
}

#[inline]
fn in_turn(connection: u32, verb: impl FnOnce(&mut State) -> i32) -> i32 {
    with(connection, CLOSED, |engine| engine.in_turn(verb))
}

/// As `in_turn`, for calls that are not hot: they share one copy of the code around the verb.
#[inline(never)]
fn rarely(connection: u32, verb: &mut dyn FnMut(&mut State) -> i32) -> i32 {
    in_turn(connection, verb)
}

/// A verb whose effects do not wait for the end of the turn.
#[inline(never)]
fn settled(connection: u32, verb: &mut dyn FnMut(&mut Session, Instant) -> Result<(), Code>) -> i32 {
    with(connection, CLOSED, |engine| code(engine.then_settle(verb)))
}

fn answer(connection: u32, dial: u32, answer: Answer) {
    with(connection, (), |engine| engine.answer(dial, answer));
}

fn server_info(max_payload: f64, headers: bool, lame_duck: bool, connect_urls: Vec<String>) -> ServerInfo {
    // A float-to-integer cast saturates, so a hostile figure cannot wrap around; NaN becomes 0.
    ServerInfo { max_payload: max_payload as u32, headers, connect_urls, lame_duck }
}

/// Reads servers, two lines each: URL and name.
#[inline(never)]
fn servers_of(bytes: &[u8]) -> Vec<Server> {
    let mut lines = lines(bytes).into_iter();
    let mut servers = Vec::new();
    while let (Some(url), Some(name)) = (lines.next(), lines.next()) {
        servers.push(Server { url, name });
    }
    servers
}

#[inline]
fn number(outcome: Result<i32, Code>) -> i32 {
    outcome.unwrap_or_else(|code| -i32::from(code as u16))
}

fn code(outcome: Result<(), Code>) -> i32 {
    number(outcome.map(|()| 0))
}

/// The address of the body. Addresses fit an i32: the wasm memory of this module stays below 2 GiB.
#[inline]
fn address(room: Result<&mut [u8], Code>) -> i32 {
    number(room.map(|room| room.as_mut_ptr() as i32))
}
