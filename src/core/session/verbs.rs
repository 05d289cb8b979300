//! What the application wants: publishing, subscribing, requesting, draining. Each verb refuses by a code before it
//! has written anything.

use std::time::Duration;

use super::event::Event;
use super::heartbeat::Ping;
use super::requests::{Strategy, fingerprint};
use super::subscriptions::Limit;
use super::{Prepared, Session, SocketState};
use crate::core::error::Code;
use crate::core::subject::check_name;
use crate::core::time::Instant;
use crate::core::wire::write::{self, PreparedSubject};

impl Session {
    /// Checks and encodes a subject for repeated use; its id counts up from 0. Errors: `BadSubject`,
    /// `ConnectionClosed`.
    pub fn prepare(&mut self, subject: &[u8]) -> Result<u32, Code> {
        self.check_not_closed()?;
        check_name(subject)?;
        let id = self.prepared.len() as u32;
        self.prepared.push(Prepared { to: PreparedSubject::new(subject), fingerprint: fingerprint(subject) });
        Ok(id)
    }

    /// Forgets all prepared subjects: ids start again from 0.
    pub fn forget_prepared(&mut self) {
        self.prepared.clear();
    }

    /// Writes a publish to a prepared subject, or holds it while there is no server. Returns the room into which the
    /// caller puts header block and payload before any other call. `reply` may be empty. Possible while the connection
    /// drains, up to its end: the last messages are still being answered. Errors: `ConnectionClosed`, `BadSubject`,
    /// `MaxPayloadExceeded`, `ServerOptionNotAvailable` (headers), `ReconnectBufferExceeded`.
    #[inline]
    pub fn publish(
        &mut self,
        id: u32,
        reply: &[u8],
        header_len: u32,
        payload_len: u32,
    ) -> Result<&mut [u8], Code> {
        self.check_publish(reply, header_len, payload_len)?;
        let prepared = self.prepared.get_mut(id as usize).ok_or(Code::BadSubject)?;
        let room = self.outbound.publish(&mut prepared.to, reply, header_len, payload_len)?;
        self.stats.out_messages += 1;
        self.stats.out_bytes += room.len() as u64;
        Ok(room)
    }

    /// The same for a subject that is used once.
    pub fn publish_to(
        &mut self,
        subject: &[u8],
        reply: &[u8],
        header_len: u32,
        payload_len: u32,
    ) -> Result<&mut [u8], Code> {
        check_name(subject)?;
        self.check_publish(reply, header_len, payload_len)?;
        self.one_off.replace(subject);
        let room = self.outbound.publish(&mut self.one_off, reply, header_len, payload_len)?;
        self.stats.out_messages += 1;
        self.stats.out_bytes += room.len() as u64;
        Ok(room)
    }

    /// Begins a publish whose body the shell sends from elsewhere: the control line is written; the shell transmits
    /// it, sends the body in messages of at most `transmit_limit` bytes, and calls `end_large`, all in one turn.
    /// `false`: there is no server to send to, nothing was written, and `publish_to` holds it instead.
    pub fn begin_large(
        &mut self,
        subject: &[u8],
        reply: &[u8],
        header_len: u32,
        payload_len: u32,
    ) -> Result<bool, Code> {
        check_name(subject)?;
        self.check_publish(reply, header_len, payload_len)?;
        if !self.outbound.is_live() {
            return Ok(false);
        }
        self.one_off.replace(subject);
        write::publish_line(self.outbound.line(), &self.one_off, reply, header_len, payload_len);
        self.stats.out_messages += 1;
        self.stats.out_bytes += u64::from(header_len) + u64::from(payload_len);
        Ok(true)
    }

    /// Ends what `begin_large` began.
    pub fn end_large(&mut self) {
        self.outbound.line().put_slice(b"\r\n");
    }

    /// A publish whose reply is waited for; its ticket is `ticket()`. The reply comes over the shared inbox when `inbox`
    /// is empty, otherwise to `inbox`, which is subscribed for this request alone and for as long as it waits. Ends with
    /// a row that carries the ticket, or with `RequestsFailed`. Errors: as `publish`, and `ConnectionDraining`.
    pub fn request(
        &mut self,
        id: u32,
        now: Instant,
        inbox: &[u8],
        header_len: u32,
        payload_len: u32,
        timeout: Duration,
    ) -> Result<&mut [u8], Code> {
        let subject = self.check_request(id, inbox, header_len, payload_len)?;
        let sid = self.open_inbox(inbox, 1);
        let ticket = self.requests.add(subject, sid, now + timeout);
        self.publish_request(id, ticket, inbox, header_len, payload_len)
    }

