//! From no socket to a live one and back: dials, the handshake, what a loss does, and the end.

use std::time::Duration;

use super::config::Server;
use super::event::{DialPhase, Event};
use super::heartbeat::Ping;
use super::output::{Answer, DialId, Loss, Output, Question, ServerInfo};
use super::timers::Timer;
use super::{Handshake, Session, SocketState, Wait};
use crate::core::error::Code;
use crate::core::random::random;
use crate::core::time::{Instant, micros};
use crate::core::wire::write;

/// Two dials of one server are never in the same turn, so that a socket that cannot even be made does not spin.
const LEAST_WAIT: Duration = Duration::from_millis(1);

/// When the next dial may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Haste {
    AtOnce,
    /// When this server's wait is over.
    AfterWait,
}

impl Session {
    /// Dials for the first time.
    pub fn connect(&mut self, now: Instant) {
        self.now = now;
        if self.socket == SocketState::Idle {
            self.go_on(Haste::AfterWait);
        }
    }

    /// Drops the socket and dials again at once. Errors: `ConnectionClosed`, `ConnectionDraining`.
    pub fn reconnect(&mut self, now: Instant) -> Result<(), Code> {
        self.now = now;
        self.check_open()?;
        match self.socket {
            SocketState::Idle => self.connect(now),
            SocketState::Live => {
                self.lose(Loss { code: 0, reason: "client initiated reconnect".into() }, true, Haste::AtOnce)
            }
            SocketState::Waiting(_) => self.dial(),
            SocketState::Dialing | SocketState::Greeting(_) | SocketState::Closed => {}
        }
        Ok(())
    }

    /// Replaces the servers to dial; never with none. A live connection stays where it is, until it is lost or dropped by
    /// `reconnect`. A dial of a server that is not among them, or the wait for it, is given up for the next. Errors:
    /// `ConnectionClosed`.
    pub fn set_servers(&mut self, servers: &[Server], now: Instant) -> Result<(), Code> {
        self.check_not_closed()?;
        self.now = now;
        self.pool.replace(servers, &mut *self.entropy);
        if !self.pool.current_is_leaving() {
            return Ok(());
        }
        match self.socket {
            SocketState::Dialing | SocketState::Greeting(_) => {
                self.leave_socket(true);
                self.outbound.go_away(|_| false);
                self.heartbeat.reset();
                self.go_on(Haste::AfterWait);
            }
            SocketState::Waiting(_) => {
                self.timers.clear(Timer::Redial);
                self.go_on(Haste::AfterWait);
            }
            SocketState::Idle | SocketState::Live | SocketState::Closed => {}
        }
        Ok(())
    }

    /// Ends the session: what was written is sent, pending requests and flushes fail. Idempotent.
    pub fn close(&mut self, now: Instant) {
        self.now = now;
        if self.socket != SocketState::Closed {
            self.finish(None);
        }
    }

    /// The socket of this dial is open.
    pub fn handle_open(&mut self, dial: DialId, now: Instant) {
        if self.is_dialing(dial) {
            self.now = now;
            self.socket = SocketState::Greeting(Handshake::Info);
        }
    }

    /// The socket of this dial is gone, or could not be opened.
    pub fn handle_lost(&mut self, dial: DialId, now: Instant, loss: Loss) {
        if dial != self.dial {
            return;
        }
        self.now = now;
        match self.socket {
            SocketState::Dialing => self.fail_dial(DialPhase::Dial, Code::ConnectionRefused, loss, false),
            SocketState::Greeting(_) => self.fail_dial(DialPhase::Handshake, Code::Disconnect, loss, false),
            SocketState::Live => self.lose(loss, false, Haste::AfterWait),
            SocketState::Idle | SocketState::Waiting(_) | SocketState::Closed => {}
        }
    }

