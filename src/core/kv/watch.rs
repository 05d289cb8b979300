//! A watch of a bucket, on top of an ordered consumer that may be made anew at any time. Owns what is told of an entry:
//! whether at all, whether it was there when the watch began, and when everything that was there has been told, which
//! happens once. Refuses keys, values and headers, and the order of deliveries, which is the consumer's
//! (`jetstream::ordered`).
//!
//! Revisions only rise. A consumer that is made anew may repeat entries: what is not above the last revision is never told.
//! A bucket that was deleted and made again counts anew, and nothing of it is told before it comes to where the old one was:
//! the shell asks after every reset, and ends the watch.

/// What a watch begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Include {
    /// What the bucket has: the last value of every key, or all of them.
    Values,
    /// Nothing: what is there when the first entry comes was put after the watch began.
    Updates,
}

/// What an entry says of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Put,
    /// The key is gone; its values are still in the history.
    Delete,
    /// The key is gone with its history, or expired.
    Purge,
}

/// What to do now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The entry is told.
    pub tell: bool,
    /// It was put after the watch began.
    pub is_update: bool,
    /// Everything that was there has been told, this entry included. At most once in the life of a watch.
    pub is_initialized: bool,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Watch {
    include: Include,
    ignores_deletes: bool,
    /// The highest revision that was delivered.
    revision: u64,
    /// Entries told before the watch was initialized.
    initial: u64,
    is_initialized: bool,
    /// Entries of the consumer in use, told or not.
    received: u64,
    /// Entries it had when it was made; none until the server has said so.
    expected: Option<u64>,
}

impl Watch {
    pub fn new(include: Include, ignores_deletes: bool) -> Watch {
        Watch {
            include,
            ignores_deletes,
            revision: 0,
            initial: 0,
            is_initialized: false,
            received: 0,
            expected: None,
        }
    }

    /// The highest revision that was delivered.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many entries were told before the watch was initialized: that is where its reader is told so.
    pub fn initial(&self) -> u64 {
        self.initial
    }

    pub fn is_initialized(&self) -> bool {
        self.is_initialized
    }

    /// Whether it has seen more than a bucket can have had whose last revision is `last`: it was another bucket.
    pub fn is_ahead_of(&self, last: u64) -> bool {
        last < self.revision
    }

    /// Another consumer takes over: its entries are counted from nothing.
    pub fn handle_reset(&mut self) {
        self.received = 0;
        self.expected = None;
    }

    /// The consumer exists, and had `expected` entries when it was made. Some of them may have come before this.
    pub fn handle_created(&mut self, expected: u64) -> Verdict {
        self.expected = Some(expected);
        let is_complete = self.include == Include::Updates || self.received >= expected;
        self.conclude(Verdict::default(), is_complete)
    }

    /// The next entry of the consumer. `pending`: how many the consumer still had when it delivered this one.
    pub fn handle_entry(&mut self, revision: u64, pending: u64, operation: Operation) -> Verdict {
        self.received += 1;
        let is_new = revision > self.revision;
        let is_update = self.is_initialized || self.include == Include::Updates;
        let tell = is_new && !(self.ignores_deletes && operation == Operation::Delete);
        if is_new {
            self.revision = revision;
        }
        if tell && !is_update {
            self.initial += 1;
        }
        // A busy bucket always has something pending, a bucket that shrinks never delivers what was expected. Consumers of
        // updates say nothing about what was there.
        let is_complete = self.include == Include::Values
            && (pending == 0 || self.expected.is_some_and(|expected| self.received >= expected));
        self.conclude(Verdict { tell, is_update, ..Verdict::default() }, is_complete)
    }

    /// The consumer, which has delivered `delivered` entries, says that it has nothing more: what was expected and has not
    /// come expired, or was purged.
    pub fn handle_idle(&mut self, delivered: u64) -> Verdict {
        let is_complete = self.expected.is_some() && delivered == self.received;
        self.conclude(Verdict::default(), is_complete)
    }

