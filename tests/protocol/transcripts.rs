//! Golden conversations: `tests/transcripts/*.nats`, one behaviour a file. A line is either something that happens, or
//! what the session puts out because of it. The file is replayed and what comes out is compared with the file;
//! `BLESS=1 cargo test --test host transcripts` writes it anew (read the difference before you keep it).
//!
//! What happens:
//!     # words                          comment
//!     set <option> <value>             before anything else; options are the fields of `Config`
//!     open · lost <code> [reason]      the socket opens, breaks
//!     S: <line>                        the server sends it, as one WebSocket message together with what follows
//!     S& <line>                        … here
//!     S~ <text>                        the server sends the beginning of a line: the WebSocket message ends within an op
//!     cut <n>                          from now on the server's messages are cut after n bytes
//!     +<time>                          time passes (300us, 1500ms, 2s, 3m)
//!     sleep <time>                     the machine sleeps: timers come late
//!     answer connect <json> · answer refused <words>     with `set answers manual`
//!     answer delay <time> · answer server <place> [<wait>]
//!     > <verb> …                       the application, and what it wants is done
//!     >> <verb> …                      the application amid a turn: what it writes waits for the turn's end
//!     turn ends                        the turn is over, or one of its microtasks
//! What comes out:
//!     C: <line>                        sent, in one WebSocket message each run of lines
//!     ? <words>                        a dial, a hangup, a question, an event, a message, the result of a verb

use std::path::Path;
use std::time::Duration;

use super::support::shell::{Message, Record, Shell, config, greet};
use nats_wasm::core::error::Code;
use nats_wasm::core::session::config::Config;
use nats_wasm::core::session::output::{Answer, Question};
use nats_wasm::core::session::{Session, Strategy};
use nats_wasm::core::time::Instant;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn conversations_go_as_written() {
    super::golden::replay("transcripts", Play::of);
}

struct Play<'a> {
    path: &'a Path,
    config: Config,
    shell: Option<Shell>,
    is_manual: bool,
    /// Bytes of the server that wait for the last line of their message.
    message: Vec<u8>,
    cut: usize,
    played: String,
}

