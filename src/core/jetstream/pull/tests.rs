//! What a pull consumer asks for, step by step.

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn at(millis: u64) -> Instant {
    Instant::from_micros(millis * 1000)
}

fn endless() -> Config {
    Config {
        endless: true,
        max_messages: 100,
        max_bytes: 0,
        threshold_messages: 75,
        threshold_bytes: 0,
        expires: 30 * SECOND,
        heartbeat: 15 * SECOND,
        watches: true,
        abort_on_missing: false,
        blind: false,
    }
}

fn batch(max_messages: u64) -> Config {
    Config { endless: false, max_messages, ..endless() }
}

fn pull(messages: u64) -> Output {
    Output::Pull { messages, bytes: 0, expires: 30 * SECOND, heartbeat: 15 * SECOND }
}

fn read(count: u64) -> Progress {
    Progress { received: count, taken: count, ..Progress::default() }
}

fn status(kind: Kind, messages: u64) -> Status {
    Status { kind, messages, bytes: 0 }
}

/// Everything there is to do, without the timeout.
fn outputs(machine: &mut Pull) -> Vec<Output> {
    std::iter::from_fn(|| match machine.poll_output() {
        Output::Timeout(_) => None,
        output => Some(output),
    })
    .collect()
}

fn started(config: Config) -> Pull {
    let mut machine = Pull::new(at(0), config);
    outputs(&mut machine);
    machine
}

#[test]
fn asks_for_everything_at_first_and_for_more_at_the_threshold() {
    let mut machine = Pull::new(at(0), endless());
    assert_eq!(outputs(&mut machine), [pull(100)]);
    assert_eq!(machine.taken_due(), Some(25));
    machine.handle_progress(at(1), read(24));
    assert_eq!(outputs(&mut machine), []);
    machine.handle_progress(at(1), read(25));
    assert_eq!((outputs(&mut machine), machine.taken_due()), (vec![pull(25)], Some(50)));
}

#[test]
fn what_is_not_read_is_room_that_is_taken() {
    let mut machine = started(endless());
    machine.handle_progress(at(1), Progress { received: 100, ..Progress::default() });
    assert_eq!(outputs(&mut machine), []);
    machine.handle_progress(at(1), Progress { received: 100, taken: 40, ..Progress::default() });
    assert_eq!(outputs(&mut machine), [pull(40)]);
}

#[test]
fn a_threshold_that_is_its_limit_still_leaves_room() {
    let mut machine = started(Config { max_messages: 1, threshold_messages: 1, ..endless() });
    assert_eq!(machine.taken_due(), Some(1));
    machine.handle_progress(at(1), read(1));
    assert_eq!(outputs(&mut machine), [pull(1)]);
}

#[test]
fn bytes_count_as_messages_do() {
    let limits = Config { max_bytes: 1000, threshold_bytes: 750, ..endless() };
    let mut machine = Pull::new(at(0), limits);
    let ask =
        |messages, bytes| Output::Pull { messages, bytes, expires: 30 * SECOND, heartbeat: 15 * SECOND };
    assert_eq!(outputs(&mut machine), [ask(100, 1000)]);
    assert_eq!(machine.bytes_due(), Some(250));
    machine.handle_progress(at(1), Progress { received_bytes: 300, taken_bytes: 300, ..read(2) });
    assert_eq!(outputs(&mut machine), [ask(2, 300)]);
}

#[test]
fn after_a_message_that_does_not_fit_the_next_request_is_a_whole_one() {
    let limits = Config { max_bytes: 1000, threshold_bytes: 750, ..endless() };
    let mut machine = started(limits);
    machine.handle_progress(at(1), Progress { received_bytes: 300, taken_bytes: 300, ..read(2) });
    outputs(&mut machine);
    machine.handle_status(at(2), Status { kind: Kind::Oversized, messages: 98, bytes: 700 });
    let asked = |machine: &mut Pull| {
        outputs(machine).into_iter().filter(|it| matches!(it, Output::Pull { .. })).collect::<Vec<_>>()
    };
    assert_eq!(asked(&mut machine), []);
    let whole = Output::Pull { messages: 100, bytes: 1000, expires: 30 * SECOND, heartbeat: 15 * SECOND };
    machine.handle_status(at(2), Status { kind: Kind::Oversized, messages: 2, bytes: 300 });
    assert_eq!(asked(&mut machine), [whole]);
    // Larger than everything that may be asked for: not again and again.
    machine.handle_status(at(3), Status { kind: Kind::Oversized, messages: 100, bytes: 1000 });
    assert_eq!(asked(&mut machine), []);
    machine.handle_timeout(at(253));
    assert_eq!(asked(&mut machine), [whole]);
}

