//! Events as JavaScript sees them: plain objects `{ type: "disconnected", server: "…" }`, names in camelCase, codes as
//! numbers. Owns these names. A field without a value is 0 or empty.

use wasm_bindgen::prelude::*;

use super::fields::Fields;
use crate::core::error::Code;
use crate::core::session::event::{Event, Permission};

pub fn object(event: &Event) -> JsValue {
    let fields = Fields::new();
    fields.put_text("type", fill(&fields, event));
    fields.into()
}

/// Puts all fields but the type. Returns the type.
fn fill(fields: &Fields, event: &Event) -> &'static str {
    match event {
        Event::Connected { server } => of_server(fields, "connected", server),
        Event::Disconnected { server, close_code, reason } => {
            closing(fields, *close_code, reason);
            of_server(fields, "disconnected", server)
        }
        Event::Reconnecting { server } => of_server(fields, "reconnecting", server),
        Event::Reconnected { server } => of_server(fields, "reconnected", server),
        Event::DialFailed { server, url, phase, attempt, close_code, reason } => {
            fields.put_text("url", url);
            fields.put_text("phase", phase.name());
            fields.put_number("attempt", *attempt);
            closing(fields, *close_code, reason);
            of_server(fields, "dialFailed", server)
        }
        Event::Updated { added, deleted } => {
            fields.put_texts("added", added);
            fields.put_texts("deleted", deleted);
            "updated"
        }
        Event::LameDuck { server } => of_server(fields, "lameDuck", server),
        Event::Pinged { outstanding } => of_number(fields, "pinged", "outstanding", *outstanding),
        Event::Stale { server } => of_server(fields, "stale", server),
        Event::ServerError { code, text, permission, sid, tickets } => {
            put_code(fields, Some(*code));
            fields.put_text("text", text);
            put_permission(fields, permission.as_ref());
            fields.put_number("sid", sid.unwrap_or(0));
            fields.put_numbers("tickets", tickets);
            "serverError"
        }
        Event::RequestsFailed { tickets, code } => {
            fields.put_numbers("tickets", tickets);
            put_code(fields, Some(*code));
            "requestsFailed"
        }
        Event::RequestCompleted { ticket } => of_number(fields, "requestCompleted", "ticket", *ticket),
        Event::Flushed { ticket } => of_number(fields, "flushed", "ticket", *ticket),
        Event::FlushFailed { ticket, code } => {
            put_code(fields, Some(*code));
            of_number(fields, "flushFailed", "ticket", *ticket)
        }
        Event::SubscriptionTimedOut { sid } => of_number(fields, "subscriptionTimedOut", "sid", *sid),
        Event::SubscriptionDrained { sid } => of_number(fields, "subscriptionDrained", "sid", *sid),
        Event::Closed { code, detail, dropped_messages, dropped_bytes } => {
            put_code(fields, *code);
            fields.put_text("detail", detail);
            fields.put_number("droppedMessages", *dropped_messages);
            fields.put_number("droppedBytes", *dropped_bytes);
            "closed"
        }
    }
}

fn of_server(fields: &Fields, kind: &'static str, server: &str) -> &'static str {
    fields.put_text("server", server);
    kind
}

fn of_number(fields: &Fields, kind: &'static str, name: &str, number: u32) -> &'static str {
    fields.put_number(name, number);
    kind
}

fn put_code(fields: &Fields, code: Option<Code>) {
    fields.put_number("code", code.map_or(0, |code| code as u32));
}

fn closing(fields: &Fields, code: u16, reason: &str) {
    fields.put_number("closeCode", u32::from(code));
    fields.put_text("reason", reason);
}

fn put_permission(fields: &Fields, permission: Option<&Permission>) {
    let (operation, subject, queue) = permission
        .map_or(("", "", ""), |it| (it.operation, it.subject.as_str(), it.queue.as_deref().unwrap_or("")));
    fields.put_text("operation", operation);
    fields.put_text("subject", subject);
    fields.put_text("queue", queue);
}
