//! Flow control of a push consumer: the server asks, and waits for the answer before it sends much more. Owns when the
//! answer is due: when the application is done with everything that came before the request. A slow reader slows the
//! server, instead of filling the memory of its page.

/// What a consumer has received and its reader is done with.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    received: u64,
    processed: u64,
    /// Messages that have to be processed before the server gets its answer.
    due: Option<u64>,
}

impl Flow {
    /// Messages the reader has and is not done with.
    pub fn pending(&self) -> u64 {
        self.received - self.processed
    }

    /// A message was handed to the reader.
    pub fn handle_message(&mut self) {
        self.received += 1;
    }

    /// The server asks. True: the answer is due now. A request that is repeated does not move the mark of the first.
    pub fn handle_request(&mut self) -> bool {
        let due = *self.due.get_or_insert(self.received);
        self.settle(due)
    }

    /// The reader is done with one message. True: the answer is due now.
    pub fn process(&mut self) -> bool {
        self.processed = self.received.min(self.processed + 1);
        self.due.is_some_and(|due| self.settle(due))
    }

    /// Another consumer takes over: what the one before asked for is void.
    pub fn forget_request(&mut self) {
        self.due = None;
    }

    fn settle(&mut self, due: u64) -> bool {
        let is_due = self.processed >= due;
        if is_due {
            self.due = None;
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_reader_answers_at_once() {
        let mut flow = Flow::default();
        assert!(flow.handle_request());
        flow.handle_message();
        assert!(!flow.process(), "the request before was answered");
        assert!(flow.handle_request());
    }

    #[test]
    fn the_answer_waits_for_what_came_before_the_request_and_not_for_what_came_after() {
        let mut flow = Flow::default();
        flow.handle_message();
        flow.handle_message();
        assert!(!flow.handle_request());
        flow.handle_message();
        assert!(!flow.process());
        assert!(flow.process());
        assert!(!flow.process());
        assert_eq!(flow.pending(), 0);
    }

    #[test]
    fn a_repeated_request_is_answered_once_and_not_later() {
        let mut flow = Flow::default();
        flow.handle_message();
        assert!(!flow.handle_request());
        flow.handle_message();
        assert!(!flow.handle_request());
        assert!(flow.process());
        assert!(!flow.process());
    }

    #[test]
    fn a_request_of_a_consumer_that_is_gone_is_not_answered() {
        let mut flow = Flow::default();
        flow.handle_message();
        assert!(!flow.handle_request());
        flow.forget_request();
        assert!(!flow.process());
    }
}