#[test]
fn a_batch_ends_with_its_last_message_with_its_status_and_with_its_time() {
    let mut machine = started(batch(10));
    assert_eq!(machine.received_due(), Some(10));
    machine.handle_progress(at(1), read(9));
    assert_eq!(outputs(&mut machine), []);
    machine.handle_progress(at(1), read(10));
    assert_eq!(outputs(&mut machine), [Output::End(End::Done)]);

    let mut machine = started(batch(10));
    machine.handle_status(at(1), status(Kind::Expired, 10));
    let discard = Output::Tell(Notice::Discard { messages: 10, bytes: 0 });
    assert_eq!(outputs(&mut machine), [discard, Output::End(End::Done)]);

    let mut machine = started(Config { heartbeat: Duration::ZERO, ..batch(10) });
    assert_eq!(machine.poll_output(), Output::Timeout(Some(at(31_500))));
    machine.handle_timeout(at(31_500));
    assert_eq!(outputs(&mut machine), [Output::End(End::Done)]);
}

#[test]
fn a_batch_asks_for_its_rest_and_no_longer_than_its_time() {
    let mut machine = started(batch(10));
    machine.handle_progress(at(9_000), read(4));
    machine.handle_disconnect();
    machine.handle_connect(at(10_000));
    let rest = Output::Pull { messages: 6, bytes: 0, expires: 20 * SECOND, heartbeat: 10 * SECOND };
    assert_eq!(outputs(&mut machine), [rest]);
    machine.handle_disconnect();
    machine.handle_connect(at(29_990));
    assert_eq!(outputs(&mut machine), [Output::End(End::Done)]);
}

#[test]
fn a_batch_is_refused_where_endless_messages_wait() {
    for kind in [Kind::BadRequest, Kind::Deleted, Kind::NoResponders, Kind::Limit] {
        let mut machine = started(batch(10));
        machine.handle_status(at(1), status(kind, 0));
        assert_eq!(outputs(&mut machine).last(), Some(&Output::End(End::Refused)), "{kind:?}");
    }
    for kind in [Kind::Deleted, Kind::NoResponders] {
        let mut machine = started(endless());
        machine.handle_status(at(1), status(kind, 0));
        assert_eq!(outputs(&mut machine).last(), Some(&Output::Look), "{kind:?}");
        let mut machine = started(Config { abort_on_missing: true, ..endless() });
        machine.handle_status(at(1), status(kind, 0));
        assert_eq!(outputs(&mut machine).last(), Some(&Output::End(End::Refused)), "{kind:?}");
    }
}

#[test]
fn looks_less_and_less_often_until_the_consumer_is_back() {
    let mut machine = started(endless());
    machine.handle_status(at(0), status(Kind::Deleted, 0));
    assert_eq!(outputs(&mut machine), [Output::Tell(Notice::ConsumerDeleted), Output::Look]);
    let mut now = 0;
    for (count, wait) in [(1, 250), (2, 500), (3, 1000), (4, 2000), (5, 5000), (6, 5000)] {
        machine.handle_look(at(now), LookResult::NoConsumer);
        assert_eq!(outputs(&mut machine), [Output::Tell(Notice::ConsumerNotFound(count))]);
        machine.handle_timeout(at(now + wait - 1));
        assert_eq!(outputs(&mut machine), []);
        now += wait;
        machine.handle_timeout(at(now));
        assert_eq!(outputs(&mut machine), [Output::Look]);
    }
    machine.handle_look(at(now), LookResult::Consumer);
    assert_eq!(outputs(&mut machine), [pull(100)]);
}

#[test]
fn silence_makes_it_look_and_ask_again() {
    let mut machine = started(endless());
    machine.handle_timeout(at(15_000));
    assert_eq!(outputs(&mut machine), []);
    machine.handle_timeout(at(30_000));
    assert_eq!(outputs(&mut machine), [Output::Tell(Notice::HeartbeatsMissed(2)), Output::Look]);
    machine.handle_look(at(30_010), LookResult::Consumer);
    assert_eq!(outputs(&mut machine), [pull(100)]);
    machine.handle_timeout(at(45_010));
    machine.handle_timeout(at(60_010));
    assert_eq!(outputs(&mut machine), [Output::Tell(Notice::HeartbeatsMissed(4)), Output::Look]);
}

