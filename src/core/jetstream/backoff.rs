//! How long a machine waits before it tries again what brought nothing. Owns the waits; who spreads them, and what counts as
//! an attempt, is the machine's business.

use std::time::Duration;

/// In milliseconds. The last wait is repeated.
const WAITS: [u64; 6] = [0, 250, 500, 1000, 2000, 5000];

/// The wait before the next attempt, after `attempts` in a row that brought nothing. The first attempt does not wait.
pub fn wait(attempts: u32) -> Duration {
    let last = WAITS.len() - 1;
    Duration::from_millis(WAITS[last.min(attempts as usize)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_last_one_and_stay_there() {
        let waits = [0, 1, 5, 6, u32::MAX].map(wait);
        assert_eq!(waits, [0, 250, 5000, 5000, 5000].map(Duration::from_millis));
    }
}
