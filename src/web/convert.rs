//! The only file that turns what crosses into the core's types and back.

use super::host;
use crate::core::error::Code;
use crate::core::session::config::Server;
use crate::core::session::event::{Event, Permission};

/// Texts go in as UTF-8; what is none becomes U+FFFD, as in `TextEncoder`.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Not empty, one a line.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = String> {
    bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()).map(text)
}

/// Two lines each: URL and name.
pub fn servers(bytes: &[u8]) -> Vec<Server> {
    let mut lines = lines(bytes);
    let mut servers = Vec::new();
    while let (Some(url), Some(name)) = (lines.next(), lines.next()) {
        servers.push(Server { url, name });
    }
    servers
}

/// Told field by field: `{ type: "disconnected", server: "…" }`, names in camelCase, codes as numbers. What is not there
/// is 0 or empty.
pub fn tell(event: &Event) {
    let kind = match event {
        Event::Connected { server } => of_server("connected", server),
        Event::Disconnected { server, close_code, reason } => {
            closing(*close_code, reason);
            of_server("disconnected", server)
        }
        Event::Reconnecting { server } => of_server("reconnecting", server),
        Event::Reconnected { server } => of_server("reconnected", server),
        Event::DialFailed { server, url, phase, attempt, close_code, reason } => {
            host::text("url", url);
            host::text("phase", phase.name());
            host::number("attempt", *attempt);
            closing(*close_code, reason);
            of_server("dialFailed", server)
        }
        Event::Updated { added, deleted } => {
            host::texts("added", added);
            host::texts("deleted", deleted);
            "updated"
        }
        Event::LameDuck { server } => of_server("lameDuck", server),
        Event::Pinged { outstanding } => of_number("pinged", "outstanding", *outstanding),
        Event::Stale { server } => of_server("stale", server),
        Event::ServerError { code, text, permission, sid, tickets } => {
            of_code(Some(*code));
            host::text("text", text);
            refused(permission.as_ref());
            host::number("sid", sid.unwrap_or(0));
            host::numbers("tickets", tickets);
            "serverError"
        }
        Event::RequestsFailed { tickets, code } => {
            host::numbers("tickets", tickets);
            of_code(Some(*code));
            "requestsFailed"
        }
        Event::RequestCompleted { ticket } => of_number("requestCompleted", "ticket", *ticket),
        Event::Flushed { ticket } => of_number("flushed", "ticket", *ticket),
        Event::FlushFailed { ticket, code } => {
            of_code(Some(*code));
            of_number("flushFailed", "ticket", *ticket)
        }
        Event::SubscriptionTimedOut { sid } => of_number("subscriptionTimedOut", "sid", *sid),
        Event::SubscriptionDrained { sid } => of_number("subscriptionDrained", "sid", *sid),
        Event::Closed { code, detail, dropped_messages, dropped_bytes } => {
            of_code(*code);
            host::text("detail", detail);
            host::number("droppedMessages", *dropped_messages);
            host::number("droppedBytes", *dropped_bytes);
            "closed"
        }
    };
    host::text("type", kind);
    host::notify();
}

fn of_server(kind: &'static str, server: &str) -> &'static str {
    host::text("server", server);
    kind
}

fn of_number(kind: &'static str, name: &str, number: u32) -> &'static str {
    host::number(name, number);
    kind
}

fn of_code(code: Option<Code>) {
    host::number("code", code.map_or(0, |code| code as u32));
}

fn closing(code: u16, reason: &str) {
    host::number("closeCode", u32::from(code));
    host::text("reason", reason);
}

fn refused(permission: Option<&Permission>) {
    let (operation, subject, queue) = permission
        .map_or(("", "", ""), |it| (it.operation, it.subject.as_str(), it.queue.as_deref().unwrap_or("")));
    host::text("operation", operation);
    host::text("subject", subject);
    host::text("queue", queue);
}
