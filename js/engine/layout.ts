/** How cut ops are joined, in words of the core's memory. Generated from src/core/wire/steps.rs by tests/boundary.rs (BLESS=1 cargo test --test boundary). */

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
