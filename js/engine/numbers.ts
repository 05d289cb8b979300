/** Facts and choices of a session, as the numbers that cross the boundary. Generated from src/core/session by tests/boundary.rs (BLESS=1 cargo test --test boundary). */

/** Where a session is. */
export enum Phase {
  Idle = 0,
  Dialing = 1,
  Greeting = 2,
  Live = 3,
  Waiting = 4,
  Draining = 5,
  Closed = 6,
}

/** When a request for many replies has got enough. */
export enum Strategy {
  Timer = 0,
  Count = 1,
  Stall = 2,
  Sentinel = 3,
}