    /// The same for many replies. `max_messages` counts with [`Strategy::Count`] only, 0: no limit; `stall` counts
    /// with [`Strategy::Stall`] only. Ends with a final row, `RequestCompleted` or `RequestsFailed`.
    #[allow(clippy::too_many_arguments)] // as it crosses the boundary, in one call
    pub fn request_many(
        &mut self,
        id: u32,
        now: Instant,
        inbox: &[u8],
        header_len: u32,
        payload_len: u32,
        strategy: Strategy,
        max_wait: Duration,
        max_messages: u32,
        stall: Duration,
    ) -> Result<&mut [u8], Code> {
        let subject = self.check_request(id, inbox, header_len, payload_len)?;
        let sid = self.open_inbox(inbox, 0);
        let ticket = self.requests.add_many(subject, sid, strategy, now + max_wait, max_messages, stall);
        self.publish_request(id, ticket, inbox, header_len, payload_len)
    }

    /// Subscribes to what a request's replies come to: `inbox`, for at most `max` messages (0: no limit), or the shared
    /// inbox if this is the first request over it. Returns the sid of the request's own inbox; 0: the shared one.
    #[inline]
    fn open_inbox(&mut self, inbox: &[u8], max: u32) -> u32 {
        if inbox.is_empty() && self.requests.mux().is_some() { 0 } else { self.subscribe_inbox(inbox, max) }
    }

    #[cold]
    fn subscribe_inbox(&mut self, inbox: &[u8], max: u32) -> u32 {
        let is_shared = inbox.is_empty();
        let sid = if is_shared {
            self.subscriptions.add(&self.requests.mux_subject(), b"", 0)
        } else {
            self.subscriptions.add(inbox, b"", max)
        };
        if self.socket == SocketState::Live {
            self.write_subscribe(sid);
        }
        if !is_shared {
            return sid;
        }
        self.requests.set_mux(Some(sid));
        0
    }

    fn publish_request(
        &mut self,
        id: u32,
        ticket: u32,
        inbox: &[u8],
        header_len: u32,
        payload_len: u32,
    ) -> Result<&mut [u8], Code> {
        let to = &mut self.prepared[id as usize].to;
        let reply = if inbox.is_empty() { self.requests.reply_subject(ticket) } else { inbox };
        match self.outbound.publish(to, reply, header_len, payload_len) {
            Ok(room) => {
                self.stats.out_messages += 1;
                self.stats.out_bytes += room.len() as u64;
                Ok(room)
            }
            Err(code) => {
                // Only what would be held is refused: there is no server that knows the inbox.
                self.requests.cancel(ticket);
                if let Some(sid) = self.requests.take_left_inbox() {
                    self.subscriptions.remove(sid);
                }
                Err(code)
            }
        }
    }

    /// Nobody waits for this request any more.
    pub fn cancel(&mut self, ticket: u32) {
        self.requests.cancel(ticket);
        self.leave_inboxes();
    }

    /// A PING behind all that was published; `Flushed` or `FlushFailed` with the returned ticket follows. While there
    /// is no server it waits for one. Errors: `ConnectionClosed`.
    pub fn flush(&mut self) -> Result<u32, Code> {
        self.check_not_closed()?;
        let ticket = self.requests.skip();
        if self.socket == SocketState::Live {
            self.ping(Ping::Flush { ticket });
        } else {
            self.flushes.push(ticket);
        }
        Ok(ticket)
    }

    /// Subscribes, now and on every socket to come; returns the sid. `queue` may be empty. `max` 0: no limit.
    /// `timeout`: how long the first message may take until `SubscriptionTimedOut`. Errors: `ConnectionClosed`,
    /// `ConnectionDraining`, `BadSubject`.
    pub fn subscribe(
        &mut self,
        now: Instant,
        subject: &[u8],
        queue: &[u8],
        max: u32,
        timeout: Option<Duration>,
    ) -> Result<u32, Code> {
        self.check_open()?;
        check_name(subject)?;
        if !queue.is_empty() {
            check_name(queue)?;
        }
        let sid = self.subscriptions.add(subject, queue, max);
        if let Some(timeout) = timeout {
            self.subscriptions.await_first(sid, now, timeout);
        }
        if self.socket == SocketState::Live {
            self.write_subscribe(sid);
        }
        Ok(sid)
    }

