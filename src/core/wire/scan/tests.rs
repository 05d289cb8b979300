//! The scanner event by event. `tests/protocol/properties.rs` cuts streams in every way.

use super::*;
use crate::core::wire::Admission;
use crate::core::wire::rows::{FLAG_JOINED, FLAG_LAST, ROW_WORDS};
use crate::core::wire::slices::{Joined, Staged};

/// Admits every sid but 99, which `wants` knows, and 98, which it does not. Sid 7 is a reply with ticket 1234.
#[derive(Default)]
struct Log {
    ops: Vec<String>,
    admitted: Vec<u32>,
    break_on_err: bool,
}

impl Sink for Log {
    fn wants(&self, sid: u32) -> bool {
        sid != 99
    }

    fn admit(&mut self, message: &Incoming<'_>) -> Option<Admission> {
        self.admitted.push(message.sid);
        match message.sid {
            98 | 99 => None,
            7 => Some(Admission { flags: FLAG_REPLY | FLAG_LAST, ticket: 1234 }),
            _ => Some(Admission::default()),
        }
    }

    fn handle_op(&mut self, op: ServerOp<'_>) -> Result<(), Broken> {
        if self.break_on_err && matches!(op, ServerOp::Err(_)) {
            return Err(Broken::new("told to"));
        }
        self.ops.push(format!("{op:?}"));
        Ok(())
    }
}

struct Wire {
    scanner: Scanner,
    joiner: Joined,
    rows: Rows,
    log: Log,
    /// `sid subject reply status headers payload` of every row, joined ones with a `+` in front.
    messages: Vec<String>,
    last: Vec<Row>,
}

impl Wire {
    fn new(scanner: Scanner) -> Wire {
        Wire {
            scanner,
            joiner: Joined::default(),
            rows: Rows::new(),
            log: Log::default(),
            messages: Vec::new(),
            last: Vec::new(),
        }
    }

    fn event(&mut self, event: &[u8]) -> Result<(), Broken> {
        self.read(&event, event)
    }

    fn staged_event(&mut self, event: &[u8]) -> Result<(), Broken> {
        let left = self.scanner.body_left() as usize;
        let staged = Staged::put(event, left, self.scanner.stage()).expect("a small event");
        self.read(&staged, event)
    }

    fn read<S: Source + AsRef<[u8]>>(&mut self, source: &S, event: &[u8]) -> Result<(), Broken> {
        let mut at = 0;
        self.last.clear();
        while at < event.len() {
            let result = self.scanner.scan(source, at, &mut self.joiner, &mut self.rows, &mut self.log);
            assert_eq!(self.rows.words().len(), self.rows.len() * ROW_WORDS);
            for index in 0..self.rows.len() {
                let row = self.rows.get(index);
                let joined = row.flags & FLAG_JOINED != 0;
                let bytes = if joined { self.joiner.finished() } else { event };
                let text = |from: u32, len: u32| {
                    String::from_utf8_lossy(&bytes[from as usize..][..len as usize]).into_owned()
                };
                self.messages.push(format!(
                    "{}{} {} {} {} {:?} {:?}",
                    if joined { "+" } else { "" },
                    row.sid,
                    text(row.subject_at, row.subject_len.into()),
                    text(row.subject_at + u32::from(row.reply_delta), row.reply_len.into()),
                    row.status,
                    text(row.body_at, row.header_len),
                    text(row.body_at + row.header_len, row.payload_len),
                ));
                self.last.push(row);
            }
            let next = result?;
            assert!(next > at, "the scanner moves on");
            at = next;
        }
        Ok(())
    }
}

fn scan(events: &[&[u8]]) -> Wire {
    let mut wire = Wire::new(Scanner::new());
    for event in events {
        wire.event(event).expect("a sound stream");
    }
    wire
}

fn why(stream: &str) -> String {
    let whole = Wire::new(Scanner::new()).event(stream.as_bytes()).expect_err(stream).why;
    let mut bytewise = Wire::new(Scanner::new());
    let broken = stream.as_bytes().iter().find_map(|byte| bytewise.event(&[*byte]).err());
    assert!(broken.is_some(), "byte by byte it passes: {stream:?}");
    whole
}

