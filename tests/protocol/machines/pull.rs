//! Pull consumers. The first call is `endless` or `batch`, with limits and flags; `got messages=2 bytes=100` means that so
//! many more have arrived, `read messages=2 bytes=100` that the application has taken so many more.

use std::time::Duration;

use nats_wasm::core::jetstream::pull::{Config, Kind, LookResult, Output, Progress, Pull, Status};
use nats_wasm::core::time::Instant;

use super::{Line, Play};

struct Conversation {
    machine: Pull,
    progress: Progress,
}

pub fn make(now: Instant, line: &Line) -> Box<dyn Play> {
    let messages = line.number("messages", 100);
    let bytes = line.number("bytes", 0);
    let config = Config {
        endless: line.verb == "endless",
        max_messages: messages,
        max_bytes: bytes,
        threshold_messages: line.number("threshold", messages * 3 / 4),
        threshold_bytes: line.number("threshold_bytes", bytes * 3 / 4),
        expires: line.time("expires", Duration::from_secs(30)),
        heartbeat: line.time("heartbeat", Duration::from_secs(15)),
        watches: !line.has("unwatched"),
        abort_on_missing: line.has("abort_on_missing"),
        blind: line.has("blind"),
    };
    Box::new(Conversation { machine: Pull::new(now, config), progress: Progress::default() })
}

impl Play for Conversation {
    fn call(&mut self, now: Instant, line: &Line) -> String {
        let (messages, bytes) = (line.number("messages", 0), line.number("bytes", 0));
        let machine = &mut self.machine;
        if matches!(line.verb, "got" | "read") {
            let it = &mut self.progress;
            let (count, size) = if line.verb == "got" {
                (&mut it.received, &mut it.received_bytes)
            } else {
                (&mut it.taken, &mut it.taken_bytes)
            };
            *count += messages;
            *size += bytes;
            assert!(it.taken <= it.received && it.taken_bytes <= it.received_bytes, "read what has not come");
        }
        machine.handle_progress(now, self.progress);
        match line.verb {
            "got" | "read" => {}
            "status" => machine.handle_status(now, Status { kind: kind(line), messages, bytes }),
            "disconnect" => machine.handle_disconnect(),
            "connect" => machine.handle_connect(now),
            "look" => machine.handle_look(now, look_result(line)),
            "restart" => machine.restart(now),
            "stop" => machine.stop(),
            "outstanding" => return machine.outstanding().to_string(),
            other => panic!("no verb {other}"),
        }
        String::new()
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.machine.handle_progress(now, self.progress);
        self.machine.handle_timeout(now);
    }

    fn poll(&mut self, _now: Instant) -> Result<String, Option<Instant>> {
        match self.machine.poll_output() {
            Output::Timeout(deadline) => Err(deadline),
            Output::Pull { messages, bytes, expires, heartbeat } => {
                let bytes = if bytes > 0 { format!(" bytes={bytes}") } else { String::new() };
                Ok(format!("pull messages={messages}{bytes} expires={expires:?} heartbeat={heartbeat:?}"))
            }
            Output::Look => Ok("look".into()),
            Output::Tell(notice) => Ok(format!("tell {notice:?}")),
            Output::End(end) => Ok(format!("end {end:?}")),
        }
    }
}

fn kind(line: &Line) -> Kind {
    Kind::ALL
        .into_iter()
        .find(|kind| line.has(&format!("{kind:?}").to_lowercase()))
        .unwrap_or_else(|| panic!("no status among {:?}", line.words))
}

fn look_result(line: &Line) -> LookResult {
    LookResult::ALL
        .into_iter()
        .find(|result| line.has(&format!("{result:?}").to_lowercase()))
        .unwrap_or_else(|| panic!("found nothing among {:?}", line.words))
}