    /// Ends a subscription: at once with `max` 0, otherwise after `max` messages in all, counted from its beginning.
    /// Errors: `ConnectionClosed`, `SubClosed`.
    pub fn unsubscribe(&mut self, sid: u32, max: u32) -> Result<(), Code> {
        self.check_not_closed()?;
        let is_draining = self.subscriptions.get(sid).ok_or(Code::SubClosed)?.is_draining();
        let server_max = match self.subscriptions.limit(sid, max) {
            Some(Limit::Ahead { tell_server: true }) => max,
            Some(Limit::Reached) => 0,
            Some(Limit::Ahead { tell_server: false }) | None => return Ok(()),
        };
        // While it drains, the server has forgotten it already.
        if self.socket == SocketState::Live && !is_draining {
            write::unsubscribe(self.outbound.line(), sid, server_max);
        }
        Ok(())
    }

    /// Ends a subscription after what is on its way to it; `SubscriptionDrained` follows. Errors: `ConnectionClosed`,
    /// `SubClosed`, `SubDraining`.
    pub fn drain_subscription(&mut self, sid: u32) -> Result<(), Code> {
        self.check_not_closed()?;
        let subscription = self.subscriptions.get_mut(sid).ok_or(Code::SubClosed)?;
        if subscription.is_draining() {
            return Err(Code::SubDraining);
        }
        if self.socket == SocketState::Live {
            subscription.mark_draining();
            write::unsubscribe(self.outbound.line(), sid, 0);
            self.ping(Ping::DrainSubscription { sid });
        } else {
            self.subscriptions.remove(sid);
            self.emit(Event::SubscriptionDrained { sid });
        }
        Ok(())
    }

    /// Drains all subscriptions, flushes, closes. The inboxes of requests stay subscribed to the end. Errors:
    /// `ConnectionClosed`, `ConnectionDraining`.
    pub fn drain(&mut self, now: Instant) -> Result<(), Code> {
        self.now = now;
        self.check_open()?;
        if self.socket == SocketState::Live {
            self.is_draining = true;
            for sid in self.user_sids() {
                let Some(subscription) = self.subscriptions.get_mut(sid) else { continue };
                if !subscription.is_draining() {
                    subscription.mark_draining();
                    write::unsubscribe(self.outbound.line(), sid, 0);
                }
            }
            self.ping(Ping::DrainSubscriptions);
            return Ok(());
        }
        self.end_subscriptions();
        if !self.outbound.has_held() && self.flushes.is_empty() {
            self.finish(None);
        }
        Ok(())
    }

    pub(super) fn check_not_closed(&self) -> Result<(), Code> {
        if self.socket == SocketState::Closed { Err(Code::ConnectionClosed) } else { Ok(()) }
    }

    pub(super) fn check_open(&self) -> Result<(), Code> {
        self.check_not_closed()?;
        if self.is_draining { Err(Code::ConnectionDraining) } else { Ok(()) }
    }

    #[inline]
    fn check_publish(&self, reply: &[u8], header_len: u32, payload_len: u32) -> Result<(), Code> {
        self.check_not_closed()?;
        if !reply.is_empty() {
            check_name(reply)?;
        }
        self.check_size(header_len, payload_len)
    }

    /// The fingerprint of the request's subject, if it may be sent.
    fn check_request(&self, id: u32, inbox: &[u8], header_len: u32, payload_len: u32) -> Result<u64, Code> {
        self.check_open()?;
        if !inbox.is_empty() {
            check_name(inbox)?;
        }
        self.check_size(header_len, payload_len)?;
        self.prepared.get(id as usize).map(|it| it.fingerprint).ok_or(Code::BadSubject)
    }

    /// Against the latest INFO; without one the bound of what is held is the only one.
    #[inline]
    fn check_size(&self, header_len: u32, payload_len: u32) -> Result<(), Code> {
        let Some(info) = &self.info else { return Ok(()) };
        if header_len > 0 && !info.headers {
            return Err(Code::ServerOptionNotAvailable);
        }
        let len = header_len.checked_add(payload_len).ok_or(Code::MaxPayloadExceeded)?;
        if info.max_payload > 0 && len > info.max_payload {
            return Err(Code::MaxPayloadExceeded);
        }
        Ok(())
    }
}