#[test]
fn messages_of_one_event_are_rows_of_it() {
    let wire = scan(&[
        b"MSG a.b 1 5\r\nhello\r\nMSG a.b 1 r.x 0\r\n\r\nHMSG c 2 16 18\r\nNATS/1.0 503\r\n\r\nhi\r\n",
    ]);
    assert_eq!(
        wire.messages,
        ["1 a.b  0 \"\" \"hello\"", "1 a.b r.x 0 \"\" \"\"", "2 c  503 \"NATS/1.0 503\\r\\n\\r\\n\" \"hi\"",]
    );
    assert_eq!(wire.last.iter().map(|row| row.key).collect::<Vec<_>>(), [1, 1, 2]);
    assert_eq!(wire.last[0].subject_at, 4);
}

#[test]
fn ops_come_in_the_order_of_the_wire() {
    let wire = scan(&[b"INFO {\"x\":1}\r\n+OK\r\nPING\r\nMSG a 1 1\r\nx\r\nPONG\r\n-ERR 'no'\r\n"]);
    assert_eq!(
        wire.log.ops,
        ["Info([123, 34, 120, 34, 58, 49, 125])", "Ok", "Ping", "Pong", "Err([39, 110, 111, 39])"]
    );
    assert_eq!(wire.messages.len(), 1);
}

#[test]
fn a_cut_message_is_joined() {
    let wire = scan(&[b"MSG a 1 r 5\r\nhe", b"llo\r\nMSG a 1 2\r\nhi\r\nMS", b"G b 1 3\r\nxyz\r\n"]);
    assert_eq!(wire.messages, ["+1 a r 0 \"\" \"hello\"", "1 a  0 \"\" \"hi\"", "+1 b  0 \"\" \"xyz\""]);
    assert!(wire.scanner.held.is_empty());
}

#[test]
fn the_end_of_a_body_can_be_cut() {
    for (first, second) in [("\r", "\n"), ("", "\r\n")] {
        let first = format!("MSG a 1 2\r\nhi{first}");
        let second = format!("{second}PING\r\n");
        let wire = scan(&[first.as_bytes(), second.as_bytes()]);
        assert_eq!(wire.messages, ["+1 a  0 \"\" \"hi\""]);
        assert_eq!(wire.log.ops, ["Ping"]);
    }
}

#[test]
fn a_cut_header_block_is_completed_first() {
    let wire = scan(&[b"HMSG a 1 r 16 18\r\nNATS/1", b".0 404\r\n", b"\r\n", b"hi\r\n"]);
    assert_eq!(wire.messages, ["+1 a r 404 \"NATS/1.0 404\\r\\n\\r\\n\" \"hi\""]);
}

#[test]
fn replies_have_their_ticket_for_a_key_and_leave_no_subject_behind() {
    let wire = scan(&[b"MSG _INBOX.x.1 7 1\r\nx\r\nMSG a 1 0\r\n\r\nMSG _INBOX.x.2 7 4\r\nx", b"yzw\r\n"]);
    assert_eq!(wire.last[0].key, 1234);
    assert_eq!(wire.last[0].flags, FLAG_REPLY | FLAG_LAST | FLAG_JOINED);
    assert_eq!(wire.scanner.memo.expect("the subject in between").key, 1);
}

#[test]
fn nobody_wants_it() {
    let mut wire = Wire::new(Scanner::new());
    wire.event(b"MSG a 99 9\r\nxx").unwrap();
    wire.event(b"xxxx").unwrap();
    assert_eq!(wire.joiner.open_len(), 0, "nothing is gathered");
    wire.event(b"xxx\r\nMSG a 98 2\r\nhi\r\nMSG a 98 2\r\nh").unwrap();
    wire.event(b"i\r\nMSG a 1 2\r\nhi\r\n").unwrap();
    assert_eq!(wire.messages, ["1 a  0 \"\" \"hi\""]);
    assert_eq!(wire.log.admitted, [99, 98, 98, 1], "all are counted, in order");
}

