//! Pull consumers, see [`crate::core::jetstream::pull`].

use std::time::Duration;

use serde::Serialize;
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::wasm_bindgen;

use super::{deadline, object};
use crate::core::jetstream::pull::{self, Config, End, Kind, Notice, Output, Progress, Status};
use crate::core::time::micros;
use crate::web::millis::{duration, instant};

/// Options of a pull, which are a sum of these. See [`Config`].
#[wasm_bindgen]
pub enum PullFlag {
    Endless = 1,
    AbortOnMissing = 2,
    Blind = 4,
    Watches = 8,
}

/// The kind of a status. See [`Kind`].
#[wasm_bindgen]
pub enum StatusKind {
    Heartbeat,
    BadRequest,
    Ended,
    Expired,
    Deleted,
    Limit,
    Oversized,
    Unpinned,
    NoResponders,
    Other,
}

impl From<StatusKind> for Kind {
    fn from(kind: StatusKind) -> Kind {
        match kind {
            StatusKind::Heartbeat => Kind::Heartbeat,
            StatusKind::BadRequest => Kind::BadRequest,
            StatusKind::Ended => Kind::Ended,
            StatusKind::Expired => Kind::Expired,
            StatusKind::Deleted => Kind::Deleted,
            StatusKind::Limit => Kind::Limit,
            StatusKind::Oversized => Kind::Oversized,
            StatusKind::Unpinned => Kind::Unpinned,
            StatusKind::NoResponders => Kind::NoResponders,
            StatusKind::Other => Kind::Other,
        }
    }
}

/// The result of a look for the consumer. See [`pull::LookResult`].
#[wasm_bindgen]
pub enum LookResult {
    Consumer,
    NoConsumer,
    NoStream,
    Nothing,
}

impl From<LookResult> for pull::LookResult {
    fn from(result: LookResult) -> pull::LookResult {
        match result {
            LookResult::Consumer => pull::LookResult::Consumer,
            LookResult::NoConsumer => pull::LookResult::NoConsumer,
            LookResult::NoStream => pull::LookResult::NoStream,
            LookResult::Nothing => pull::LookResult::Nothing,
        }
    }
}

/// The next thing to do. See [`Output`] and [`End`].
#[wasm_bindgen]
pub enum PullOutput {
    /// Nothing to do until `deadline()`.
    Timeout,
    /// Send `request()`.
    Request,
    Look,
    /// Tell `notice()`.
    Notice,
    EndDone,
    EndRefused,
    EndMissing,
    EndSilent,
}

/// A request to the server: times in milliseconds, `bytes` 0 for no limit.
#[derive(Clone, Copy, Default, Serialize, Tsify)]
pub struct PullRequest {
    messages: f64,
    bytes: f64,
    expires: f64,
    heartbeat: f64,
}

/// See [`Notice`]. `type` is the word that status events have for it.
#[derive(Clone, Copy, Serialize, Tsify)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PullNotice {
    HeartbeatsMissed { count: u32 },
    ConsumerNotFound { count: u32 },
    StreamNotFound { count: u32 },
    Heartbeat,
    ConsumerDeleted,
    NoResponders,
    ExceededLimits,
    ConsumerUnpinned,
    Discard { messages: f64, bytes: f64 },
    Debug,
}

impl From<Notice> for PullNotice {
    fn from(notice: Notice) -> PullNotice {
        match notice {
            Notice::HeartbeatsMissed(count) => PullNotice::HeartbeatsMissed { count },
            Notice::ConsumerNotFound(count) => PullNotice::ConsumerNotFound { count },
            Notice::StreamNotFound(count) => PullNotice::StreamNotFound { count },
            Notice::Heartbeat => PullNotice::Heartbeat,
            Notice::ConsumerDeleted => PullNotice::ConsumerDeleted,
            Notice::NoResponders => PullNotice::NoResponders,
            Notice::ExceededLimits => PullNotice::ExceededLimits,
            Notice::Unpinned => PullNotice::ConsumerUnpinned,
            Notice::Discard { messages, bytes } => {
                PullNotice::Discard { messages: messages as f64, bytes: bytes as f64 }
            }
            Notice::Debug => PullNotice::Debug,
        }
    }
}

/// See [`pull::Pull`].
#[wasm_bindgen]
pub struct Pull {
    machine: pull::Pull,
    /// The request or notice of the output that was polled last.
    deadline: f64,
    request: PullRequest,
    notice: PullNotice,
}

