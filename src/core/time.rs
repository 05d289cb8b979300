//! Time as the core sees it: numbers it is handed. There is no clock in here.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::time::Duration;

/// A moment, in microseconds from an origin the shell chooses (a page: `performance.timeOrigin`). Never goes backwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// What no clock reaches: the deadline of a wait that does not end.
    pub const NEVER: Instant = Instant(u64::MAX);

    /// The moment `micros` microseconds after the origin.
    pub const fn from_micros(micros: u64) -> Instant {
        Instant(micros)
    }

    /// Microseconds from the origin.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// How long after `earlier` this is; zero when it is not after.
    pub fn since(self, earlier: Instant) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

/// A wait in microseconds, at most `u64::MAX`. In 64 bits: `Duration::as_micros` counts in 128.
pub fn micros(wait: Duration) -> u64 {
    wait.as_secs().saturating_mul(1_000_000).saturating_add(u64::from(wait.subsec_micros()))
}

impl std::ops::Add<Duration> for Instant {
    type Output = Instant;

    /// Saturates: a wait longer than the clock can tell never ends.
    fn add(self, wait: Duration) -> Instant {
        Instant(self.0.saturating_add(micros(wait)))
    }
}

/// Deadlines of numbered things that come and go often and rarely expire. Nothing is taken out when a thing ends
/// early or gets more time: the owner is asked when an entry comes up. `entries <= 2 * live + 64`.
#[derive(Clone, Debug, Default)]
pub struct Deadlines {
    heap: BinaryHeap<Reverse<(Instant, u32)>>,
}

impl Deadlines {
    /// `live`: how many numbers have a deadline now. `deadline_of`: the deadline of a number, given the one it was
    /// entered with; `None` when it has none any more.
    pub fn push(
        &mut self,
        deadline: Instant,
        number: u32,
        live: usize,
        deadline_of: impl Fn(u32, Instant) -> Option<Instant>,
    ) {
        if self.heap.len() >= 2 * live + 64 {
            // An entry after its thing's deadline has an earlier one beside it.
            self.heap.retain(|&Reverse((entered, number))| {
                deadline_of(number, entered).is_some_and(|deadline| entered <= deadline)
            });
        }
        self.heap.push(Reverse((deadline, number)));
    }

    /// The earliest deadline that still counts.
    pub fn next(&mut self, deadline_of: impl Fn(u32, Instant) -> Option<Instant>) -> Option<Instant> {
        loop {
            let mut top = self.heap.peek_mut()?;
            let Reverse((entered, number)) = *top;
            match deadline_of(number, entered) {
                None => {
                    PeekMut::pop(top);
                }
                Some(deadline) if deadline > entered => *top = Reverse((deadline, number)),
                Some(_) => return Some(entered),
            }
        }
    }

    /// Takes one number whose deadline is not after `now`.
    pub fn take_due(
        &mut self,
        now: Instant,
        deadline_of: impl Fn(u32, Instant) -> Option<Instant>,
    ) -> Option<u32> {
        if self.next(deadline_of)? > now {
            return None;
        }
        self.heap.pop().map(|Reverse((_, number))| number)
    }

    /// Forgets all deadlines and gives their memory back.
    pub fn clear(&mut self) {
        self.heap = BinaryHeap::new();
    }
}