#[test]
fn a_body_beyond_the_window_is_a_row_of_the_event() {
    let body = "x".repeat(200_000);
    let event = format!("MSG a 1 200000\r\n{body}\r\nMSG a 1 1\r\ny\r\n");
    let wire = scan(&[event.as_bytes()]);
    assert_eq!(wire.messages, [format!("1 a  0 \"\" {body:?}"), "1 a  0 \"\" \"y\"".into()]);
    assert!(wire.scanner.buffer.len() < 2 * WINDOW);
}

#[test]
fn a_header_block_beyond_the_window_gets_one_that_holds_it() {
    let block = format!("NATS/1.0 100\r\nA: {}\r\n\r\n", "x".repeat(150_000));
    let event = format!("HMSG a 1 {} {}\r\n{block}hi\r\nPING\r\n", block.len(), block.len() + 2);
    let mut wire = scan(&[event.as_bytes()]);
    assert_eq!(wire.messages, [format!("1 a  100 {block:?} \"hi\"")]);
    assert_eq!(wire.log.ops, ["Ping"]);
    wire.event(b"PING\r\n").unwrap();
    assert!(wire.scanner.buffer.len() <= 2 * WINDOW, "the memory is given back");
}

#[test]
fn subjects_are_numbered_across_events() {
    let wire = scan(&[
        b"MSG a 1 0\r\n\r\nMSG b 1 0\r\n\r\n",
        b"MSG b 2 0\r\n\r\nMSG b 2 3\r\nxyz\r\nMSG a 1 1\r\nx\r\n",
    ]);
    assert_eq!(wire.last.iter().map(|row| row.key).collect::<Vec<_>>(), [2, 2, 1]);
}

#[test]
fn a_full_table_of_subjects_ends_its_generation() {
    let mut wire = Wire::new(Scanner::new());
    let mut stream = String::new();
    for index in 0..9000 {
        stream.push_str(&format!("MSG subject.number.{index} 1 0\r\n\r\n"));
    }
    wire.event(b"MSG same 1 0\r\n\r\n").unwrap();
    assert_eq!((wire.rows.generation(), wire.last[0].key), (1, 1));
    wire.event(stream.as_bytes()).unwrap();
    wire.event(b"MSG same 1 0\r\n\r\n").unwrap();
    assert_eq!((wire.rows.generation(), wire.last[0].key > 0), (2, true));
}

#[test]
fn long_subjects_have_no_number() {
    let long = "x".repeat(600);
    let wire = scan(&[format!("MSG {long} 1 0\r\n\r\nMSG {long} 1 0\r\n\r\n").as_bytes()]);
    assert_eq!(wire.last.iter().map(|row| row.key).collect::<Vec<_>>(), [0, 0]);
}

#[test]
fn refuses_what_no_server_says() {
    for (stream, rule) in [
        ("MSG a 1 2\r\nhixx", "sid 1: no CRLF behind a body of 2 bytes"),
        ("MSG a 1 2\r\nhi\rx", "no CRLF"),
        ("MSG a 1 2\r\nhello\r\n", "no CRLF"),
        ("HMSG a 1 13 12\r\n", "header size 13 is over the total size 12"),
        ("MSG a 1 67174401\r\n", "size \"67174401\" is not a number up to 67174400"),
        ("MSG  1 \r\n", "MSG: \"MSG  1 \\r\\n\" is not subject, sid"),
        ("PUB a 1\r\n", "unknown op \"PUB a 1\""),
        ("\r\n", "unknown op \"\""),
        ("MSG\r\n", "unknown op \"MSG\""),
    ] {
        let why = why(stream);
        assert!(why.contains(rule), "{stream:?}: {why}");
    }
}

