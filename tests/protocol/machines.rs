//! Conversations with a machine: `tests/machines/<machine>/*.txt`, one behaviour a file. A line is either something that
//! happens, or what the machine wants because of it. The file is replayed on a clock of its own and what comes out is
//! compared with the file; `BLESS=1 cargo test --test host machines` writes it anew (read the difference before you keep it).
//!
//! What happens:
//!     # words               comment
//!     > verb name=value …   a call; the first one makes the machine. Words without a value are flags
//!     +<time>               time passes (1500ms, 2s, 3m); timeouts come when they are due
//!     sleep <time>          time passes, and timeouts come only at its end
//! What comes out:
//!     ? <words>             behind the call; `? @<seconds> <words>` behind time, when a timeout made it
//!
//! A machine is a `Play`: tests/protocol/machines/pull.rs shows one.

use std::time::Duration;

use nats_wasm::core::time::Instant;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

mod pull;

/// One machine as a file talks with it.
trait Play {
    /// The file's call. What it returns is written as an output, unless it is empty.
    fn call(&mut self, now: Instant, line: &Line) -> String;
    fn handle_timeout(&mut self, now: Instant);
    /// One thing to do, or when to come back.
    fn poll(&mut self, now: Instant) -> Result<String, Option<Instant>>;
}

/// `verb name=value flag`.
struct Line<'a> {
    verb: &'a str,
    words: Vec<&'a str>,
}

impl<'a> Line<'a> {
    fn of(text: &'a str) -> Line<'a> {
        let mut words = text.split(' ');
        Line { verb: words.next().unwrap_or(""), words: words.collect() }
    }

    fn has(&self, flag: &str) -> bool {
        self.words.contains(&flag)
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    fn number(&self, name: &str, standard: u64) -> u64 {
        self.value(name).map_or(standard, |value| value.parse().expect(name))
    }

    fn time(&self, name: &str, standard: Duration) -> Duration {
        self.value(name).map_or(standard, time)
    }
}

#[test]
fn machines_answer_as_written() {
    super::golden::replay("machines/pull", |written, _| replay(written, pull::make));
}

/// The conversation as it happens.
fn replay(written: &str, make: fn(Instant, &Line) -> Box<dyn Play>) -> String {
    let mut now = Instant::from_micros(0);
    let mut machine: Option<Box<dyn Play>> = None;
    let mut played = String::new();
    for text in written.lines().filter(|text| !text.starts_with("? ")) {
        played.push_str(text);
        played.push('\n');
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        match first {
            "" | "#" => {}
            ">" => {
                let line = Line::of(rest);
                match &mut machine {
                    None => machine = Some(make(now, &line)),
                    Some(machine) => {
                        let answer = machine.call(now, &line);
                        if !answer.is_empty() {
                            played.push_str(&format!("? {answer}\n"));
                        }
                    }
                }
                drain(machine.as_mut().expect("just made"), now, "", &mut played);
            }
            _ => {
                let machine = machine.as_mut().expect("a machine before time passes");
                let end = now + time(first.strip_prefix('+').unwrap_or(rest));
                while let Err(Some(due)) = machine.poll(now)
                    && first.starts_with('+')
                    && due <= end
                {
                    now = now.max(due);
                    wake(machine, now, &mut played);
                }
                now = end;
                if first == "sleep" {
                    wake(machine, now, &mut played);
                }
            }
        }
    }
    played
}

fn wake(machine: &mut Box<dyn Play>, now: Instant, played: &mut String) {
    machine.handle_timeout(now);
    drain(machine, now, &format!("@{} ", now.as_micros() as f64 / 1e6), played);
    assert!(
        machine.poll(now) != Err(Some(now)),
        "a timeout that was handled is due again at once:\n{played}"
    );
}

fn drain(machine: &mut Box<dyn Play>, now: Instant, moment: &str, played: &mut String) {
    while let Ok(output) = machine.poll(now) {
        played.push_str(&format!("? {moment}{output}\n"));
    }
}

fn time(text: &str) -> Duration {
    let split = text.find(|it: char| !it.is_ascii_digit()).expect("a unit of time");
    let number: u64 = text[..split].parse().expect("a number");
    match &text[split..] {
        "ms" => Duration::from_millis(number),
        "s" => Duration::from_secs(number),
        "m" => Duration::from_secs(number * 60),
        unit => panic!("{text}: no unit {unit}"),
    }
}
