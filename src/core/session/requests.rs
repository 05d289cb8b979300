//! Requests that wait for replies, over the shared inbox or over an inbox of their own. Knows tickets, deadlines, whose
//! inbox is whose and when a request has got enough; writes nothing and tells nobody: the session does.

use std::time::Duration;

use super::table::Table;
use crate::core::random::DIGITS;
use crate::core::time::{Deadlines, Instant};
use crate::core::wire::Incoming;

/// Digits of the largest ticket.
const LONGEST_TOKEN: usize = 6;

/// When a request for many replies has got enough. `max_wait` ends each of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Strategy {
    /// `max_wait` alone.
    #[default]
    Timer,
    /// A number of replies.
    Count,
    /// No reply for a while after the last one.
    Stall,
    /// A reply with an empty payload. It is delivered.
    Sentinel,
}

impl Strategy {
    /// In the order of their numbers, which cross the boundary.
    pub const ALL: [Strategy; 4] = [Strategy::Timer, Strategy::Count, Strategy::Stall, Strategy::Sentinel];
}

#[derive(Debug)]
struct Pending {
    deadline: Instant,
    /// Fingerprint of the request's subject, for finding it when the server refuses to publish there.
    subject: u64,
    /// sid of its own inbox; 0: the shared one.
    inbox: u32,
    /// `None`: the first reply is the only one.
    many: Option<Box<Many>>,
}

#[derive(Debug)]
struct Many {
    strategy: Strategy,
    /// Replies still to come, with [`Strategy::Count`]; 0: no limit.
    remaining: u32,
    stall: Duration,
    /// `deadline <= end`.
    end: Instant,
    /// Earliest deadline it was entered with: later ones need no entry of their own.
    entered: Instant,
}

/// What a reply meant to its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Nobody waits for it: late, or not ours.
    Unknown,
    /// The request is over: nobody listens on its subject.
    NoResponders { ticket: u32 },
    /// `is_final`: the request is over.
    Delivered { ticket: u32, is_final: bool },
}

/// A request whose time is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expired {
    pub ticket: u32,
    /// A request for many replies has what it will get; for one reply it is a failure.
    pub is_many: bool,
}

#[derive(Debug)]
pub struct Requests {
    table: Table<Pending>,
    deadlines: Deadlines,
    /// `<inbox>.` and behind it the token of the latest request.
    reply: Vec<u8>,
    /// Length of `<inbox>.`.
    prefix: usize,
    /// sid of the subscription on `<inbox>.*`, made with the first request over it.
    mux: Option<u32>,
    /// sid and ticket of each request with an inbox of its own, ascending by sid.
    own_inboxes: Vec<(u32, u32)>,
    /// Own inboxes of requests that are over: the session has to unsubscribe them.
    left_inboxes: Vec<u32>,
}

impl Requests {
    /// `inbox` is unique to this connection.
    pub fn new(inbox: &str) -> Requests {
        let mut reply = inbox.as_bytes().to_vec();
        reply.push(b'.');
        let prefix = reply.len();
        Requests {
            table: Table::new(),
            deadlines: Deadlines::default(),
            reply,
            prefix,
            mux: None,
            own_inboxes: Vec::new(),
            left_inboxes: Vec::new(),
        }
    }

    /// `<inbox>`.
    pub fn inbox(&self) -> &[u8] {
        &self.reply[..self.prefix - 1]
    }

    /// The subject all replies over the shared inbox match: `<inbox>.*`.
    pub fn mux_subject(&self) -> Vec<u8> {
        [&self.reply[..self.prefix], b"*"].concat()
    }

    pub fn mux(&self) -> Option<u32> {
        self.mux
    }

    pub fn set_mux(&mut self, sid: Option<u32>) {
        self.mux = sid;
    }

    /// Whether replies come in on this subscription: the shared inbox, or a request's own.
    #[inline]
    pub fn is_inbox(&self, sid: u32) -> bool {
        self.mux == Some(sid) || (!self.own_inboxes.is_empty() && self.owner_of(sid).is_some())
    }

