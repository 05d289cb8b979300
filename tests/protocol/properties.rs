//! What holds for every stream, however it is cut.

use super::common::{Heard, INBOX, Listener, UNWANTED};
use nats_wasm::core::wire::op_buffer::OpBuffer;
use nats_wasm::core::wire::scan::Scanner;
use nats_wasm::core::wire::write::{self, PreparedSubject};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A name as other clients may choose it: any bytes but those that end a token.
fn name() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => "[a-z]{1,9}(\\.[a-z0-9]{1,9}){0,3}".prop_map(String::into_bytes),
        2 => "[0-9]{1,10}".prop_map(String::into_bytes),
        1 => vec(any::<u8>().prop_filter("ends a token", |byte| !b" \t\r\n".contains(byte)), 1..40),
        1 => (500..600usize).prop_map(|len| vec![b'x'; len]),
    ]
}

/// Few subjects, so that they repeat.
fn subject() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => select(vec![b"orders.eu".to_vec(), b"orders.us".to_vec(), b"a".to_vec(), b"a.b".to_vec()]),
        1 => name(),
    ]
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => vec(any::<u8>(), 0..40),
        1 => Just(b"MSG a 1 2\r\nPING\r\n".to_vec()),
        1 => (0..9000usize).prop_map(|len| vec![b'\r'; len]),
        1 => (0..3000usize).prop_map(|len| b"\r\nMSG a 1 5".iter().copied().cycle().take(len).collect()),
    ]
}

fn headers() -> impl Strategy<Value = (Vec<u8>, u16)> {
    prop_oneof![
        4 => Just((Vec::new(), 0)),
        1 => (100..=999u16).prop_map(|code| (format!("NATS/1.0 {code}\r\n\r\n").into_bytes(), code)),
        1 => (0..5000usize).prop_map(|len| (format!("NATS/1.0\r\nA: {}\r\n\r\n", "x".repeat(len)).into_bytes(), 0)),
        1 => vec(0x80..=0xff_u8, 1..30).prop_map(|block| (block, 0)),
    ]
}

/// One op as the server writes it, and what is to be heard of it.
fn op() -> impl Strategy<Value = (Vec<u8>, Option<Heard>)> {
    let message = (
        select(vec![1, 2, 345, u32::MAX, UNWANTED, INBOX]),
        subject(),
        prop_oneof![3 => Just(Vec::new()), 1 => name()],
        headers(),
        payload(),
        select(vec![" ", " ", " ", "\t", "  ", " \t "]),
        select(vec!["", "", "", " "]),
        any::<bool>(),
    )
        .prop_map(|(sid, subject, reply, (headers, status), payload, blank, tail, upper)| {
            let verb = match (headers.is_empty(), upper) {
                (true, true) => "MSG",
                (true, false) => "mSg",
                (false, true) => "HMSG",
                (false, false) => "hmsg",
            };
            let mut op = [verb.as_bytes(), &subject, sid.to_string().as_bytes()].join(blank.as_bytes());
            if !reply.is_empty() {
                op.extend_from_slice(blank.as_bytes());
                op.extend_from_slice(&reply);
            }
            if !headers.is_empty() {
                op.extend_from_slice(format!("{blank}{}", headers.len()).as_bytes());
            }
            op.extend_from_slice(format!("{blank}{}{tail}\r\n", headers.len() + payload.len()).as_bytes());
            op.extend_from_slice(&headers);
            op.extend_from_slice(&payload);
            op.extend_from_slice(b"\r\n");
            let heard = Heard::Message { sid, subject, reply, status, headers, payload };
            (op, Some(heard).filter(|_| sid != UNWANTED))
        });
    let control = select(vec![
        ("PING\r\n", "PING", ""),
        ("pong\r\n", "PONG", ""),
        ("+OK\r\n", "+OK", ""),
        ("-ERR 'Permissions Violation'\r\n", "-ERR", "'Permissions Violation'"),
        (
            "INFO {\"server_id\":\"x\",\"max_payload\":1048576}\r\n",
            "INFO",
            "{\"server_id\":\"x\",\"max_payload\":1048576}",
        ),
    ])
    .prop_map(|(op, name, text)| (op.into(), Some(Heard::Op(name.into(), text.into()))));
    prop_oneof![6 => message, 1 => control]
}

fn stream() -> impl Strategy<Value = (Vec<u8>, Vec<Heard>)> {
    vec(op(), 1..40).prop_map(|ops| {
        let bytes = ops.iter().flat_map(|(bytes, _)| bytes.iter().copied()).collect();
        (bytes, ops.into_iter().filter_map(|(_, heard)| heard).collect())
    })
}