    /// The answer to an [`Output::Ask`] of this dial.
    pub fn handle_answer(&mut self, dial: DialId, now: Instant, answer: Answer) {
        if dial != self.dial {
            return;
        }
        self.now = now;
        match (answer, self.socket) {
            (Answer::Greet { info, connect }, SocketState::Greeting(Handshake::Answer { is_outdated })) => {
                if !is_outdated {
                    self.apply_info(info);
                }
                write::connect(self.outbound.line(), &connect);
                self.ping(Ping::Greeting);
                self.socket = SocketState::Greeting(Handshake::Pong);
            }
            (Answer::Info(info), SocketState::Greeting(_) | SocketState::Live) => {
                if let SocketState::Greeting(Handshake::Answer { is_outdated }) = &mut self.socket {
                    *is_outdated = true;
                }
                self.apply_info(info);
            }
            (Answer::Unreadable(why), SocketState::Greeting(_) | SocketState::Live) => {
                self.break_off(["INFO cannot be read: ", &why].concat());
            }
            (Answer::Refused(reason), SocketState::Greeting(Handshake::Answer { .. })) => {
                self.fail_dial(DialPhase::Auth, Code::BadAuthentication, Loss { code: 0, reason }, true);
            }
            (Answer::Delay(wait), SocketState::Waiting(Wait::Delay)) => self.dial_after(wait),
            (Answer::Server { place, wait }, SocketState::Waiting(Wait::Server)) => {
                self.pool.prefer(place);
                self.socket = SocketState::Waiting(Wait::Chosen);
                if wait.is_zero() {
                    self.dial();
                } else {
                    self.timers.set(Timer::Redial, now + wait);
                }
            }
            (Answer::Refused(reason), SocketState::Waiting(Wait::Server)) => {
                self.finish(Some((Code::ConnectionRefused, reason)));
            }
            // Late: the session has moved on.
            _ => {}
        }
    }

    /// The handshake is through.
    pub(super) fn go_live(&mut self) {
        self.socket = SocketState::Live;
        self.timers.clear(Timer::Dial);
        self.cause = None;
        self.auth_error = None;
        if let Some(current) = self.pool.current_mut() {
            current.attempts = 0;
            current.did_connect = true;
        }
        for sid in self.subscriptions.sids() {
            self.write_subscribe(sid);
        }
        self.outbound.go_live();
        for ticket in std::mem::take(&mut self.flushes) {
            self.ping(Ping::Flush { ticket });
        }
        if self.is_draining {
            self.ping(Ping::DrainConnection);
        }
        self.timers.set(Timer::Ping, self.now + self.ping_interval());
        let server = self.server().to_owned();
        let is_first = !std::mem::replace(&mut self.was_live, true);
        self.emit(if is_first { Event::Connected { server } } else { Event::Reconnected { server } });
    }

    /// The server broke the protocol: nothing it says can be trusted any more.
    pub(super) fn break_off(&mut self, why: String) {
        let loss = Loss { code: 0, reason: ["protocol error: ", &why].concat() };
        match self.socket {
            SocketState::Live => {
                self.cause = Some((Code::ProtocolError, loss.reason.clone()));
                self.emit(Event::ServerError {
                    code: Code::ProtocolError,
                    text: loss.reason.clone(),
                    permission: None,
                    sid: None,
                    tickets: Vec::new(),
                });
                self.lose(loss, true, Haste::AfterWait);
            }
            _ => self.fail_dial(DialPhase::Handshake, Code::ProtocolError, loss, true),
        }
    }

    /// This dial has failed. `has_socket`: and the shell does not know yet.
    pub(super) fn fail_dial(&mut self, phase: DialPhase, code: Code, loss: Loss, has_socket: bool) {
        self.leave_socket(has_socket);
        self.outbound.go_away(|_| false);
        self.heartbeat.reset();
        let Some(current) = self.pool.current_mut() else { return };
        current.attempts = current.attempts.saturating_add(1);
        let attempt = current.attempts;
        let (server, url) = (current.server.name.clone(), current.server.url.clone());
        self.cause = Some((code, loss.words()));
        self.emit(Event::DialFailed {
            server,
            url,
            phase,
            attempt,
            close_code: loss.code,
            reason: loss.reason,
        });

        let is_repeated = self.note_auth_error(code);
        if is_repeated && !self.config.ignore_auth_error_abort {
            return self.finish(self.cause.clone());
        }
        let is_worn_out = self.config.max_reconnect_attempts.is_some_and(|most| attempt >= most);
        let leaves = if self.was_live { is_worn_out } else { !self.config.wait_on_first_connect };
        if leaves {
            self.pool.remove_current();
        }
        self.go_on(Haste::AfterWait);
    }