#[test]
fn control_lines_are_bounded() {
    for stream in [
        "x".repeat(70_000),
        format!("MSG {} 1 0\r\n\r\n", "x".repeat(66_000)),
        format!("MSG a 1 {} 0\r\n\r\n", "x".repeat(65_530)),
        format!("INFO {}\r\n", "x".repeat(66_000)),
    ] {
        assert_eq!(why(&stream), "control line is over 65535 bytes");
    }
    let reply = "r".repeat(MAX_LINE - "MSG a 1  0\r\n".len());
    let stream = format!("MSG a 1 {reply} 0\r\n\r\n");
    let whole = scan(&[stream.as_bytes()]);
    let cut = scan(&[&stream.as_bytes()[..40_000], &stream.as_bytes()[40_000..]]);
    assert_eq!(whole.messages, [format!("1 a {reply} 0 \"\" \"\"")]);
    assert_eq!(cut.messages, [format!("+1 a {reply} 0 \"\" \"\"")]);
}

#[test]
fn messages_before_the_break_are_delivered() {
    let mut wire = Wire::new(Scanner::new());
    assert!(wire.event(b"MSG a 1 2\r\nhi\r\nMSG a 1 2\r\nhixx").is_err());
    assert_eq!(wire.messages, ["1 a  0 \"\" \"hi\""]);
}

#[test]
fn the_session_can_end_the_scan() {
    let mut wire = Wire::new(Scanner::new());
    wire.log.break_on_err = true;
    assert_eq!(wire.event(b"PING\r\n-ERR 'x'\r\nPING\r\n"), Err(Broken::new("told to")));
    assert_eq!(wire.log.ops, ["Ping"]);
}

#[test]
fn large_bodies_make_small_windows_and_small_ones_large_windows() {
    let large = format!("MSG a 1 3000\r\n{}\r\n", "x".repeat(3000));
    let mut wire = scan(&[large.repeat(10).as_bytes()]);
    assert!(wire.scanner.amid_large_bodies);
    assert_eq!(wire.messages.len(), 10);
    wire.event(b"MSG a 1 1\r\nx\r\n".repeat(1000).as_slice()).unwrap();
    assert!(!wire.scanner.amid_large_bodies);
    assert_eq!(wire.messages.len(), 1010);
}

#[test]
fn messages_with_large_bodies_are_found_many_in_a_call() {
    let large = format!("MSG a 1 3000\r\n{}\r\n", "x".repeat(3000));
    let event = large.repeat(3 * TOGETHER).into_bytes();
    let mut wire = scan(&[large.as_bytes()]);
    let (mut at, mut found) = (0, Vec::new());
    while at < event.len() {
        at = wire
            .scanner
            .scan(&event.as_slice(), at, &mut wire.joiner, &mut wire.rows, &mut wire.log)
            .unwrap();
        found.push(wire.rows.len());
    }
    assert_eq!(found, [TOGETHER; 3]);
}

#[test]
fn an_op_that_does_not_fit_the_window_is_read_in_one_call() {
    let block = format!("NATS/1.0\r\nA: {}\r\n\r\n", "x".repeat(2000));
    let op = format!("HMSG a 1 {} {}\r\n{block}\r\n", block.len(), block.len());
    let subject = format!("MSG {} 1 0\r\n\r\n", "s".repeat(3000));
    let event = format!("MSG a 1 3000\r\n{}\r\n{op}{subject}{op}", "x".repeat(3000));
    for window in [1, 7, 64, 1024, WINDOW] {
        let mut wire = Wire::new(Scanner::with_window(window));
        wire.event(event.as_bytes()).unwrap();
        assert_eq!(wire.messages.len(), 4, "windows of {window}");
    }
}

#[test]
fn a_restart_forgets_the_cut_op_and_keeps_the_numbers() {
    for cut in ["MSG b 1", "MSG b 1 5\r\nhe", "HMSG b 1 20 20\r\nNATS", "MSG b 1 2\r\nhi\r"] {
        let mut wire = scan(&[b"MSG a 1 0\r\n\r\n", cut.as_bytes()]);
        wire.scanner.restart();
        wire.event(b"INFO {}\r\nMSG a 1 0\r\n\r\n").unwrap();
        assert_eq!(wire.messages, ["1 a  0 \"\" \"\"", "1 a  0 \"\" \"\""], "{cut:?}");
        assert_eq!((wire.rows.generation(), wire.last[0].key), (1, 1));
    }
}

