//! How much the waits between two dials differ: between nothing and `reconnect_jitter`, which is reached.

use std::time::Duration;

use super::support::shell::{Shell, config};
use nats_wasm::core::random::Entropy;
use nats_wasm::core::session::event::Event;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const WAIT: Duration = Duration::from_millis(500);
const JITTER: Duration = Duration::from_millis(80);

/// The same four bytes for ever.
struct Always([u8; 4]);

impl Entropy for Always {
    fn fill(&mut self, bytes: &mut [u8]) {
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = self.0[at % 4];
        }
    }
}

/// How long a session that draws `random` lets pass between a dial that fails at once and the next.
fn wait_with(random: u32) -> Duration {
    let mut config = config(&["a:80"]);
    config.reconnect_time_wait = WAIT;
    config.reconnect_jitter = JITTER;
    config.wait_on_first_connect = true;
    let mut shell = Shell::with_entropy(config, Box::new(Always(random.to_le_bytes())));
    shell.act(|session, now| session.connect(now));
    shell.lost(1006, "");
    assert!(matches!(shell.take_events()[..], [Event::DialFailed { .. }]));
    shell.deadline.expect("a redial").since(shell.now)
}

#[test]
fn the_limits_are_reached() {
    assert_eq!(wait_with(0), WAIT);
    assert_eq!(wait_with(u32::MAX), WAIT + JITTER);
    assert_eq!(wait_with(u32::MAX / 2 + 1), WAIT + JITTER / 2);
}

proptest! {
    #[test]
    fn no_wait_is_outside_of_them(random in any::<u32>()) {
        let wait = wait_with(random);
        prop_assert!((WAIT..=WAIT + JITTER).contains(&wait), "{wait:?}");
    }
}