    fn conclude(&mut self, verdict: Verdict, is_complete: bool) -> Verdict {
        let is_initialized = is_complete && !self.is_initialized;
        self.is_initialized |= is_complete;
        Verdict { is_initialized, ..verdict }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Verdict = Verdict { tell: false, is_update: false, is_initialized: false };
    const INITIALIZED: Verdict = Verdict { is_initialized: true, ..NOTHING };
    const INITIAL: Verdict = Verdict { tell: true, ..NOTHING };
    const LAST_INITIAL: Verdict = Verdict { is_initialized: true, ..INITIAL };
    const UPDATE: Verdict = Verdict { is_update: true, ..INITIAL };

    fn watch() -> Watch {
        Watch::new(Include::Values, false)
    }

    fn put(watch: &mut Watch, revision: u64, pending: u64) -> Verdict {
        watch.handle_entry(revision, pending, Operation::Put)
    }

    #[test]
    fn an_empty_bucket_is_initialized_when_the_consumer_is_made() {
        let mut watch = watch();
        assert_eq!(watch.handle_created(0), INITIALIZED);
        assert_eq!(put(&mut watch, 1, 0), UPDATE);
        assert_eq!(watch.initial(), 0);
    }

    #[test]
    fn the_last_of_what_was_there_initializes_also_when_it_came_before_the_answer() {
        let mut watch = watch();
        assert_eq!(put(&mut watch, 3, 1), INITIAL);
        assert_eq!(put(&mut watch, 7, 0), LAST_INITIAL);
        assert_eq!(watch.handle_created(2), NOTHING);
        assert_eq!(put(&mut watch, 8, 0), UPDATE);
        assert_eq!(watch.initial(), 2);
    }

    #[test]
    fn a_busy_bucket_initializes_by_count() {
        let mut watch = watch();
        assert_eq!(put(&mut watch, 1, 9), INITIAL);
        assert_eq!(put(&mut watch, 2, 9), INITIAL);
        assert_eq!(watch.handle_created(3), NOTHING);
        assert_eq!(put(&mut watch, 3, 9), LAST_INITIAL);
        assert_eq!(put(&mut watch, 4, 9), UPDATE);
    }

    #[test]
    fn a_bucket_that_shrank_meanwhile_initializes_when_its_consumer_is_idle() {
        let mut watch = watch();
        assert_eq!(watch.handle_idle(0), NOTHING, "of a consumer that is not known yet");
        assert_eq!(watch.handle_created(3), NOTHING);
        assert_eq!(put(&mut watch, 1, 2), INITIAL);
        assert_eq!(watch.handle_idle(2), NOTHING, "one is still on its way");
        assert_eq!(watch.handle_idle(1), INITIALIZED);
        assert_eq!(watch.handle_idle(1), NOTHING);
    }

    #[test]
    fn a_reset_counts_anew_and_what_is_repeated_is_not_told() {
        let mut watch = watch();
        assert_eq!(watch.handle_created(3), NOTHING);
        assert_eq!(put(&mut watch, 1, 2), INITIAL);
        assert_eq!(put(&mut watch, 2, 1), INITIAL);
        watch.handle_reset();
        assert_eq!(put(&mut watch, 2, 2), NOTHING);
        assert_eq!(watch.handle_created(3), NOTHING);
        assert_eq!(put(&mut watch, 3, 1), INITIAL);
        assert_eq!(put(&mut watch, 4, 1), LAST_INITIAL);
        watch.handle_reset();
        assert_eq!(watch.handle_created(0), NOTHING);
        assert_eq!(put(&mut watch, 5, 0), UPDATE);
    }

    #[test]
    fn a_reset_after_the_last_value_initializes_with_the_empty_consumer() {
        let mut watch = watch();
        assert_eq!(watch.handle_created(2), NOTHING);
        assert_eq!(put(&mut watch, 1, 1), INITIAL);
        watch.handle_reset();
        assert_eq!(watch.handle_created(0), INITIALIZED);
    }

    #[test]
    fn deletes_that_are_ignored_count_and_purges_are_told() {
        let mut watch = Watch::new(Include::Values, true);
        assert_eq!(watch.handle_created(2), NOTHING);
        assert_eq!(watch.handle_entry(1, 1, Operation::Purge), INITIAL);
        assert_eq!(watch.handle_entry(2, 0, Operation::Delete), INITIALIZED);
        assert_eq!(watch.handle_entry(3, 0, Operation::Delete), Verdict { is_update: true, ..NOTHING });
        assert_eq!((watch.revision(), watch.initial()), (3, 1));
    }

    #[test]
    fn of_updates_all_are_updates_and_initialized_is_before_the_first() {
        let mut watch = Watch::new(Include::Updates, false);
        assert_eq!(put(&mut watch, 9, 0), UPDATE);
        assert_eq!(watch.handle_created(1), INITIALIZED);
        assert_eq!(watch.initial(), 0);
    }

    #[test]
    fn a_bucket_that_was_made_again_is_known_by_its_last_revision() {
        let mut watch = watch();
        assert_eq!(put(&mut watch, 5, 0), LAST_INITIAL);
        assert_eq!((watch.is_ahead_of(5), watch.is_ahead_of(4)), (false, true));
    }
}
