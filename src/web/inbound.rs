//! A WebSocket message on its way in. Its bytes stay in JS memory, but for the windows that are read; what becomes of it
//! is told in words at a fixed address, because calls back and handles cost more than reading does
//! (docs/decisions/0022). `js/engine/inbound.ts` is the other half.

use super::host;
use crate::core::wire::Source;
use crate::core::wire::rows::Rows;
use crate::core::wire::steps::{
    REPORT_COUNT, REPORT_GENERATION, REPORT_HELD, REPORT_LEFT, REPORT_ROWS, REPORT_SETTLE, REPORT_STEP_WORDS,
    REPORT_STEPS, REPORT_WORDS, STAGE, Steps,
};

/// What lies at the fixed address: the report, and behind it the stage for events that fit it.
#[repr(C)]
pub struct Exchange {
    report: [u32; REPORT_WORDS],
    stage: [u8; STAGE],
}

impl Default for Exchange {
    fn default() -> Exchange {
        Exchange { report: [0; REPORT_WORDS], stage: [0; STAGE] }
    }
}

impl Exchange {
    pub fn address(&self) -> *const u32 {
        self.report.as_ptr()
    }

    pub fn stage(&self) -> &[u8] {
        &self.stage
    }

    pub fn report(&mut self, rows: &Rows, steps: &Steps, left: u32, is_settled: bool) {
        let report = &mut self.report;
        report[REPORT_ROWS] = rows.words().as_ptr() as u32;
        report[REPORT_COUNT] = rows.len() as u32;
        report[REPORT_GENERATION] = rows.generation();
        report[REPORT_STEPS] = steps.words().as_ptr() as u32;
        report[REPORT_STEP_WORDS] = steps.words().len() as u32;
        report[REPORT_HELD] = steps.held().as_ptr() as u32;
        report[REPORT_LEFT] = left;
        report[REPORT_SETTLE] = u32::from(!is_settled);
    }
}

/// One WebSocket message.
pub struct EventBytes<'a> {
    len: usize,
    stage: &'a [u8],
}

impl<'a> EventBytes<'a> {
    pub fn new(len: usize, stage: &'a [u8]) -> EventBytes<'a> {
        EventBytes { len, stage }
    }
}

impl Source for EventBytes<'_> {
    fn len(&self) -> usize {
        self.len
    }

    fn copy_to(&self, at: usize, into: &mut [u8]) {
        if self.len <= self.stage.len() {
            into.copy_from_slice(&self.stage[at..at + into.len()]);
        } else {
            host::load(at, into);
        }
    }
}
