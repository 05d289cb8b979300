//! Is the link alive? Knows which PINGs are out and when the last byte came; the clock is the session's.

use std::collections::VecDeque;

/// Who sent a PING. The server answers in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ping {
    /// Behind CONNECT: its PONG ends the handshake.
    Greeting,
    Heartbeat,
    /// Looks whether the link survived a sleep.
    Wake,
    Flush {
        ticket: u32,
    },
    DrainSubscription {
        sid: u32,
    },
    /// Behind the UNSUBs of all subscriptions.
    DrainSubscriptions,
    /// The last one of a connection that is drained.
    DrainConnection,
}

#[derive(Debug, Default)]
pub struct Heartbeat {
    /// PINGs without a PONG, in the order they were written.
    unanswered: VecDeque<Ping>,
    /// Heartbeat PINGs since anything came in.
    outstanding: u32,
    /// Something came in since the last tick.
    heard: bool,
    /// The verdict of a wake was put off once already, because its timer came late.
    gave_grace: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// Send a PING; so many are outstanding then.
    Ping {
        outstanding: u32,
    },
    Stale,
}

impl Heartbeat {
    /// Bytes came in: the link is alive.
    #[inline]
    pub fn hear(&mut self) {
        self.heard = true;
    }

    pub fn pinged(&mut self, ping: Ping) {
        self.unanswered.push_back(ping);
    }

    /// A PONG: the PING it answers. `None` when none is unanswered.
    pub fn ponged(&mut self) -> Option<Ping> {
        self.unanswered.pop_front()
    }

    /// A ping interval has passed.
    pub fn tick(&mut self, max_ping_out: u32) -> Tick {
        if std::mem::take(&mut self.heard) {
            self.outstanding = 0;
        }
        if self.outstanding >= max_ping_out.max(1) {
            return Tick::Stale;
        }
        self.outstanding += 1;
        Tick::Ping { outstanding: self.outstanding }
    }

    /// The PING after a wake goes out.
    pub fn wake(&mut self) {
        self.gave_grace = false;
    }

    /// The timer of a wake came so late that the answer may lie unread behind it. True the first time.
    pub fn give_grace(&mut self) -> bool {
        !std::mem::replace(&mut self.gave_grace, true)
    }

    /// The socket is gone: the PINGs it leaves without an answer.
    pub fn reset(&mut self) -> VecDeque<Ping> {
        std::mem::take(self).unanswered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_stale_after_the_last_ping_had_its_interval() {
        let mut heartbeat = Heartbeat::default();
        assert_eq!(heartbeat.tick(2), Tick::Ping { outstanding: 1 });
        assert_eq!(heartbeat.tick(2), Tick::Ping { outstanding: 2 });
        assert_eq!(heartbeat.tick(2), Tick::Stale);
    }

    #[test]
    fn any_byte_is_liveness() {
        let mut heartbeat = Heartbeat::default();
        for _ in 0..10 {
            assert_eq!(heartbeat.tick(1), Tick::Ping { outstanding: 1 });
            heartbeat.hear();
        }
    }
}