#[wasm_bindgen]
impl Pull {
    /// `flags`: a sum of [`PullFlag`]. Times in milliseconds.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::too_many_arguments)] // one crossing; a struct would have to be built and freed in JS
    pub fn new(
        now: f64,
        flags: u32,
        max_messages: f64,
        max_bytes: f64,
        threshold_messages: f64,
        threshold_bytes: f64,
        expires: f64,
        heartbeat: f64,
    ) -> Pull {
        let has = |flag: PullFlag| flags & flag as u32 != 0;
        let config = Config {
            endless: has(PullFlag::Endless),
            abort_on_missing: has(PullFlag::AbortOnMissing),
            blind: has(PullFlag::Blind),
            watches: has(PullFlag::Watches),
            max_messages: max_messages as u64,
            max_bytes: max_bytes as u64,
            threshold_messages: threshold_messages as u64,
            threshold_bytes: threshold_bytes as u64,
            expires: duration(expires),
            heartbeat: duration(heartbeat),
        };
        Pull {
            machine: pull::Pull::new(instant(now), config),
            deadline: -1.0,
            request: PullRequest::default(),
            notice: PullNotice::Debug,
        }
    }

    /// Infinite when no count is awaited.
    pub fn received_due(&self) -> f64 {
        due(self.machine.received_due())
    }

    pub fn taken_due(&self) -> f64 {
        due(self.machine.taken_due())
    }

    pub fn bytes_due(&self) -> f64 {
        due(self.machine.bytes_due())
    }

    pub fn handle_progress(
        &mut self,
        now: f64,
        received: f64,
        taken: f64,
        received_bytes: f64,
        taken_bytes: f64,
    ) {
        let progress = Progress {
            received: received as u64,
            taken: taken as u64,
            received_bytes: received_bytes as u64,
            taken_bytes: taken_bytes as u64,
        };
        self.machine.handle_progress(instant(now), progress);
    }

    pub fn handle_status(&mut self, now: f64, kind: StatusKind, messages: f64, bytes: f64) {
        let status = Status { kind: kind.into(), messages: messages as u64, bytes: bytes as u64 };
        self.machine.handle_status(instant(now), status);
    }

    pub fn handle_disconnect(&mut self) {
        self.machine.handle_disconnect();
    }

    pub fn handle_connect(&mut self, now: f64) {
        self.machine.handle_connect(instant(now));
    }

    pub fn handle_look(&mut self, now: f64, result: LookResult) {
        self.machine.handle_look(instant(now), result.into());
    }

    pub fn handle_timeout(&mut self, now: f64) {
        self.machine.handle_timeout(instant(now));
    }

    pub fn restart(&mut self, now: f64) {
        self.machine.restart(instant(now));
    }

    pub fn poll_output(&mut self) -> PullOutput {
        match self.machine.poll_output() {
            Output::Timeout(at) => {
                self.deadline = deadline(at);
                PullOutput::Timeout
            }
            Output::Pull { messages, bytes, expires, heartbeat } => {
                self.request = PullRequest {
                    messages: messages as f64,
                    bytes: bytes as f64,
                    expires: whole_millis(expires),
                    heartbeat: whole_millis(heartbeat),
                };
                PullOutput::Request
            }
            Output::Tell(notice) => {
                self.notice = notice.into();
                PullOutput::Notice
            }
            Output::Look => PullOutput::Look,
            Output::End(End::Done) => PullOutput::EndDone,
            Output::End(End::Refused) => PullOutput::EndRefused,
            Output::End(End::Missing) => PullOutput::EndMissing,
            Output::End(End::Silent) => PullOutput::EndSilent,
        }
    }

    /// After [`PullOutput::Timeout`]: when `handle_timeout` is due; -1: never.
    pub fn deadline(&self) -> f64 {
        self.deadline
    }

    /// After [`PullOutput::Request`].
    pub fn request(&self) -> Ts<PullRequest> {
        object(&self.request)
    }

    /// After [`PullOutput::Notice`].
    pub fn notice(&self) -> Ts<PullNotice> {
        object(&self.notice)
    }
}

fn due(count: Option<u64>) -> f64 {
    count.map_or(f64::INFINITY, |count| count as f64)
}

fn whole_millis(wait: Duration) -> f64 {
    (micros(wait) / 1000) as f64
}