    /// sids of the requests' own inboxes, ascending.
    pub fn own_inboxes(&self) -> impl Iterator<Item = u32> {
        self.own_inboxes.iter().map(|&(sid, _)| sid)
    }

    /// Takes one own inbox whose request is over.
    pub fn take_left_inbox(&mut self) -> Option<u32> {
        self.left_inboxes.pop()
    }

    pub fn latest(&self) -> u32 {
        self.table.latest()
    }

    /// A ticket for something that is not a request.
    pub fn skip(&mut self) -> u32 {
        self.table.skip()
    }

    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// A request for one reply. `inbox` is the sid of its own inbox; 0: the shared one.
    pub fn add(&mut self, subject: u64, inbox: u32, deadline: Instant) -> u32 {
        self.enter(Pending { deadline, subject, inbox, many: None })
    }

    /// A request for many replies. `max_messages` counts with [`Strategy::Count`] only, `stall` with
    /// [`Strategy::Stall`] only.
    pub fn add_many(
        &mut self,
        subject: u64,
        inbox: u32,
        strategy: Strategy,
        end: Instant,
        max_messages: u32,
        stall: Duration,
    ) -> u32 {
        let many = Many { strategy, remaining: max_messages, stall, end, entered: end };
        self.enter(Pending { deadline: end, subject, inbox, many: Some(Box::new(many)) })
    }

    fn enter(&mut self, pending: Pending) -> u32 {
        let Pending { deadline, inbox, .. } = pending;
        let ticket = self.table.insert(pending);
        if inbox != 0 {
            self.own(inbox, ticket);
        }
        self.deadlines.push(deadline, ticket, self.table.len(), waiting(&self.table));
        ticket
    }

    /// Every request ends here.
    #[inline]
    fn remove(&mut self, ticket: u32) -> Option<Pending> {
        let pending = self.table.remove(ticket)?;
        if pending.inbox != 0 {
            self.leave(pending.inbox);
        }
        Some(pending)
    }

    #[cold]
    fn own(&mut self, inbox: u32, ticket: u32) {
        let (Ok(place) | Err(place)) = self.place_of(inbox);
        self.own_inboxes.insert(place, (inbox, ticket));
    }

    #[cold]
    fn leave(&mut self, inbox: u32) {
        if let Ok(place) = self.place_of(inbox) {
            self.own_inboxes.remove(place);
            self.left_inboxes.push(inbox);
        }
    }

    fn place_of(&self, inbox: u32) -> Result<usize, usize> {
        self.own_inboxes.binary_search_by_key(&inbox, |&(sid, _)| sid)
    }

    /// The request whose own inbox this is.
    #[cold]
    pub fn owner_of(&self, sid: u32) -> Option<u32> {
        self.place_of(sid).ok().map(|place| self.own_inboxes[place].1)
    }

    /// The reply subject over the shared inbox that carries `ticket`.
    #[inline]
    pub fn reply_subject(&mut self, ticket: u32) -> &[u8] {
        self.reply.truncate(self.prefix);
        let mut digits = [0; LONGEST_TOKEN];
        let mut at = digits.len();
        let mut rest = ticket;
        loop {
            at -= 1;
            digits[at] = DIGITS[rest as usize % DIGITS.len()];
            rest /= DIGITS.len() as u32;
            if rest == 0 {
                break;
            }
        }
        self.reply.extend_from_slice(&digits[at..]);
        &self.reply
    }

    /// Nobody waits any more. Tells whether somebody did.
    pub fn cancel(&mut self, ticket: u32) -> bool {
        self.remove(ticket).is_some()
    }