/// How the stream is cut into WebSocket messages.
#[derive(Clone, Debug)]
enum Cut {
    Every(usize),
    At(Vec<Index>),
}

fn cut() -> impl Strategy<Value = Cut> {
    prop_oneof![
        Just(Cut::Every(usize::MAX)),
        Just(Cut::Every(4096)),
        Just(Cut::Every(1)),
        (2..40usize).prop_map(Cut::Every),
        vec(any::<Index>(), 1..30).prop_map(Cut::At),
    ]
}

impl Cut {
    fn events<'a>(&self, stream: &'a [u8]) -> Vec<&'a [u8]> {
        match self {
            Cut::Every(len) => stream.chunks(*len).collect(),
            Cut::At(places) => {
                let mut places: Vec<usize> =
                    places.iter().map(|place| place.index(stream.len() + 1)).collect();
                places.sort_unstable();
                let mut from = 0;
                let mut events = Vec::new();
                for to in places.into_iter().chain([stream.len()]) {
                    events.push(&stream[from..to]);
                    from = to;
                }
                events
            }
        }
    }
}

fn window() -> impl Strategy<Value = usize> {
    prop_oneof![Just(64 * 1024), 1..200usize, 200..5000usize]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn every_cutting_is_heard_alike((stream, said) in stream(), cut in cut(), window in window()) {
        let mut listener = Listener::new(Scanner::with_window(window));
        for event in cut.events(&stream) {
            listener.event(event).expect("a sound stream");
        }
        prop_assert_eq!(listener.heard(), said);
    }

    #[test]
    fn every_cutting_is_heard_alike_on_the_stage(
        (stream, said) in stream(), cut in cut(), window in window(), staged in vec(any::<bool>(), 1..8),
    ) {
        let mut listener = Listener::new(Scanner::with_window(window));
        for (event, is_staged) in cut.events(&stream).into_iter().zip(staged.iter().cycle()) {
            let result = if *is_staged { listener.staged_event(event) } else { listener.event(event) };
            result.expect("a sound stream");
        }
        prop_assert_eq!(listener.heard(), said);
    }

    #[test]
    fn every_cutting_of_a_broken_stream_breaks_behind_the_same_message(
        (stream, _) in stream(), place in any::<Index>(), byte in any::<u8>(), cut in cut(), window in window(),
    ) {
        let mut stream = stream;
        let place = place.index(stream.len());
        stream[place] = byte;
        // A wrong line may be refused before its end has come: give it one, so that nobody still waits for it.
        stream.push(b'\n');
        let mut whole = Listener::new(Scanner::new());
        let whole_breaks = whole.event(&stream).is_err();
        for receive in [Listener::event, Listener::staged_event] {
            let mut listener = Listener::new(Scanner::with_window(window));
            let breaks = cut.events(&stream).into_iter().any(|event| receive(&mut listener, event).is_err());
            prop_assert_eq!(listener.heard(), whole.heard());
            prop_assert_eq!(breaks, whole_breaks);
        }
    }

    #[test]
    fn arbitrary_bytes_are_heard_or_refused(events in vec(vec(any::<u8>(), 0..300), 0..5)) {
        let mut listener = Listener::new(Scanner::new());
        let _heard_or_refused = events.iter().try_for_each(|event| listener.event(event));
    }

    #[test]
    fn what_is_published_can_be_scanned(
        subject in subject(), reply in prop_oneof![Just(Vec::new()), name()], (headers, status) in headers(),
        payload in payload(), cut in cut(),
    ) {
        let mut line = OpBuffer::new();
        let mut to = PreparedSubject::new(&subject);
        let body = write::publish(&mut line, &mut to, &reply, headers.len() as u32, payload.len() as u32);
        let (head, tail) = line[body].split_at_mut(headers.len());
        head.copy_from_slice(&headers);
        tail.copy_from_slice(&payload);
        // The server's line for it: the verb's name changes, and the sid stands behind the subject.
        let rest = line.iter().position(|&byte| byte == b' ').unwrap() + 1 + subject.len();
        let verb: &[u8] = if headers.is_empty() { b"MSG " } else { b"HMSG " };
        let stream = [verb, &subject, b" 9", &line[rest..]].concat();

        let mut listener = Listener::new(Scanner::new());
        for event in cut.events(&stream) {
            listener.event(event).expect("a sound stream");
        }
        prop_assert_eq!(listener.heard(), vec![Heard::Message { sid: 9, subject, reply, status, headers, payload }]);
    }
}