    /// Remembers an authentication error, and tells whether it is the same as the one before. An authenticator that
    /// threw does not count, and a server that was too busy to listen in time wipes the slate: retrying can heal both.
    pub(super) fn note_auth_error(&mut self, code: Code) -> bool {
        match code {
            Code::AuthorizationViolation | Code::AuthenticationExpired | Code::AccountExpired => {
                self.auth_error.replace(code) == Some(code)
            }
            Code::AuthenticationTimeout => {
                self.auth_error = None;
                false
            }
            _ => false,
        }
    }

    /// A live socket is lost. `has_socket`: the session gives it up, and the shell does not know yet.
    pub(super) fn lose(&mut self, loss: Loss, has_socket: bool, haste: Haste) {
        self.leave_socket(has_socket);
        let server = self.server().to_owned();
        let cause = self.cause.take().unwrap_or_else(|| (Code::Disconnect, loss.words()));
        self.emit(Event::Disconnected { server, close_code: loss.code, reason: loss.reason });
        self.drop_unanswered();
        // Whoever is told that a request failed may send it again: it must not be sent twice.
        let fails = self.config.fail_requests_on_disconnect;
        let (requests, subscriptions) = (&self.requests, &self.subscriptions);
        let is_own = |reply: &[u8]| {
            let mut own = requests.own_inboxes().filter_map(|sid| subscriptions.get(sid));
            own.any(|inbox| inbox.subject() == reply)
        };
        self.outbound.go_away(|reply| fails && (reply.starts_with(requests.inbox()) || is_own(reply)));
        if fails {
            self.fail_requests(Code::Disconnect);
        }
        self.cause = Some(cause.clone());
        let has_left_to_do = !self.is_draining || self.outbound.has_held();
        if self.config.reconnect && has_left_to_do {
            self.go_on(haste);
        } else {
            self.finish(Some(cause));
        }
    }

    /// PINGs and draining subscriptions die with their socket.
    fn drop_unanswered(&mut self) {
        for ping in self.heartbeat.reset() {
            match ping {
                Ping::Flush { ticket } => self.emit(Event::FlushFailed { ticket, code: Code::Disconnect }),
                Ping::DrainSubscription { sid } => {
                    self.subscriptions.remove(sid);
                    self.emit(Event::SubscriptionDrained { sid });
                }
                Ping::DrainSubscriptions => self.end_subscriptions(),
                Ping::Greeting | Ping::Heartbeat | Ping::Wake | Ping::DrainConnection => {}
            }
        }
    }

    /// All subscriptions of a connection that is drained have got their last message.
    pub(super) fn end_subscriptions(&mut self) {
        for sid in self.user_sids() {
            self.subscriptions.remove(sid);
            self.emit(Event::SubscriptionDrained { sid });
        }
        self.is_draining = true;
    }

    fn leave_socket(&mut self, has_socket: bool) {
        self.socket = SocketState::Waiting(Wait::Time);
        self.pacing.release();
        self.timers.clear_all();
        if let Some(scanner) = &mut self.scanner {
            scanner.restart();
        }
        if has_socket {
            self.outputs.push_back(Output::Hangup);
        }
    }

    /// Chooses the next server and dials it, now or when its wait is over.
    fn go_on(&mut self, haste: Haste) {
        let Some(next) = self.pool.choose_next() else {
            let none_left = || (Code::ConnectionRefused, "no server left to try".to_owned());
            let cause = self.cause.take().unwrap_or_else(none_left);
            return self.finish(Some(cause));
        };
        if next.last_dial.is_none() || haste == Haste::AtOnce {
            self.dial();
        } else if self.config.asks_redial_delay {
            self.socket = SocketState::Waiting(Wait::Delay);
            self.outputs.push_back(Output::Ask { dial: self.dial, question: Question::RedialDelay });
        } else {
            let jitter = micros(self.config.reconnect_jitter);
            let jitter = Duration::from_micros(jitter * random(&mut *self.entropy) / u64::from(u32::MAX));
            self.dial_after(self.config.reconnect_time_wait + jitter);
        }
    }