impl Play<'_> {
    /// The transcript as it happens.
    fn of(written: &str, path: &Path) -> String {
        let mut play = Play {
            path,
            config: config(&["a:80"]),
            shell: None,
            is_manual: false,
            message: Vec::new(),
            cut: usize::MAX,
            played: String::new(),
        };
        let lines: Vec<&str> =
            written.lines().filter(|line| !line.starts_with("C: ") && !line.starts_with("? ")).collect();
        for (index, line) in lines.iter().enumerate() {
            play.played.push_str(line);
            play.played.push('\n');
            let goes_on = lines.get(index + 1).is_some_and(|next| next.starts_with("S& "));
            play.line(line, goes_on);
        }
        play.played
    }

    fn line(&mut self, line: &str, goes_on: bool) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if matches!(word, "open" | "lost" | "S:" | "S&" | "S~") {
            let has_socket = self.shell().socket.is_some();
            assert!(has_socket, "{}: {line:?} without a socket, after\n{}", self.path.display(), self.played);
        }
        match word {
            "" | "#" => return,
            "set" => return self.set(rest),
            "cut" => {
                self.cut = rest.parse().unwrap();
                return;
            }
            "S:" | "S&" | "S~" => {
                self.message.extend_from_slice(unescape(rest).as_bytes());
                if word != "S~" {
                    self.message.extend_from_slice(b"\r\n");
                }
                if goes_on {
                    return;
                }
                let message = std::mem::take(&mut self.message);
                let cut = self.cut;
                for piece in message.chunks(cut) {
                    self.shell().frame(piece);
                }
            }
            "open" => self.shell().open(),
            "lost" => {
                let (code, reason) = rest.split_once(' ').unwrap_or((rest, ""));
                self.shell().lost(code.parse().unwrap(), reason);
            }
            "sleep" => self.shell().sleep(time(rest)),
            "answer" => self.answer(rest),
            ">" => {
                let result = self.shell().act(|session, now| run_verb(session, now, rest));
                self.report(&result);
            }
            ">>" => {
                let result = self.shell().write(|session, now| run_verb(session, now, rest));
                self.report(&result);
            }
            "turn" => self.shell().end_turn(),
            _ if word.starts_with('+') => self.shell().pass(time(&word[1..])),
            _ => panic!("{}: what is {line:?}?", self.path.display()),
        }
        self.report_records();
    }

    fn shell(&mut self) -> &mut Shell {
        let Play { shell, config, is_manual, .. } = self;
        shell.get_or_insert_with(|| {
            let mut shell = Shell::new(config.clone());
            if *is_manual {
                shell.connect = None;
            }
            shell
        })
    }

    fn set(&mut self, option: &str) {
        assert!(self.shell.is_none(), "{}: options come first", self.path.display());
        let (name, value) = option.split_once(' ').unwrap();
        let it = &mut self.config;
        match name {
            "servers" => it.servers = config(&value.split(' ').collect::<Vec<_>>()).servers,
            "ignore_cluster_updates" => it.ignore_cluster_updates = value.parse().unwrap(),
            "dial_timeout" => it.dial_timeout = time(value),
            "reconnect" => it.reconnect = value.parse().unwrap(),
            "max_reconnect_attempts" => {
                it.max_reconnect_attempts = if value == "none" { None } else { Some(value.parse().unwrap()) }
            }
            "reconnect_time_wait" => it.reconnect_time_wait = time(value),
            "asks_redial_delay" => it.asks_redial_delay = value.parse().unwrap(),
            "asks_server" => it.asks_server = value.parse().unwrap(),
            "wait_on_first_connect" => it.wait_on_first_connect = value.parse().unwrap(),
            "ignore_auth_error_abort" => it.ignore_auth_error_abort = value.parse().unwrap(),
            "ping_interval" => it.ping_interval = time(value),
            "max_ping_out" => it.max_ping_out = value.parse().unwrap(),
            "wake_timeout" => it.wake_timeout = time(value),
            "reconnect_buffer_size" => it.reconnect_buffer_size = value.parse().unwrap(),
            "inbox_prefix" => it.inbox_prefix = value.into(),
            "fail_requests_on_disconnect" => it.fail_requests_on_disconnect = value.parse().unwrap(),
            "answers" => self.is_manual = value == "manual",
            _ => panic!("{}: no option {name}", self.path.display()),
        }
    }

    fn answer(&mut self, answer: &str) {
        let (kind, value) = answer.split_once(' ').unwrap();
        let answer = match kind {
            "connect" => {
                let Some((_, Question::Greet { info, .. })) = &self.shell().asked else {
                    panic!("{}: nobody asked for a CONNECT line", self.path.display())
                };
                greet(info, value)
            }
            "refused" => Answer::Refused(value.into()),
            "delay" => Answer::Delay(time(value)),
            "server" => {
                let (place, wait) = value.split_once(' ').unwrap_or((value, "0ms"));
                Answer::Server { place: place.parse().unwrap(), wait: time(wait) }
            }
            _ => panic!("{}: no answer {kind}", self.path.display()),
        };
        let shell = self.shell();
        let (dial, _) = shell.asked.clone().expect("an answer without a question");
        shell.act(|session, now| session.handle_answer(dial, now, answer));
    }

    fn report(&mut self, result: &Result<String, Code>) {
        match result {
            Ok(words) if words.is_empty() => {}
            Ok(words) => self.played.push_str(&format!("? {words}\n")),
            Err(code) => self.played.push_str(&format!("? refused {code:?}\n")),
        }
    }

    fn report_records(&mut self) {
        for record in self.shell().take_records() {
            match record {
                Record::Sent(bytes) => {
                    let text = String::from_utf8(bytes).unwrap();
                    let text = text.strip_suffix("\r\n").unwrap_or(&text).to_owned();
                    for line in text.split("\r\n") {
                        self.played.push_str(&format!("C: {line}\n"));
                    }
                }
                other => self.played.push_str(&format!("? {}\n", words(&other))),
            }
        }
    }
}

