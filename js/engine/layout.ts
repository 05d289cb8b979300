/** What the core tells when it has read a window, in words of its memory. Generated from src/core/wire/steps.rs by tests/boundary.rs (BLESS=1 cargo test --test boundary). */

/** Words in a step: what to do, and two operands. */
export const STEP_WORDS = 3;
/** Begin an op at this offset of the slab; not 0: length of a new one. */
export const STEP_SLAB = 0;
/** Begin an op in a buffer of its own, of this length. */
export const STEP_OWN = 1;
/** Append held bytes: offset, length. */
export const STEP_HELD = 2;
/** Append bytes of the event: offset, length. */
export const STEP_EVENT = 3;
/** The op is whole. */
export const STEP_FINISH = 4;
/** Words in the report. */
export const REPORT_WORDS = 8;
/** Address of the rows. */
export const REPORT_ROWS = 0;
/** How many rows there are. */
export const REPORT_COUNT = 1;
/** The intern table the keys count in. */
export const REPORT_GENERATION = 2;
/** Address of the steps. */
export const REPORT_STEPS = 3;
/** How many words the steps have. */
export const REPORT_STEP_WORDS = 4;
/** Address of the held bytes. */
export const REPORT_HELD = 5;
/** Bytes that come next and are not read, only moved. */
export const REPORT_LEFT = 6;
/** 1: settle after delivering. */
export const REPORT_SETTLE = 7;
/** Bytes behind the report, for events that fit. */
export const STAGE = 4096;
