//! What the clock does: deadlines that pass, and a machine that was asleep.

use std::time::Duration;

use super::dialing::Haste;
use super::event::{DialPhase, Event};
use super::heartbeat::{Ping, Tick};
use super::output::Loss;
use super::timers::Timer;
use super::{Handshake, Session, SocketState};
use crate::core::error::Code;
use crate::core::text::decimal;
use crate::core::time::{Instant, micros};

/// A shorter interval would tick for ever in one turn.
const LEAST_PING_INTERVAL: Duration = Duration::from_millis(1);

impl Session {
    /// Time has passed. May be called late, and too often.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        while let Some((deadline, timer)) = self.timers.take_due(now) {
            let late = now.since(deadline);
            match timer {
                Timer::Dial => self.give_up_dial(),
                Timer::Redial => self.dial(),
                Timer::Ping => self.tick(late),
                Timer::Wake => self.judge_wake(late),
                Timer::Deferral => self.pacing.release(),
            }
        }
        while let Some(expired) = self.requests.take_expired(now) {
            if expired.is_many {
                self.emit(Event::RequestCompleted { ticket: expired.ticket });
            } else {
                self.emit_request_failed(expired.ticket, Code::Timeout);
            }
        }
        self.leave_inboxes();
        while let Some(sid) = self.subscriptions.take_late(now) {
            self.emit(Event::SubscriptionTimedOut { sid });
        }
    }

    /// The tab became visible, the network came back, the machine woke up: the link may be dead without a sign.
    pub fn handle_wake(&mut self, now: Instant) {
        self.now = now;
        match self.socket {
            SocketState::Live => self.check_link(),
            SocketState::Waiting(_) => self.dial(),
            // A dial has its own deadline.
            SocketState::Idle | SocketState::Dialing | SocketState::Greeting(_) | SocketState::Closed => {}
        }
    }

    pub(super) fn ping_interval(&self) -> Duration {
        self.config.ping_interval.max(LEAST_PING_INTERVAL)
    }

    fn give_up_dial(&mut self) {
        let phase = match self.socket {
            SocketState::Dialing => DialPhase::Dial,
            SocketState::Greeting(Handshake::Answer { .. }) => DialPhase::Auth,
            _ => DialPhase::Handshake,
        };
        let reason =
            ["not connected within ", &decimal(micros(self.config.dial_timeout) / 1000), " ms"].concat();
        self.fail_dial(phase, Code::ConnectionTimeout, Loss { code: 0, reason }, true);
    }

    fn tick(&mut self, late: Duration) {
        self.timers.set(Timer::Ping, self.now + self.ping_interval());
        if late > self.config.wake_timeout {
            // The clock jumped, or the page was throttled: the silence may be ours.
            return self.check_link();
        }
        match self.heartbeat.tick(self.config.max_ping_out) {
            Tick::Ping { outstanding } => {
                self.ping(Ping::Heartbeat);
                self.emit(Event::Pinged { outstanding });
            }
            Tick::Stale => self.go_stale(),
        }
    }

    /// One PING that has to be answered soon.
    fn check_link(&mut self) {
        if !self.timers.is_set(Timer::Wake) {
            self.heartbeat.wake();
            self.ping(Ping::Wake);
            self.timers.set(Timer::Wake, self.now + self.config.wake_timeout);
        }
    }

    /// Nothing came in since the PING after a wake.
    fn judge_wake(&mut self, late: Duration) {
        // A machine that slept again sees its timers before what came in meanwhile: look once more, but only once, or
        // a throttled page would never find out.
        if late > self.config.wake_timeout && self.heartbeat.give_grace() {
            self.ping(Ping::Wake);
            self.timers.set(Timer::Wake, self.now + self.config.wake_timeout);
        } else {
            self.go_stale();
        }
    }

    fn go_stale(&mut self) {
        let server = self.server().to_owned();
        self.emit(Event::Stale { server });
        let reason = "stale connection: the server does not answer".to_owned();
        self.lose(Loss { code: 0, reason }, true, Haste::AtOnce);
    }
}
