//! Ordered consumers step by step. `tests/protocol/ordered.rs` loses, repeats and kills at random.

use super::*;

const BEAT: Duration = Duration::from_secs(5);

fn at(millis: u64) -> Instant {
    Instant::from_micros(millis * 1000)
}

/// A machine whose consumer 1 exists since 0.
fn running() -> Ordered {
    let mut ordered = Ordered::new(at(0), Some(BEAT), 0.0);
    assert_eq!(ordered.poll_output(at(0)), Output::Recreate { serial: 1, start_seq: 0 });
    ordered.handle_created(at(0), 1, 0);
    ordered
}

#[test]
fn a_gap_is_read_again_from_behind_the_last_message() {
    let mut ordered = running();
    assert_eq!(ordered.handle_message(1, 10, 1), Verdict::Deliver);
    assert_eq!(ordered.handle_message(1, 30, 3), Verdict::Ignore);
    assert_eq!(ordered.poll_output(at(1)), Output::Recreate { serial: 2, start_seq: 11 });
    assert_eq!(ordered.handle_message(1, 20, 2), Verdict::Ignore, "a stale consumer");
    assert_eq!(ordered.handle_message(2, 20, 1), Verdict::Deliver, "before the answer to the creation");
    ordered.handle_created(at(2), 2, 0);
    assert_eq!(ordered.handle_message(2, 20, 1), Verdict::Ignore, "a repeat");
    assert_eq!(ordered.poll_output(at(2)), Output::Timeout(Some(at(5002))));
    assert_eq!(ordered.handle_message(2, 30, 2), Verdict::Deliver);
    assert_eq!(ordered.stream_seq(), 30);
}

#[test]
fn a_consumer_that_begins_again_and_tells_something_new_is_given_up() {
    let mut ordered = running();
    ordered.handle_message(1, 10, 1);
    ordered.handle_message(1, 11, 2);
    assert_eq!(ordered.handle_message(1, 10, 1), Verdict::Ignore);
    assert!(!ordered.is_lost(), "it will come to what was not read");
    // 12 and 13 are its third and fourth; that 10 is gone from the stream makes 13 its third.
    assert_eq!(ordered.handle_message(1, 12, 2), Verdict::Ignore);
    assert_eq!(ordered.poll_output(at(1)), Output::Recreate { serial: 2, start_seq: 12 });
}

#[test]
fn a_heartbeat_tells_of_a_message_that_was_lost_at_the_end() {
    let mut ordered = running();
    ordered.handle_message(1, 10, 1);
    ordered.handle_heartbeat(1, 1);
    assert_eq!(ordered.poll_output(at(1)), Output::Timeout(Some(at(5000))));
    ordered.handle_heartbeat(1, 2);
    assert_eq!(ordered.poll_output(at(1)), Output::Recreate { serial: 2, start_seq: 11 });
    ordered.handle_heartbeat(1, 2);
    assert_eq!(ordered.poll_output(at(1)), Output::Timeout(None));
}

#[test]
fn before_the_first_message_the_next_consumer_begins_as_the_first_did() {
    let mut ordered = running();
    ordered.handle_gone(1);
    assert_eq!(ordered.poll_output(at(0)), Output::Timeout(Some(at(125))));
    assert_eq!(ordered.poll_output(at(125)), Output::Recreate { serial: 2, start_seq: 0 });
}

#[test]
fn a_reader_of_what_is_new_does_not_lose_what_comes_before_its_first_message() {
    let mut ordered = Ordered::new(at(0), None, 0.0);
    ordered.poll_output(at(0));
    ordered.handle_created(at(0), 1, 41);
    assert_eq!(ordered.handle_message(1, 44, 3), Verdict::Ignore);
    assert_eq!(ordered.poll_output(at(1000)), Output::Timeout(Some(at(1125))));
    assert_eq!(ordered.poll_output(at(1125)), Output::Recreate { serial: 2, start_seq: 42 });
}

