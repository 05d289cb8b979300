//! The only file that turns JS values into the core's types and back.

use js_sys::Array;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::clock::duration;
use super::host::{EngineOptions, InfoFields, ServerOption};
use crate::core::session::config::{Config, Server};
use crate::core::session::event::Event;
use crate::core::session::output::ServerInfo;

pub fn config(options: &EngineOptions) -> Config {
    let attempts = options.max_reconnect_attempts();
    Config {
        servers: servers(&options.servers()),
        shuffle: options.shuffle(),
        ignore_cluster_updates: options.ignore_cluster_updates(),
        dial_timeout: duration(options.timeout()),
        reconnect: options.reconnect(),
        max_reconnect_attempts: (attempts >= 0.0).then_some(attempts as u32),
        reconnect_time_wait: duration(options.reconnect_time_wait()),
        reconnect_jitter: duration(options.reconnect_jitter()),
        asks_redial_delay: options.asks_redial_delay(),
        wait_on_first_connect: options.wait_on_first_connect(),
        ignore_auth_error_abort: options.ignore_auth_error_abort(),
        ping_interval: duration(options.ping_interval()),
        max_ping_out: options.max_ping_out() as u32,
        wake_timeout: duration(options.wake_timeout()),
        reconnect_buffer_size: options.reconnect_buffer_size() as u32,
        inbox_prefix: options.inbox_prefix(),
        fail_requests_on_disconnect: options.fail_requests_on_disconnect(),
    }
}

/// `{ url, name }` each.
pub fn servers(list: &Array) -> Vec<Server> {
    list.iter()
        .map(|server| server.unchecked_into::<ServerOption>())
        .map(|server| Server { url: server.url(), name: server.name() })
        .collect()
}

pub fn server_info(fields: &InfoFields) -> ServerInfo {
    ServerInfo {
        // A float-to-integer cast saturates, so a hostile figure cannot wrap around.
        max_payload: fields.max_payload().unwrap_or(0.0) as u32,
        headers: fields.headers().unwrap_or(false),
        nonce: fields.nonce().unwrap_or_default(),
        connect_urls: fields
            .connect_urls()
            .map(|urls| urls.iter().filter_map(|url| url.as_string()).collect())
            .unwrap_or_default(),
        lame_duck: fields.ldm().unwrap_or(false),
    }
}

/// A plain object. The default serializer would make ES `Map`s of tagged enums.
pub fn event(event: &Event) -> JsValue {
    event
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .expect("an event holds only strings and numbers")
}

/// What a user reads of something thrown: an error's message, or the thing itself as text.
pub fn thrown_text(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => thrown.as_string().unwrap_or_else(|| format!("{thrown:?}")),
    }
}
