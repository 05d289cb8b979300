//! What holds for every watch of a bucket, however often its consumer is made anew, and whatever comes in which order.

use nats_wasm::core::kv::watch::{Include, Operation, Watch};
use proptest::collection::vec;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What happens between a bucket and its watch.
#[derive(Clone, Debug)]
enum Happening {
    /// The application puts, deletes or purges.
    Write(Operation),
    /// The newest `0` entries expire, undelivered ones among them.
    Expire(usize),
    /// The consumer delivers its next entry.
    Deliver,
    /// The server's answer to the consumer's making arrives.
    Answer,
    /// A heartbeat: said by a consumer that has nothing to deliver.
    Idle,
    /// The consumer is lost; the next one says that it begins behind it, and repeats so many entries.
    Reset(u64),
    /// The bucket is deleted and made again with this last revision; the next consumer is of the new one.
    Recreate(u64),
}

fn happening() -> impl Strategy<Value = Happening> {
    let operation =
        prop_oneof![3 => Just(Operation::Put), 1 => Just(Operation::Delete), 1 => Just(Operation::Purge)];
    prop_oneof![
        8 => operation.prop_map(Happening::Write),
        1 => (1..4usize).prop_map(Happening::Expire),
        10 => Just(Happening::Deliver),
        4 => Just(Happening::Answer),
        2 => Just(Happening::Idle),
        2 => (0..5u64).prop_map(Happening::Reset),
        1 => (0..20u64).prop_map(Happening::Recreate),
    ]
}

/// A bucket and the consumer a watch has of it.
struct Bucket {
    entries: Vec<(u64, Operation)>,
    last: u64,
    /// Revision of what the consumer delivered last.
    cursor: u64,
    /// What the consumer had when it was made, until the watch is told.
    answer: Option<u64>,
    is_answered: bool,
    /// Entries the consumer has delivered.
    delivered: u64,
}

impl Bucket {
    fn write(&mut self, operation: Operation) {
        self.last += 1;
        self.entries.push((self.last, operation));
    }

    fn pending(&self) -> u64 {
        self.entries.iter().filter(|(revision, _)| *revision > self.cursor).count() as u64
    }

    fn consume_after(&mut self, cursor: u64, repeated: u64) {
        self.cursor = cursor.saturating_sub(repeated);
        self.answer = Some(self.pending());
        self.is_answered = false;
        self.delivered = 0;
    }

    fn deliver(&mut self) -> Option<(u64, u64, Operation)> {
        let &(revision, operation) = self.entries.iter().find(|(revision, _)| *revision > self.cursor)?;
        self.cursor = revision;
        self.delivered += 1;
        Some((revision, self.pending(), operation))
    }
}

/// What the reader of a watch gets.
#[derive(Default)]
struct Reader {
    told: Vec<u64>,
    swallowed: Vec<(u64, Operation)>,
    initialized: usize,
    /// Entries told when it was initialized.
    initial: usize,
}

impl Reader {
    fn deliver(&mut self, bucket: &mut Bucket, watch: &mut Watch, include: Include) {
        let Some((revision, pending, operation)) = bucket.deliver() else { return };
        let was_initialized = watch.is_initialized();
        let verdict = watch.handle_entry(revision, pending, operation);
        if verdict.tell {
            assert_eq!(verdict.is_update, was_initialized || include == Include::Updates);
            self.told.push(revision);
        } else {
            self.swallowed.push((revision, operation));
        }
        self.hear(verdict.is_initialized);
    }

    fn hear(&mut self, is_initialized: bool) {
        if is_initialized {
            self.initialized += 1;
            self.initial = self.told.len();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn revisions_only_rise_and_initialized_is_told_once(
        before in 0..6u64,
        updates_only in any::<bool>(),
        ignores_deletes in any::<bool>(),
        happenings in vec(happening(), 0..60),
    ) {
        let include = if updates_only { Include::Updates } else { Include::Values };
        let mut bucket = Bucket { entries: Vec::new(), last: 0, cursor: 0, answer: None, is_answered: false, delivered: 0 };
        for _ in 0..before {
            bucket.write(Operation::Put);
        }
        let start = if updates_only { before } else { 0 };
        bucket.consume_after(start, 0);
        let mut watch = Watch::new(include, ignores_deletes);
        let mut reader = Reader::default();
        let mut was_remade = false;

        for happening in happenings {
            match happening {
                Happening::Write(operation) => bucket.write(operation),
                Happening::Expire(count) => bucket.entries.truncate(bucket.entries.len().saturating_sub(count)),
                Happening::Deliver => reader.deliver(&mut bucket, &mut watch, include),
                Happening::Answer => if let Some(expected) = bucket.answer.take() {
                    bucket.is_answered = true;
                    reader.hear(watch.handle_created(expected).is_initialized);
                },
                Happening::Idle => if bucket.pending() == 0 && bucket.is_answered {
                    reader.hear(watch.handle_idle(bucket.delivered).is_initialized);
                },
                Happening::Reset(repeated) => {
                    watch.handle_reset();
                    let cursor = watch.revision().max(start);
                    let repeated = repeated.min(cursor - start);
                    bucket.consume_after(cursor, repeated);
                }
                Happening::Recreate(last) => {
                    was_remade = true;
                    bucket.entries.clear();
                    bucket.last = last;
                    watch.handle_reset();
                    bucket.consume_after(watch.revision(), 0);
                }
            }
            prop_assert!(reader.initialized <= 1);
            prop_assert_eq!(reader.initialized == 1, watch.is_initialized());
        }

        // Everything arrives in the end, and then the consumer says that it has nothing.
        while bucket.pending() > 0 {
            reader.deliver(&mut bucket, &mut watch, include);
        }
        if let Some(expected) = bucket.answer.take() {
            reader.hear(watch.handle_created(expected).is_initialized);
        }
        reader.hear(watch.handle_idle(bucket.delivered).is_initialized);

        prop_assert_eq!(reader.initialized, 1);
        prop_assert!(was_remade || !watch.is_ahead_of(bucket.last));
        prop_assert!(reader.told.is_sorted_by(|one, next| one < next), "{:?}", reader.told);
        if updates_only {
            prop_assert_eq!(watch.initial(), 0);
        } else {
            prop_assert_eq!(watch.initial(), reader.initial as u64);
        }
        // What was not told was told before, or is a delete nobody wants to hear of.
        if !was_remade {
            for (revision, operation) in reader.swallowed {
                let is_ignored = ignores_deletes && operation == Operation::Delete;
                prop_assert!(is_ignored || reader.told.contains(&revision), "{revision} was lost");
            }
        }
    }
}
