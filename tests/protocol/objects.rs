//! What holds for every object, however its source hands it out, and whatever the link does to it.

use std::time::Duration;

use nats_wasm::core::object::digest::Digest;
use nats_wasm::core::object::read::{Read, Verdict};
use nats_wasm::core::object::write::{Bounds, Output, Write};
use nats_wasm::core::time::Instant;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const BOUNDS: Bounds = Bounds { bytes: 200, chunks: 7, patience: Duration::from_millis(100) };

struct Put {
    chunks: Vec<Vec<u8>>,
    sum: [u8; 32],
}

/// Puts `bytes`, which come in pieces of these lengths (again and again); before each output up to so many acks come.
fn put(bytes: &[u8], chunk: usize, pieces: &[usize], acks: &[u8]) -> Put {
    let mut write = Write::new(chunk as u64, BOUNDS);
    let mut chunks: Vec<Vec<u8>> = Vec::new();
    let (mut given, mut taken, mut now) = (0, 0, 0);
    let mut pieces = pieces.iter().cycle();
    let mut acks = acks.iter().cycle();
    loop {
        now += 7;
        let at = Instant::from_micros(now * 1000);
        for _ in 0..*acks.next().unwrap() {
            write.handle_stored(at);
        }
        match write.poll_output(at) {
            Output::Read if given == bytes.len() => write.end(),
            Output::Read => {
                let len = (*pieces.next().unwrap()).min(bytes.len() - given);
                given += len;
                write.add(len as u64);
            }
            Output::Send { len } => {
                let next = &bytes[taken..taken + len as usize];
                taken += next.len();
                write.feed(next);
                chunks.push(next.to_vec());
                let on_its_way = chunks.len() as u64 - write.settled();
                assert!(on_its_way as usize <= BOUNDS.chunks);
                assert!(write.in_flight() <= BOUNDS.bytes || on_its_way == 1);
            }
            Output::Wait => write.handle_stored(at),
            Output::Commit => break,
            Output::Clean => panic!("nothing has failed"),
        }
    }
    assert_eq!(write.size(), bytes.len() as u64);
    assert_eq!(write.stored(), bytes.len() as u64);
    assert_eq!(write.chunks(), chunks.len() as u64);
    Put { chunks, sum: write.sum() }
}

fn sum(bytes: &[u8]) -> [u8; 32] {
    let mut digest = Digest::default();
    digest.update(bytes);
    digest.finish()
}

/// The last verdict.
fn get(size: usize, count: usize, expected: [u8; 32], chunks: &[(u64, Vec<u8>)]) -> Verdict {
    let mut read = Read::new(size as u64, count as u64, expected);
    for (at, (seq, bytes)) in chunks.iter().enumerate() {
        let (left, right) = bytes.split_at(bytes.len() / 3);
        read.feed(left);
        read.feed(right);
        let verdict = read.handle_chunk(*seq, bytes.len() as u64, (chunks.len() - at - 1) as u64);
        if verdict != Verdict::More {
            return verdict;
        }
    }
    read.handle_end()
}

fn numbered(chunks: &[Vec<u8>]) -> Vec<(u64, Vec<u8>)> {
    (1..).step_by(3).zip(chunks.iter().cloned()).collect()
}

proptest! {
    #[test]
    fn any_cutting_of_the_source_gives_the_same_object(
        bytes in vec(any::<u8>(), 0..2000),
        chunk in 1..300usize,
        pieces in vec(1..500usize, 1..9),
        acks in vec(0..4u8, 1..9),
    ) {
        let put = put(&bytes, chunk, &pieces, &acks);
        let expected: Vec<Vec<u8>> = bytes.chunks(chunk).map(<[u8]>::to_vec).collect();
        prop_assert_eq!(&put.chunks, &expected);
        prop_assert_eq!(put.sum, sum(&bytes));
        let verdict = get(bytes.len(), expected.len(), put.sum, &numbered(&put.chunks));
        prop_assert_eq!(verdict, Verdict::Whole);
    }

    #[test]
    fn an_object_that_is_not_what_was_put_is_never_whole(
        bytes in vec(any::<u8>(), 1..2000),
        chunk in 1..300usize,
        at in any::<Index>(),
        other in any::<Index>(),
        damage in 0..5,
    ) {
        let put = put(&bytes, chunk, &[64], &[1]);
        let mut chunks = numbered(&put.chunks);
        let count = chunks.len();
        let at = at.index(count);
        match damage {
            0 => { chunks.remove(at); }
            1 => chunks.insert(at, chunks[at].clone()),
            2 => { let byte = other.index(chunks[at].1.len()); chunks[at].1[byte] ^= 1; }
            3 => { chunks[at].1.pop(); }
            _ => chunks[at].1.push(7),
        }
        let verdict = get(bytes.len(), count, put.sum, &chunks);
        prop_assert!(!matches!(verdict, Verdict::Whole | Verdict::More), "{:?}", verdict);
    }

    #[test]
    fn a_digest_is_the_same_in_any_pieces(bytes in vec(any::<u8>(), 0..700), cuts in vec(any::<Index>(), 0..9)) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let mut digest = Digest::default();
        let mut from = 0;
        for cut in cuts.into_iter().chain([bytes.len()]) {
            digest.update(&bytes[from..cut]);
            from = cut;
        }
        prop_assert_eq!(digest.finish(), sum(&bytes));
    }

    /// Whatever comes in whatever order: a put that has failed ends in cleaning up, with nothing on its way.
    #[test]
    fn a_put_that_fails_ends(events in vec(0..5u8, 0..60)) {
        let mut write = Write::new(10, BOUNDS);
        write.add(5000);
        for event in events {
            match event {
                0 => write.handle_stored(Instant::from_micros(0)),
                1 => write.handle_refused(),
                2 => write.abort(),
                3 => write.add(3),
                _ => { write.poll_output(Instant::from_micros(0)); }
            }
        }
        write.abort();
        let mut waits = 0;
        while write.poll_output(Instant::from_micros(0)) == Output::Wait {
            write.handle_stored(Instant::from_micros(0));
            waits += 1;
            prop_assert!(waits <= BOUNDS.chunks);
        }
        prop_assert_eq!(write.poll_output(Instant::from_micros(0)), Output::Clean);
        prop_assert_eq!(write.in_flight(), 0);
    }
}
