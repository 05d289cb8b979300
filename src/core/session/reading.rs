//! What a server says: frames in, rows and events out. The session is the scanner's sink.

use super::dialing::Haste;
use super::event::{DialPhase, Event, Permission};
use super::heartbeat::Ping;
use super::output::{DialId, Loss, Output, Question};
use super::requests::Reply;
use super::server_error::{classify, is_auth};
use super::subscriptions::Arrival;
use super::timers::Timer;
use super::{Handshake, Session, SocketState};
use crate::core::error::{Broken, Code};
use crate::core::time::Instant;
use crate::core::wire::rows::{FLAG_FINAL, FLAG_LAST, FLAG_REPLY, Rows};
use crate::core::wire::{Admission, Incoming, Joiner, ServerOp, Sink, Source, write};

impl Session {
    /// Reads one window of a WebSocket message of this dial, from offset `at`. `rows` then holds the window's
    /// messages. Returns where the next window begins; `source.len()` when there is none.
    pub fn handle_frame<S: Source, J: Joiner<S>>(
        &mut self,
        dial: DialId,
        now: Instant,
        source: &S,
        at: usize,
        joiner: &mut J,
        rows: &mut Rows,
    ) -> usize {
        let scanner = if self.is_reading(dial) { self.scanner.take() } else { None };
        let Some(mut scanner) = scanner else {
            rows.reset(rows.generation());
            return source.len();
        };
        self.now = now;
        self.heartbeat.hear();
        self.timers.clear(Timer::Wake);
        let outcome = scanner.scan(source, at, joiner, rows, self);
        self.pacing.event_came(rows.len());
        if !self.is_reading(dial) {
            scanner.restart();
        }
        self.scanner = Some(scanner);
        match outcome {
            _ if !self.is_reading(dial) => source.len(),
            Ok(_) if self.spoke_early => {
                self.break_off("a message before INFO".into());
                source.len()
            }
            Ok(next) => next,
            Err(broken) => {
                self.break_off(broken.why);
                source.len()
            }
        }
    }

    /// Where the shell may put the unread bytes of the next WebSocket message itself, those behind the `body_left()` first ones
    /// ([`Scanner::stage`](crate::core::wire::scan::Scanner::stage)). `None` while a message is being read.
    pub fn stage(&mut self) -> Option<&mut [u8]> {
        self.scanner.as_mut().map(|scanner| scanner.stage())
    }

    fn is_reading(&self, dial: DialId) -> bool {
        dial == self.dial && matches!(self.socket, SocketState::Greeting(_) | SocketState::Live)
    }

    fn ask_about_info(&mut self, json: &[u8]) {
        let info = json.to_vec();
        let question = if self.socket == SocketState::Greeting(Handshake::Info) {
            self.socket = SocketState::Greeting(Handshake::Answer { is_outdated: false });
            let url = self.pool.current().map_or_else(String::new, |it| it.server.url.clone());
            Question::Greet { url, info }
        } else {
            Question::ReadInfo(info)
        };
        self.outputs.push_back(Output::Ask { dial: self.dial, question });
    }

    fn admit_reply(&mut self, message: &Incoming<'_>) -> Option<Admission> {
        match self.requests.replied(message, self.now) {
            Reply::Unknown => None,
            Reply::NoResponders { ticket } => {
                self.leave_inboxes();
                self.emit_request_failed(ticket, Code::NoResponders);
                None
            }
            Reply::Delivered { ticket, is_final: false } => Some(Admission { flags: FLAG_REPLY, ticket }),
            Reply::Delivered { ticket, is_final: true } => {
                self.leave_inboxes();
                Some(Admission { flags: FLAG_REPLY | FLAG_FINAL, ticket })
            }
        }
    }

    fn handle_pong(&mut self) {
        match self.heartbeat.ponged() {
            Some(Ping::Greeting) => self.go_live(),
            Some(Ping::Flush { ticket }) => self.emit(Event::Flushed { ticket }),
            Some(Ping::DrainSubscription { sid }) => {
                self.subscriptions.remove(sid);
                self.emit(Event::SubscriptionDrained { sid });
            }
            Some(Ping::DrainSubscriptions) => {
                self.end_subscriptions();
                self.ping(Ping::DrainConnection);
            }
            Some(Ping::DrainConnection) => self.finish(None),
            // That anything came in is all that counts.
            Some(Ping::Heartbeat | Ping::Wake) | None => {}
        }
    }