#[test]
fn two_silent_intervals_are_a_lost_consumer() {
    let mut ordered = running();
    ordered.handle_message(1, 1, 1);
    ordered.handle_timeout(at(5000));
    ordered.handle_timeout(at(10_000));
    assert_eq!(
        ordered.poll_output(at(10_000)),
        Output::Timeout(Some(at(15_000))),
        "it was heard in the first"
    );
    ordered.handle_timeout(at(15_000));
    assert_eq!(ordered.missed(), 2);
    assert_eq!(ordered.poll_output(at(15_000)), Output::Recreate { serial: 2, start_seq: 2 });
}

#[test]
fn a_consumer_that_cannot_be_made_is_tried_again_and_less_often() {
    let mut ordered = Ordered::new(at(0), None, 1.0);
    let mut waits = Vec::new();
    let mut now = at(0);
    for serial in 1..=8 {
        assert_eq!(ordered.poll_output(now), Output::Recreate { serial, start_seq: 0 });
        ordered.handle_failed(serial);
        let Output::Timeout(Some(next)) = ordered.poll_output(now) else { panic!("a wait") };
        waits.push(next.since(now).as_millis());
        now = next;
    }
    assert_eq!(waits, [250, 500, 1000, 2000, 5000, 5000, 5000, 5000]);
    assert_eq!(ordered.attempts(), 8);
}

#[test]
fn nothing_is_made_while_the_connection_is_away_and_at_once_when_it_is_back() {
    let mut ordered = running();
    ordered.handle_message(1, 7, 1);
    ordered.handle_disconnect();
    ordered.handle_timeout(at(60_000));
    ordered.rewind(7);
    assert_eq!(ordered.poll_output(at(60_000)), Output::Timeout(None));
    assert_eq!(ordered.handle_message(1, 8, 2), Verdict::Ignore);
    ordered.handle_reconnect();
    assert_eq!(ordered.poll_output(at(60_000)), Output::Recreate { serial: 2, start_seq: 8 });
}

#[test]
fn the_answer_to_a_creation_that_was_overtaken_counts_for_nothing() {
    let mut ordered = running();
    ordered.handle_gone(1);
    assert_eq!(ordered.poll_output(at(200)), Output::Timeout(Some(at(325))));
    assert_eq!(ordered.poll_output(at(400)), Output::Recreate { serial: 2, start_seq: 0 });
    ordered.handle_disconnect();
    ordered.handle_created(at(500), 2, 0);
    ordered.handle_reconnect();
    assert_eq!(ordered.poll_output(at(500)), Output::Recreate { serial: 3, start_seq: 0 });
    ordered.handle_failed(2);
    assert_eq!(ordered.poll_output(at(500)), Output::Timeout(None));
}

#[test]
fn flow_control_is_answered_when_the_reader_is_done_with_what_came_before() {
    let mut ordered = running();
    ordered.handle_message(1, 1, 1);
    assert!(!ordered.handle_flow_control(1));
    assert!(ordered.process());
    assert!(ordered.handle_flow_control(1));
    assert!(!ordered.handle_flow_control(7), "a stale consumer");
}

#[test]
fn a_stream_that_was_made_again_is_read_from_its_beginning() {
    let mut ordered = running();
    ordered.handle_message(1, 1000, 1);
    ordered.handle_gone(1);
    assert_eq!(ordered.poll_output(at(0)), Output::Recreate { serial: 2, start_seq: 1001 });
    assert_eq!(ordered.handle_message(2, 1, 1), Verdict::Deliver);
    assert_eq!(ordered.stream_seq(), 1);
}

#[test]
fn what_a_reader_left_behind_is_delivered_again_at_once() {
    let mut ordered = running();
    for seq in 1..=5 {
        ordered.handle_message(1, seq, seq);
    }
    ordered.rewind(2);
    assert!(ordered.is_lost());
    assert_eq!(ordered.handle_message(1, 6, 6), Verdict::Ignore);
    assert_eq!(ordered.poll_output(at(0)), Output::Recreate { serial: 2, start_seq: 3 });
    ordered.rewind(0);
    assert_eq!(ordered.poll_output(at(0)), Output::Recreate { serial: 3, start_seq: 0 });
}
