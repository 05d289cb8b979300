//! What may be written into a control line as a name: a subject to publish, to reply or to subscribe to, or a queue group.
//! Refuses what would change the meaning of the line (an injected op), and what is empty. Everything else is for the server
//! to judge: odd dots and wildcards are passed on, as nats.ws does.

use crate::core::error::Code;

/// Checks a subject or the name of a queue group. Errors: `BadSubject` for an empty name and for a name with a blank or an
/// ASCII control character in it. Blank, tab, CR and LF end a token (`parser.go` of nats-server).
#[inline(always)]
pub fn check_name(name: &[u8]) -> Result<(), Code> {
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
            assert_eq!(check_name(subject.as_bytes()), Ok(()), "{subject}");
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
            assert_eq!(check_name(subject.as_bytes()), Err(Code::BadSubject), "{subject:?}");
        }
    }
}
