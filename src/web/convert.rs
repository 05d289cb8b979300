//! The only file that turns JS values into the core's types and back.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::clock::duration;
use super::fields::Fields;
use crate::core::error::Code;
use crate::core::session::config::{Config, Server};
use crate::core::session::event::{Event, Permission};
use crate::core::session::output::ServerInfo;

pub fn config(options: &Fields) -> Config {
    let attempts = options.number("maxReconnectAttempts");
    Config {
        servers: servers(&options.value("servers")),
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
        inbox_prefix: options.text("inboxPrefix"),
        fail_requests_on_disconnect: options.flag("failRequestsOnDisconnect"),
    }
}

/// `{ url, name }` each.
pub fn servers(list: &JsValue) -> Vec<Server> {
    elements(list, |server| {
        let server: Fields = server.unchecked_into();
        Server { url: server.text("url"), name: server.text("name") }
    })
}

pub fn server_info(fields: &Fields) -> ServerInfo {
    ServerInfo {
        // A float-to-integer cast saturates, so a hostile figure cannot wrap around; NaN becomes 0.
        max_payload: fields.number("max_payload") as u32,
        headers: fields.flag("headers"),
        nonce: fields.text("nonce"),
        connect_urls: elements(&fields.value("connect_urls"), |url| url.as_string())
            .into_iter()
            .flatten()
            .collect(),
        lame_duck: fields.flag("ldm"),
    }
}

/// None of what is no array.
fn elements<T>(array: &JsValue, read: impl Fn(JsValue) -> T) -> Vec<T> {
    let Some(array) = array.dyn_ref::<Array>() else { return Vec::new() };
    (0..array.length()).map(|index| read(array.get(index))).collect()
}

/// A plain object: `{ type: "disconnected", server: "…" }`, field names in camelCase, codes as numbers.
pub fn event(event: &Event) -> JsValue {
    let it = Fields::new();
    let kind = match event {
        Event::Connected { server } => of_server(&it, "connected", server),
        Event::Disconnected { server, close_code, reason } => {
            it.put_number("closeCode", u32::from(*close_code));
            it.put_text("reason", reason);
            of_server(&it, "disconnected", server)
        }
        Event::Reconnecting { server } => of_server(&it, "reconnecting", server),
        Event::Reconnected { server } => of_server(&it, "reconnected", server),
        Event::DialFailed { server, url, phase, attempt, close_code, reason } => {
            it.put_text("url", url);
            it.put_text("phase", phase.name());
            it.put_number("attempt", *attempt);
            it.put_number("closeCode", u32::from(*close_code));
            it.put_text("reason", reason);
            of_server(&it, "dialFailed", server)
        }
        Event::Updated { added, deleted } => {
            it.put("added", &texts(added.iter().map(String::as_str)));
            it.put("deleted", &texts(deleted.iter().map(String::as_str)));
            "updated"
        }
        Event::LameDuck { server } => of_server(&it, "lameDuck", server),
        Event::Pinged { outstanding } => {
            it.put_number("outstanding", *outstanding);
            "pinged"
        }
        Event::Stale { server } => of_server(&it, "stale", server),
        Event::ServerError { code, text, permission, sid, tickets } => {
            put_code(&it, *code);
            it.put_text("text", text);
            it.put("permission", &permission.as_ref().map_or(JsValue::NULL, refused));
            it.put("sid", &sid.map_or(JsValue::NULL, JsValue::from));
            it.put("tickets", &numbers(tickets));
            "serverError"
        }
        Event::RequestsFailed { tickets, code } => {
            it.put("tickets", &numbers(tickets));
            put_code(&it, *code);
            "requestsFailed"
        }
        Event::RequestCompleted { ticket } => of_ticket(&it, "requestCompleted", *ticket),
        Event::Flushed { ticket } => of_ticket(&it, "flushed", *ticket),
        Event::FlushFailed { ticket, code } => {
            put_code(&it, *code);
            of_ticket(&it, "flushFailed", *ticket)
        }
        Event::SubscriptionTimedOut { sid } => of_sid(&it, "subscriptionTimedOut", *sid),
        Event::SubscriptionDrained { sid } => of_sid(&it, "subscriptionDrained", *sid),
        Event::Closed { code, detail, dropped_messages, dropped_bytes } => {
            match code {
                Some(code) => put_code(&it, *code),
                None => it.put("code", &JsValue::NULL),
            }
            it.put_text("detail", detail);
            it.put_number("droppedMessages", *dropped_messages);
            it.put_number("droppedBytes", *dropped_bytes);
            "closed"
        }
    };
    it.put_text("type", kind);
    it.into()
}

fn of_server(it: &Fields, kind: &'static str, server: &str) -> &'static str {
    it.put_text("server", server);
    kind
}

fn of_ticket(it: &Fields, kind: &'static str, ticket: u32) -> &'static str {
    it.put_number("ticket", ticket);
    kind
}

fn of_sid(it: &Fields, kind: &'static str, sid: u32) -> &'static str {
    it.put_number("sid", sid);
    kind
}

fn put_code(it: &Fields, code: Code) {
    it.put_number("code", code as u32);
}

fn refused(permission: &Permission) -> JsValue {
    let it = Fields::new();
    it.put_text("operation", permission.operation);
    it.put_text("subject", &permission.subject);
    it.put("queue", &permission.queue.as_deref().map_or(JsValue::NULL, JsValue::from));
    it.into()
}

pub fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> JsValue {
    let array = Array::new();
    for text in texts {
        array.push(&JsValue::from(text));
    }
    array.into()
}

fn numbers(numbers: &[u32]) -> JsValue {
    let array = Array::new();
    for &number in numbers {
        array.push(&JsValue::from(number));
    }
    array.into()
}

/// Why the session ended before it was ever live: what `connect` rejects with.
pub fn failure(code: Code, detail: &str) -> JsValue {
    let it = Fields::new();
    put_code(&it, code);
    it.put_text("detail", detail);
    it.into()
}

/// What a user reads of something thrown: an error's message, or the thing itself as text.
pub fn thrown_text(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => as_text(thrown).unwrap_or_default(),
    }
}

#[wasm_bindgen]
extern "C" {
    // Throws for an object that cannot be made a string.
    #[wasm_bindgen(catch, js_name = String)]
    fn as_text(value: &JsValue) -> Result<String, JsValue>;
}