#[test]
fn a_sign_of_life_while_it_looks_saves_the_request() {
    let mut machine = started(endless());
    machine.handle_timeout(at(15_000));
    machine.handle_timeout(at(30_000));
    outputs(&mut machine);
    machine.handle_status(at(30_001), status(Kind::Heartbeat, 0));
    machine.handle_look(at(30_010), LookResult::Consumer);
    assert_eq!(outputs(&mut machine), [Output::Tell(Notice::Heartbeat)]);
}

#[test]
fn silence_ends_a_batch_and_blind_ones_ask_at_once() {
    let mut machine = started(Config { heartbeat: SECOND, ..batch(10) });
    machine.handle_timeout(at(1000));
    machine.handle_timeout(at(2000));
    assert_eq!(outputs(&mut machine), [Output::Tell(Notice::HeartbeatsMissed(2)), Output::End(End::Silent)]);

    let mut machine = started(Config { blind: true, ..endless() });
    machine.handle_timeout(at(15_000));
    machine.handle_timeout(at(30_000));
    assert_eq!(outputs(&mut machine), [Output::Tell(Notice::HeartbeatsMissed(2)), pull(100)]);
}

#[test]
fn nothing_is_missed_while_nothing_is_asked_for() {
    let mut machine = started(endless());
    let unread = Progress { received: 100, ..Progress::default() };
    for now in [15_000, 30_000, 45_000, 60_000] {
        machine.handle_progress(at(now), unread);
        machine.handle_timeout(at(now));
        assert_eq!(outputs(&mut machine), []);
    }
    machine.handle_progress(at(70_000), read(100));
    assert_eq!(outputs(&mut machine), [pull(100)]);
    assert_eq!(machine.poll_output(), Output::Timeout(Some(at(85_000))));
}

#[test]
fn a_connection_that_is_back_is_asked_at_once() {
    let mut machine = started(endless());
    machine.handle_progress(at(1), read(10));
    machine.handle_disconnect();
    assert_eq!(machine.poll_output(), Output::Timeout(None));
    machine.handle_timeout(at(90_000));
    assert_eq!(outputs(&mut machine), []);
    machine.handle_connect(at(90_000));
    assert_eq!(outputs(&mut machine), [pull(100)]);
    assert_eq!(machine.poll_output(), Output::Timeout(Some(at(105_000))));
}

#[test]
fn a_status_that_does_not_say_how_much_means_the_last_request() {
    let mut machine = started(endless());
    machine.handle_progress(at(1), read(25));
    outputs(&mut machine);
    machine.handle_status(at(2), status(Kind::Limit, 0));
    let told = [Output::Tell(Notice::ExceededLimits), Output::Tell(Notice::Debug)];
    assert_eq!(outputs(&mut machine), told);
    assert_eq!(machine.outstanding(), 75);
    machine.handle_timeout(at(251));
    assert_eq!(outputs(&mut machine), []);
    machine.handle_timeout(at(252));
    assert_eq!(outputs(&mut machine), [pull(25)]);
}

#[test]
fn a_client_that_is_not_pinned_any_more_asks_again() {
    for (config, expected) in [(endless(), pull(100)), (batch(10), pull(10))] {
        let mut machine = started(config);
        let messages = machine.outstanding();
        machine.handle_status(at(0), status(Kind::Unpinned, messages));
        assert_eq!(outputs(&mut machine), [Output::Tell(Notice::Unpinned), expected]);
    }
}

#[test]
fn another_consumer_is_asked_for_what_is_still_wanted() {
    let mut machine = started(Config { watches: false, ..endless() });
    machine.handle_progress(at(1), read(10));
    machine.restart(at(2));
    assert_eq!(outputs(&mut machine), [pull(100)]);
    assert_eq!(machine.poll_output(), Output::Timeout(None));
}

#[test]
fn nothing_follows_the_end() {
    let mut machine = started(endless());
    machine.stop();
    machine.handle_status(at(1), status(Kind::Deleted, 0));
    machine.handle_progress(at(2), read(100));
    machine.handle_connect(at(3));
    machine.restart(at(3));
    machine.handle_timeout(at(90_000));
    assert_eq!(machine.poll_output(), Output::Timeout(None));
}
