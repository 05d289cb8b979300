//! Who wants which messages. Counts what arrived, knows when enough has, and what must be subscribed again on a new
//! socket. Writes nothing: the session does.

use std::time::Duration;

use super::table::Table;
use crate::core::time::{Deadlines, Instant};

/// Kept small: a page may hold hundreds of thousands.
#[derive(Debug)]
pub struct Subscription {
    /// Subject, and behind it the queue group.
    names: Box<[u8]>,
    subject_len: u32,
    state: u8,
    /// Messages after which it ends; 0: no limit. `received < max` while it lives.
    max: u32,
    /// Since it was made, over all sockets.
    received: u32,
}

/// SUB has been written to a socket before: a later SUB is a replay, and the server counts from zero again.
const SENT: u8 = 1;
/// This socket's SUB is a replay: the client's count decides when `max` is reached, not the server's.
const REPLAYED: u8 = 2;
const DRAINING: u8 = 4;
/// Its timeout is running: nothing has arrived yet.
const AWAITS_FIRST: u8 = 8;
/// The server sent a message that it did not count: that nobody answers a request (503).
const UNCOUNTED: u8 = 16;

impl Subscription {
    pub fn subject(&self) -> &[u8] {
        &self.names[..self.subject_len()]
    }

    /// Empty when it is in no queue group.
    pub fn queue(&self) -> &[u8] {
        &self.names[self.subject_len()..]
    }

    fn subject_len(&self) -> usize {
        self.subject_len as usize
    }

    pub fn max(&self) -> u32 {
        self.max
    }

    pub fn is_draining(&self) -> bool {
        self.state & DRAINING != 0
    }

    pub fn is_replayed(&self) -> bool {
        self.state & REPLAYED != 0
    }

    pub fn mark_draining(&mut self) {
        self.state |= DRAINING;
    }

    /// The SUB is about to be written. Tells whether the server must be told `max` too: once, never on a replay.
    pub fn mark_sent(&mut self) -> bool {
        if self.state & SENT != 0 {
            self.state |= REPLAYED;
            return false;
        }
        self.state |= SENT;
        self.max > 0
    }
}

/// What a message meant to its subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Nobody subscribed.
    Unwanted,
    Delivered,
    /// `max` is reached and the subscription forgotten. `tell_server`: the server counts otherwise and goes on.
    Last {
        tell_server: bool,
    },
}

/// What a new limit meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Reached already: the subscription is forgotten.
    Reached,
    /// Still to come. `tell_server`: the server counts as we do.
    Ahead { tell_server: bool },
}

#[derive(Debug)]
pub struct Subscriptions {
    table: Table<Subscription>,
    /// First-message timeouts.
    deadlines: Deadlines,
    timed: usize,
}

impl Subscriptions {
    pub fn new() -> Subscriptions {
        Subscriptions { table: Table::new(), deadlines: Deadlines::default(), timed: 0 }
    }

    /// Remembers a subscription and gives it its sid. `queue` may be empty. `max` 0: no limit.
    pub fn add(&mut self, subject: &[u8], queue: &[u8], max: u32) -> u32 {
        let names = [subject, queue].concat().into_boxed_slice();
        self.table.insert(Subscription {
            names,
            subject_len: subject.len() as u32,
            state: 0,
            max,
            received: 0,
        })
    }

    /// The first message of `sid` is awaited until `now + timeout`.
    pub fn await_first(&mut self, sid: u32, now: Instant, timeout: Duration) {
        let Some(subscription) = self.table.get_mut(sid) else { return };
        subscription.state |= AWAITS_FIRST;
        self.timed += 1;
        self.deadlines.push(now + timeout, sid, self.timed, awaited(&self.table));
    }

    pub fn get(&self, sid: u32) -> Option<&Subscription> {
        self.table.get(sid)
    }

    pub fn get_mut(&mut self, sid: u32) -> Option<&mut Subscription> {
        self.table.get_mut(sid)
    }

    #[inline]
    pub fn contains(&self, sid: u32) -> bool {
        self.table.contains(sid)
    }

    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// All sids, ascending.
    pub fn sids(&self) -> Vec<u32> {
        self.table.numbers()
    }

    pub fn remove(&mut self, sid: u32) -> bool {
        let Some(subscription) = self.table.remove(sid) else { return false };
        if subscription.state & AWAITS_FIRST != 0 {
            self.timed -= 1;
        }
        true
    }

    pub fn clear(&mut self) {
        self.table.clear();
        self.deadlines.clear();
        self.timed = 0;
    }

    /// Counts a message; `is_notice`: the server's own word that nobody answers, which it does not count itself.
    #[inline]
    pub fn arrived(&mut self, sid: u32, is_notice: bool) -> Arrival {
        let Some(subscription) = self.table.get_mut(sid) else { return Arrival::Unwanted };
        if is_notice {
            subscription.state |= UNCOUNTED;
        }
        subscription.received = subscription.received.saturating_add(1);
        if subscription.state & AWAITS_FIRST != 0 {
            subscription.state &= !AWAITS_FIRST;
            self.timed -= 1;
        }
        if subscription.max == 0 || subscription.received < subscription.max {
            return Arrival::Delivered;
        }
        let tell_server = subscription.state & (REPLAYED | UNCOUNTED) != 0;
        self.table.remove(sid);
        Arrival::Last { tell_server }
    }

    /// Sets the number of messages after which `sid` ends, counted from its beginning. `None`: no such subscription.
    pub fn limit(&mut self, sid: u32, max: u32) -> Option<Limit> {
        let subscription = self.table.get_mut(sid)?;
        if subscription.received >= max {
            self.remove(sid);
            return Some(Limit::Reached);
        }
        subscription.max = max;
        Some(Limit::Ahead { tell_server: !subscription.is_replayed() })
    }

    /// The subscription a permission error speaks of: the oldest with this subject and queue group.
    pub fn find(&self, subject: &[u8], queue: &[u8]) -> Option<u32> {
        self.table
            .iter()
            .filter(|(_, subscription)| subscription.subject() == subject && subscription.queue() == queue)
            .map(|(sid, _)| sid)
            .min()
    }

    pub fn next_deadline(&mut self) -> Option<Instant> {
        self.deadlines.next(awaited(&self.table))
    }

    /// Takes one subscription whose first message has not come in time. It goes on, without a timeout.
    pub fn take_late(&mut self, now: Instant) -> Option<u32> {
        let sid = self.deadlines.take_due(now, awaited(&self.table))?;
        if let Some(subscription) = self.table.get_mut(sid) {
            subscription.state &= !AWAITS_FIRST;
            self.timed -= 1;
        }
        Some(sid)
    }
}

fn awaited(table: &Table<Subscription>) -> impl Fn(u32, Instant) -> Option<Instant> {
    |sid, entered| table.get(sid).filter(|it| it.state & AWAITS_FIRST != 0).map(|_| entered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subject_and_queue_come_back_as_they_were_given() {
        let mut subscriptions = Subscriptions::new();
        for (subject, queue) in [(&b"a"[..], &b""[..]), (&[b's'; 300], b"q"), (&[b's'; 70_000], b"queue")] {
            let sid = subscriptions.add(subject, queue, 0);
            let subscription = subscriptions.get(sid).expect("just added");
            assert!(subscription.subject() == subject && subscription.queue() == queue);
        }
    }
}
