//! What may be written to the wire as a subject, a queue or an inbox prefix. Refuses what would change the meaning of
//! the line it is written into (an injected op), and what is empty. Everything else is for the server to judge: odd
//! dots are passed on, as nats.ws does.

use crate::core::error::Code;

/// A subject to publish to, or to reply to.
pub fn check_publish(subject: &[u8]) -> Result<(), Code> {
    check_token_line(subject)
}

/// A subject to subscribe to; wildcards welcome.
pub fn check_subscribe(subject: &[u8]) -> Result<(), Code> {
    check_token_line(subject)
}

/// The name of a queue group that was given.
pub fn check_queue(queue: &[u8]) -> Result<(), Code> {
    check_token_line(queue)
}

/// The prefix of inboxes: a subject without wildcards.
pub fn check_inbox_prefix(prefix: &[u8]) -> Result<(), Code> {
    check_token_line(prefix)?;
    if prefix.split(|&byte| byte == b'.').any(|token| matches!(token, b"*" | b">")) {
        return Err(Code::BadSubject);
    }
    Ok(())
}

#[inline(always)]
fn check_token_line(name: &[u8]) -> Result<(), Code> {
    if name.is_empty() || name.iter().any(|byte| byte.is_ascii_control() || *byte == b' ') {
        return Err(Code::BadSubject);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_what_the_server_may_judge() {
        for subject in
            ["a", "a.b", "a..b", ".a", "a.", "*", ">", "a.*.>", "$JS.API.INFO", "größe.日本", "a\u{a0}b"]
        {
            assert_eq!(check_publish(subject.as_bytes()), Ok(()), "{subject}");
            assert_eq!(check_subscribe(subject.as_bytes()), Ok(()), "{subject}");
            assert_eq!(check_queue(subject.as_bytes()), Ok(()), "{subject}");
        }
    }

    #[test]
    fn refuses_what_would_change_the_line() {
        for subject in [
            "",
            " ",
            "a b",
            " a",
            "a ",
            "a\tb",
            "a\r\nPUB b 0\r\n",
            "a\n",
            "a\r",
            "a\0b",
            "a\u{b}b",
            "a\u{7f}",
        ] {
            assert_eq!(check_publish(subject.as_bytes()), Err(Code::BadSubject), "{subject:?}");
            assert_eq!(check_subscribe(subject.as_bytes()), Err(Code::BadSubject), "{subject:?}");
            assert_eq!(check_queue(subject.as_bytes()), Err(Code::BadSubject), "{subject:?}");
            assert_eq!(check_inbox_prefix(subject.as_bytes()), Err(Code::BadSubject), "{subject:?}");
        }
    }

    #[test]
    fn an_inbox_prefix_has_no_wildcards() {
        for prefix in ["_INBOX", "_INBOX.me", "a*b", "a>"] {
            assert_eq!(check_inbox_prefix(prefix.as_bytes()), Ok(()), "{prefix}");
        }
        for prefix in ["*", ">", "_INBOX.*", "a.>", "a.*.b"] {
            assert_eq!(check_inbox_prefix(prefix.as_bytes()), Err(Code::BadSubject), "{prefix}");
        }
    }
}
