//! What was asked for, has arrived and was taken. Owns the sums: none is ever negative, whatever the server says.

use super::Config;

/// How far the shell is. Counts since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Messages that arrived.
    pub received: u64,
    /// Of these, the ones the application has. `taken <= received`
    pub taken: u64,
    /// Bytes that arrived, as far as there is a limit on them.
    pub received_bytes: u64,
    /// `taken_bytes <= received_bytes`
    pub taken_bytes: u64,
}

/// One of the two things that are counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Nothing is outstanding when this many have arrived.
    expected: u64,
    received: u64,
    taken: u64,
    most: u64,
    threshold: u64,
    /// Of the request that was sent last.
    last: u64,
}

impl Count {
    fn new(most: u64, threshold: u64) -> Count {
        Count { most, threshold: threshold.min(most.saturating_sub(1)), ..Count::default() }
    }

    /// Asked for and not arrived.
    pub fn outstanding(&self) -> u64 {
        self.expected.saturating_sub(self.received)
    }

    /// Outstanding, or arrived and not taken.
    fn held(&self) -> u64 {
        self.expected.max(self.received).saturating_sub(self.taken)
    }

    /// Taken at which `held <= threshold`.
    fn due(&self) -> u64 {
        self.expected.max(self.received).saturating_sub(self.threshold)
    }

    fn room(&self) -> u64 {
        self.most.saturating_sub(self.held())
    }

    fn ask(&mut self, count: u64) {
        self.expected = self.expected.max(self.received) + count;
        self.last = count;
    }

    fn discard(&mut self, count: u64) {
        self.expected -= count.min(self.outstanding());
    }

    fn forget(&mut self) {
        self.expected = self.received;
    }

    fn advance(&mut self, received: u64, taken: u64) -> u64 {
        let more = received.saturating_sub(self.received);
        self.received += more;
        self.taken = self.taken.max(taken.min(self.received));
        more
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Account {
    pub messages: Count,
    /// Unused without a limit on bytes.
    bytes: Count,
    limits_bytes: bool,
    endless: bool,
    /// A message did not fit into what a request had left: the next request waits until it can be a whole one.
    pub is_oversized: bool,
}

impl Account {
    pub fn new(config: &Config) -> Account {
        Account {
            messages: Count::new(config.max_messages, config.threshold_messages),
            bytes: Count::new(config.max_bytes, config.threshold_bytes),
            limits_bytes: config.max_bytes > 0,
            endless: config.endless,
            is_oversized: false,
        }
    }

    /// Returns how many messages have arrived since the last time.
    pub fn handle_progress(&mut self, progress: Progress) -> u64 {
        self.bytes.advance(progress.received_bytes, progress.taken_bytes);
        let received = self.messages.advance(progress.received, progress.taken);
        if self.limits_bytes && self.bytes.outstanding() == 0 && self.endless {
            // A request that has got its last byte is over, without a word.
            self.messages.forget();
        }
        received
    }

    /// How much more may be asked for. A batch counts what it has received for good.
    pub fn room(&self) -> (u64, u64) {
        if self.endless {
            let bytes = &self.bytes;
            // Bytes whose status was lost shall not be in the way for ever.
            let is_stuck = bytes.room() == 0 && self.messages.held() == 0;
            return (self.messages.room(), if is_stuck { bytes.most } else { bytes.room() });
        }
        let rest = |count: &Count| count.most.saturating_sub(count.received + count.outstanding());
        (rest(&self.messages), rest(&self.bytes))
    }

    pub fn ask(&mut self, messages: u64, bytes: u64) {
        self.messages.ask(messages);
        self.bytes.ask(bytes);
    }

    /// A request had so much to come. When it does not say how much, it is the last one, and nothing of it came.
    pub fn refuse(&mut self, messages: u64, bytes: u64) {
        let says = messages > 0 || bytes > 0;
        self.messages.discard(if says { messages } else { self.messages.last });
        self.bytes.discard(if says { bytes } else { self.bytes.last });
    }

    /// Nothing that was asked for will come.
    pub fn forget(&mut self) {
        self.messages.forget();
        self.bytes.forget();
    }

    /// Whether it is time to ask for more.
    pub fn is_due(&self) -> bool {
        if self.is_oversized {
            return self.messages.held() == 0;
        }
        self.messages.held() <= self.messages.threshold
            || (self.limits_bytes && self.bytes.held() <= self.bytes.threshold)
    }

    pub fn taken_due(&self) -> u64 {
        if self.is_oversized {
            self.messages.expected.max(self.messages.received)
        } else {
            self.messages.due()
        }
    }

    pub fn received_due(&self) -> u64 {
        self.messages.expected
    }

    pub fn bytes_due(&self) -> u64 {
        if self.endless { self.bytes.due() } else { self.bytes.expected }
    }

    /// Whether everything that was asked for is there.
    pub fn is_complete(&self) -> bool {
        self.messages.outstanding() == 0 || (self.limits_bytes && self.bytes.outstanding() == 0)
    }
}