    fn handle_error(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text).into_owned();
        let error = classify(&text);
        let is_permission = error.code == Code::PermissionsViolation;
        if !is_permission && matches!(self.socket, SocketState::Greeting(_)) {
            let phase = if is_auth(error.code) { DialPhase::Auth } else { DialPhase::Handshake };
            return self.fail_dial(phase, error.code, Loss { code: 0, reason: text }, true);
        }
        let (sid, tickets) = error.permission.as_ref().map_or((None, Vec::new()), |it| self.refuse(it));
        let event = Event::ServerError {
            code: error.code,
            text: text.clone(),
            permission: error.permission,
            sid,
            tickets,
        };
        self.emit(event);
        if is_permission {
            return;
        }
        // The server may close the socket behind this one, and then it is the reason.
        self.cause = Some((error.code, text.clone()));
        if is_auth(error.code) {
            // It certainly does behind this one.
            self.note_auth_error(error.code);
            self.lose(Loss { code: 0, reason: text }, true, Haste::AfterWait);
        }
    }

    /// Forgets who asked for what the server refused, and tells who that was.
    fn refuse(&mut self, permission: &Permission) -> (Option<u32>, Vec<u32>) {
        let subject = permission.subject.as_bytes();
        if permission.operation == "publish" {
            let tickets = self.requests.take_subject(subject);
            self.leave_inboxes();
            return (None, tickets);
        }
        let queue = permission.queue.as_deref().unwrap_or("").as_bytes();
        let Some(sid) = self.subscriptions.find(subject, queue) else { return (None, Vec::new()) };
        self.subscriptions.remove(sid);
        if self.requests.mux() == Some(sid) {
            // Without the inbox no reply will come; the next request tries again.
            self.requests.set_mux(None);
            return (None, self.requests.take_shared());
        }
        if let Some(ticket) = self.requests.owner_of(sid) {
            self.cancel(ticket);
            return (None, vec![ticket]);
        }
        (Some(sid), Vec::new())
    }
}

impl Sink for Session {
    fn wants(&self, sid: u32) -> bool {
        self.subscriptions.contains(sid)
    }

    #[inline(always)]
    fn admit(&mut self, message: &Incoming<'_>) -> Option<Admission> {
        if self.socket == SocketState::Greeting(Handshake::Info) {
            self.spoke_early = true;
            return None;
        }
        let flags = match self.subscriptions.arrived(message.sid, message.is_no_responders()) {
            Arrival::Unwanted => return None,
            Arrival::Delivered => 0,
            Arrival::Last { tell_server } => {
                if tell_server {
                    write::unsubscribe(self.outbound.line(), message.sid, 0);
                }
                FLAG_LAST
            }
        };
        self.stats.in_messages += 1;
        self.stats.in_bytes += u64::from(message.header_len) + u64::from(message.payload_len);
        if self.requests.is_inbox(message.sid) {
            return self.admit_reply(message);
        }
        Some(Admission { flags, ticket: 0 })
    }

    fn handle_op(&mut self, op: ServerOp<'_>) -> Result<(), Broken> {
        let is_first = self.socket == SocketState::Greeting(Handshake::Info);
        match op {
            ServerOp::Info(json) => self.ask_about_info(json),
            ServerOp::Err(text) => self.handle_error(text),
            _ if is_first => return Err(Broken::new([op.name(), " before INFO"].concat())),
            ServerOp::Ping => write::pong(self.outbound.line()),
            ServerOp::Pong => self.handle_pong(),
            ServerOp::Ok => {}
        }
        match self.socket {
            SocketState::Greeting(_) | SocketState::Live => Ok(()),
            // The session has left this socket: the rest of the window is nobody's.
            _ => Err(Broken::new("the socket was given up")),
        }
    }
}