#[test]
fn a_cut_op_that_one_event_can_end_is_awaited() {
    for (stream, is_awaited) in [
        ("MSG a 1 0\r\n\r\n", false),
        ("MSG a 1 0\r\n\r\nM", true),
        ("MSG a 1 5\r\nhe", true),
        ("HMSG a 1 20 20\r\nNATS", true),
        ("MSG a 1 2048\r\n", true),
        ("MSG a 1 2049\r\n", false),
    ] {
        assert_eq!(scan(&[stream.as_bytes()]).scanner.awaits_rest(), is_awaited, "{stream:?}");
    }
}

#[test]
fn announced_sizes_cost_nothing_until_the_bytes_come() {
    for line in [
        "MSG a 1 67174400\r\nxx",
        "HMSG a 1 67174400 67174400\r\nNATS",
        "HMSG a 1 12 67174400\r\nNATS/1.0\r\n\r\nx",
    ] {
        let wire = scan(&[line.as_bytes()]);
        assert!(wire.scanner.buffer.len() <= 4096, "{line:?}");
        assert!(wire.scanner.held.capacity() <= 256, "{line:?}");
        assert!(wire.joiner.open_len() <= 32, "{line:?}");
    }
}

#[test]
fn an_event_on_the_stage_is_scanned_where_it_lies() {
    let mut wire = Wire::new(Scanner::with_window(16));
    let events = [
        "MSG a.b 1 5\r\nhello\r\nMSG a.b 1 8\r\nso",
        "me",
        "body\r\nMSG a.b 1 2\r\nhi\r\nMS",
        "G c 2 0\r\n\r\n",
    ];
    let place = wire.scanner.stage().as_ptr();
    for event in events {
        assert_eq!(wire.scanner.stage().as_ptr(), place, "small events leave the stage in its place");
        wire.staged_event(event.as_bytes()).expect("a sound stream");
    }
    assert_eq!(
        wire.messages,
        [
            "1 a.b  0 \"\" \"hello\"",
            "+1 a.b  0 \"\" \"somebody\"",
            "1 a.b  0 \"\" \"hi\"",
            "+2 c  0 \"\" \"\""
        ]
    );
}

#[test]
fn the_stage_has_room_for_what_is_unread_of_a_small_event() {
    let mut wire = scan(&[b"MSG a 1 9000\r\n"]);
    assert_eq!(wire.scanner.stage().len(), SMALL_EVENT);
    let mut event = vec![b'x'; 9000];
    event.extend_from_slice(b"\r\nMSG a 1 4082\r\n");
    event.resize(9000 + SMALL_EVENT, b'y');
    wire.staged_event(&event).expect("a sound stream");
    wire.staged_event(b"yy\r\n").expect("a sound stream");
    assert_eq!(
        wire.messages.iter().map(String::len).collect::<Vec<_>>(),
        [9013, 4095],
        "13 characters beside the payload"
    );
    event.push(b'y');
    assert!(Staged::put(&event, 9000, wire.scanner.stage()).is_none(), "one byte too many");
    assert!(Staged::put(&event, 20_000, wire.scanner.stage()).is_some(), "a body has all of it");
}

#[test]
fn a_large_event_between_staged_ones_moves_the_stage_and_nothing_else() {
    let mut wire = scan(&[b"MSG a 1 1\r\nx\r\n"]);
    let large = b"MSG a 1 1\r\ny\r\n".repeat(20_000);
    for _ in 0..2 {
        wire.event(&large).expect("a sound stream");
        wire.staged_event(b"MSG a 1 2\r\nok\r\nMSG b 1 0\r\n\r\n").expect("a sound stream");
        assert_eq!(wire.last.iter().map(|row| row.key).collect::<Vec<_>>(), [1, 2]);
    }
}