    /// A message came in on the shared inbox, or on a request's own.
    #[inline]
    pub fn replied(&mut self, message: &Incoming<'_>, now: Instant) -> Reply {
        let is_shared = self.mux == Some(message.sid);
        let ticket = if is_shared { self.ticket_of(message.subject) } else { self.owner_of(message.sid) };
        let Some(ticket) = ticket else { return Reply::Unknown };
        let Some(pending) = self.table.get_mut(ticket) else { return Reply::Unknown };
        if message.is_no_responders() {
            self.remove(ticket);
            return Reply::NoResponders { ticket };
        }
        let mut enter = None;
        let is_final = match &mut pending.many {
            None => true,
            Some(many) => match many.strategy {
                Strategy::Timer => false,
                Strategy::Count => {
                    many.remaining = many.remaining.wrapping_sub(1);
                    many.remaining == 0
                }
                Strategy::Stall => {
                    pending.deadline = many.end.min(now + many.stall);
                    if pending.deadline < many.entered {
                        many.entered = pending.deadline;
                        enter = Some(pending.deadline);
                    }
                    false
                }
                Strategy::Sentinel => message.payload_len == 0,
            },
        };
        if is_final {
            self.remove(ticket);
        }
        if let Some(deadline) = enter {
            self.deadlines.push(deadline, ticket, self.table.len(), waiting(&self.table));
        }
        Reply::Delivered { ticket, is_final }
    }

    fn ticket_of(&self, subject: &[u8]) -> Option<u32> {
        let token = subject.get(self.prefix..)?;
        if token.is_empty() || token.len() > LONGEST_TOKEN {
            return None;
        }
        let mut ticket = 0u64;
        for &byte in token {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'A'..=b'Z' => byte - b'A' + 10,
                b'a'..=b'z' => byte - b'a' + 36,
                _ => return None,
            };
            ticket = ticket * DIGITS.len() as u64 + u64::from(digit);
        }
        u32::try_from(ticket).ok()
    }

    /// Takes all requests that were sent to this subject, ascending.
    pub fn take_subject(&mut self, subject: &[u8]) -> Vec<u32> {
        let wanted = fingerprint(subject);
        self.take_where(&|it| it.subject == wanted)
    }

    /// Takes all requests over the shared inbox, ascending.
    pub fn take_shared(&mut self) -> Vec<u32> {
        self.take_where(&|it| it.inbox == 0)
    }

    fn take_where(&mut self, is_wanted: &dyn Fn(&Pending) -> bool) -> Vec<u32> {
        let mut tickets: Vec<u32> =
            self.table.iter().filter(|(_, it)| is_wanted(it)).map(|(ticket, _)| ticket).collect();
        tickets.sort_unstable();
        // The latest first, whose own inbox is the last of the list.
        for &ticket in tickets.iter().rev() {
            self.remove(ticket);
        }
        tickets
    }

    /// Takes all requests, ascending.
    pub fn take_all(&mut self) -> Vec<u32> {
        let tickets = self.take_where(&|_| true);
        self.table.clear();
        self.deadlines.clear();
        tickets
    }

    pub fn next_deadline(&mut self) -> Option<Instant> {
        self.deadlines.next(waiting(&self.table))
    }

    pub fn take_expired(&mut self, now: Instant) -> Option<Expired> {
        let ticket = self.deadlines.take_due(now, waiting(&self.table))?;
        let pending = self.remove(ticket)?;
        Some(Expired { ticket, is_many: pending.many.is_some() })
    }
}

fn waiting(table: &Table<Pending>) -> impl Fn(u32, Instant) -> Option<Instant> {
    |ticket, _entered| table.get(ticket).map(|it| it.deadline)
}

/// FNV-1a, 64 bits: tells subjects apart well enough for naming the request a permission error speaks of.
pub fn fingerprint(subject: &[u8]) -> u64 {
    subject
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_subject_names_its_ticket() {
        let mut requests = Requests::new("_INBOX.x");
        for (ticket, token) in [(1, "1"), (61, "z"), (62, "10"), (62 * 62 - 1, "zz"), (u32::MAX, "4gfFC3")] {
            let subject = requests.reply_subject(ticket).to_vec();
            assert_eq!(String::from_utf8_lossy(&subject), format!("_INBOX.x.{token}"));
            assert_eq!(requests.ticket_of(&subject), Some(ticket));
        }
    }

    #[test]
    fn what_names_no_ticket_is_not_understood() {
        let requests = Requests::new("_INBOX.x");
        for token in ["", "-1", "1.2", "4gfFC4", "zzzzzz", "0000001", "\u{e4}"] {
            assert_eq!(requests.ticket_of(format!("_INBOX.x.{token}").as_bytes()), None, "{token:?}");
        }
    }
}