    /// Dials the current server when `wait` has passed since its last dial.
    fn dial_after(&mut self, wait: Duration) {
        let last_dial = self.pool.current().and_then(|it| it.last_dial);
        let at = last_dial.map_or(self.now, |last| last + wait.max(LEAST_WAIT));
        if at <= self.now {
            return self.dial();
        }
        self.socket = SocketState::Waiting(Wait::Time);
        self.timers.set(Timer::Redial, at);
    }

    /// Dials the current server now, or the one the user's function prefers to it.
    pub(super) fn dial(&mut self) {
        if self.config.asks_server && self.socket != SocketState::Waiting(Wait::Chosen) {
            self.timers.clear(Timer::Redial);
            self.socket = SocketState::Waiting(Wait::Server);
            self.outputs.push_back(Output::Ask { dial: self.dial, question: Question::Server });
            return;
        }
        let Some(current) = self.pool.current_mut() else { return };
        current.last_dial = Some(self.now);
        let (server, url) = (current.server.name.clone(), current.server.url.clone());
        self.dial += 1;
        self.socket = SocketState::Dialing;
        self.is_lame_duck = false;
        self.spoke_early = false;
        self.timers.clear(Timer::Redial);
        if !self.config.dial_timeout.is_zero() {
            self.timers.set(Timer::Dial, self.now + self.config.dial_timeout);
        }
        if self.was_live {
            self.emit(Event::Reconnecting { server });
        }
        self.outputs.push_back(Output::Dial { dial: self.dial, url });
    }

    fn apply_info(&mut self, info: ServerInfo) {
        if !self.config.ignore_cluster_updates {
            let changes = self.pool.update(&info.connect_urls, &mut *self.entropy);
            if !changes.is_empty() {
                self.emit(Event::Updated { added: changes.added, deleted: changes.deleted });
            }
        }
        if info.lame_duck && !std::mem::replace(&mut self.is_lame_duck, true) {
            let server = self.server().to_owned();
            self.emit(Event::LameDuck { server });
        }
        self.info = Some(info);
    }

    /// The end. Without a cause the application wanted it: what was written is still sent.
    pub(super) fn finish(&mut self, cause: Option<(Code, String)>) {
        let has_unseen_dial = self.withdraw_outputs();
        if cause.is_none() && self.socket == SocketState::Live && self.outbound.len() > 0 {
            self.outputs.push_back(Output::Transmit);
        } else {
            self.outbound.empty_line();
        }
        let has_socket =
            matches!(self.socket, SocketState::Dialing | SocketState::Greeting(_) | SocketState::Live);
        if has_socket && !has_unseen_dial {
            self.outputs.push_back(Output::Hangup);
        }
        self.socket = SocketState::Closed;
        self.pacing.release();
        self.timers.clear_all();
        let dropped = self.outbound.close();
        self.fail_requests(Code::ConnectionClosed);
        self.fail_flushes();
        self.subscriptions.clear();
        self.requests.set_mux(None);
        self.prepared = Vec::new();
        let (code, detail) = cause.map_or((None, String::new()), |(code, detail)| (Some(code), detail));
        self.emit(Event::Closed {
            code,
            detail,
            dropped_messages: dropped.messages,
            dropped_bytes: dropped.bytes,
        });
    }

    /// Takes back the outputs that are of no use after the end: questions, and a dial that was not put out yet together
    /// with its hangup. Returns whether there is such a dial without a hangup.
    fn withdraw_outputs(&mut self) -> bool {
        let mut has_unseen_dial = false;
        self.outputs.retain(|output| match output {
            Output::Dial { .. } => {
                has_unseen_dial = true;
                false
            }
            Output::Hangup => !std::mem::take(&mut has_unseen_dial),
            Output::Ask { .. } | Output::Event(Event::Reconnecting { .. }) => false,
            _ => true,
        });
        has_unseen_dial
    }

    /// No PONG to a flush will come.
    fn fail_flushes(&mut self) {
        let unanswered = self.heartbeat.reset().into_iter().filter_map(|ping| match ping {
            Ping::Flush { ticket } => Some(ticket),
            _ => None,
        });
        for ticket in unanswered.chain(std::mem::take(&mut self.flushes)) {
            self.emit(Event::FlushFailed { ticket, code: Code::ConnectionClosed });
        }
    }
}