/// Runs one verb; the words are its result.
fn run_verb(session: &mut Session, now: Instant, line: &str) -> Result<String, Code> {
    let mut named = Vec::new();
    let mut plain = Vec::new();
    for word in line.split(' ') {
        match word.split_once('=') {
            Some(pair) => named.push(pair),
            None => plain.push(word),
        }
    }
    let option = |name: &str| named.iter().find(|(it, _)| *it == name).map_or("", |(_, value)| value);
    let number = |name: &str| option(name).parse().unwrap_or(0u32);
    let wait = |name: &str| if option(name).is_empty() { Duration::ZERO } else { time(option(name)) };
    let argument = |index: usize| plain.get(index).copied().unwrap_or("");
    let (subject, reply, queue, inbox) = (
        unescape(argument(1)),
        unescape(option("reply")),
        unescape(option("queue")),
        unescape(option("inbox")),
    );
    let (subject, reply) = (subject.as_bytes(), reply.as_bytes());
    let (queue, inbox) = (queue.as_bytes(), inbox.as_bytes());
    let (headers, payload) = (unescape(option("headers")), unescape(argument(2)));
    let (header_len, payload_len) = (headers.len() as u32, payload.len() as u32);
    let body = [headers, payload].concat();
    let done = |(): ()| String::new();
    match argument(0) {
        "connect" => session.connect(now),
        "close" => session.close(now),
        "wake" => session.handle_wake(now),
        "drain" => return session.drain(now).map(done),
        "reconnect" => return session.reconnect(now).map(done),
        "set_servers" => return session.set_servers(&config(&plain[1..]).servers, now).map(done),
        "publish" => {
            let room = session.publish_to(subject, reply, header_len, payload_len)?;
            room.copy_from_slice(body.as_bytes());
        }
        "request" => {
            let id = session.prepare(subject)?;
            let room = session.request(id, now, inbox, header_len, payload_len, wait("timeout"))?;
            room.copy_from_slice(body.as_bytes());
            return Ok(format!("ticket {}", session.ticket()));
        }
        "many" => {
            let id = session.prepare(subject)?;
            let strategy = match option("strategy") {
                "timer" => Strategy::Timer,
                "count" => Strategy::Count,
                "stall" => Strategy::Stall,
                "sentinel" => Strategy::Sentinel,
                other => panic!("no strategy {other}"),
            };
            let room = session.request_many(
                id,
                now,
                inbox,
                header_len,
                payload_len,
                strategy,
                wait("wait"),
                number("max"),
                wait("stall"),
            )?;
            room.copy_from_slice(body.as_bytes());
            return Ok(format!("ticket {}", session.ticket()));
        }
        "cancel" => session.cancel(argument(1).parse().unwrap()),
        "flush" => return session.flush().map(|ticket| format!("ticket {ticket}")),
        "subscribe" => {
            let timeout = (!option("timeout").is_empty()).then(|| wait("timeout"));
            return session
                .subscribe(now, subject, queue, number("max"), timeout)
                .map(|sid| format!("sid {sid}"));
        }
        "unsubscribe" => return session.unsubscribe(argument(1).parse().unwrap(), number("max")).map(done),
        "drain_subscription" => return session.drain_subscription(argument(1).parse().unwrap()).map(done),
        "phase" => {
            let servers: Vec<&str> = session.servers().map(|it| &*it.server.name).collect();
            return Ok(format!("{:?} {servers:?}", session.phase()));
        }
        "servers" => {
            let histories: Vec<String> = session
                .servers()
                .map(|it| {
                    let last_dial = it.last_dial.map(|at| now.since(at));
                    format!(
                        "{} attempts={} last_dial={last_dial:?} did_connect={}",
                        it.server.name, it.attempts, it.did_connect
                    )
                })
                .collect();
            return Ok(histories.join("\n? "));
        }
        "stats" => return Ok(format!("{:?}", session.stats())),
        other => panic!("no verb {other}"),
    }
    Ok(String::new())
}

fn words(record: &Record) -> String {
    match record {
        Record::Dial { dial, url } => format!("dial {dial} {url}"),
        Record::Hangup => "hangup".into(),
        Record::AwaitTurnEnd => "await turn end".into(),
        Record::Ask(Question::Greet { url, info }) => {
            format!("ask greet {url} {}", String::from_utf8_lossy(info))
        }
        Record::Ask(question) => format!("ask {question:?}"),
        Record::Event(event) => format!("{event:?}"),
        Record::Message(message) => message_words(message),
        Record::Sent(_) => unreachable!("sent bytes are C: lines"),
    }
}

fn message_words(it: &Message) -> String {
    let mut words = format!("message sid={} {} {:?}", it.sid, it.subject, it.payload);
    for (name, value) in [("reply", &it.reply), ("headers", &it.headers)] {
        if !value.is_empty() {
            words.push_str(&format!(" {name}={value:?}"));
        }
    }
    if it.status > 0 {
        words.push_str(&format!(" status={}", it.status));
    }
    if let Some(ticket) = it.ticket {
        words.push_str(&format!(" ticket={ticket}"));
    }
    words.push_str(if it.is_final { " final" } else { "" });
    words.push_str(if it.is_last { " last" } else { "" });
    words
}

fn unescape(text: &str) -> String {
    text.replace("\\r\\n", "\r\n")
}

fn time(text: &str) -> Duration {
    let split =
        text.find(|it: char| !it.is_ascii_digit()).unwrap_or_else(|| panic!("{text}: no unit of time"));
    let number: u64 = text[..split].parse().unwrap();
    match &text[split..] {
        "us" => Duration::from_micros(number),
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(60 * number),
        unit => panic!("no unit of time {unit}"),
    }
}
