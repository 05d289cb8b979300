//! What the text of an -ERR means. The texts are nats-server's, see its `server/errors.go` and `server/client.go`.

use super::event::Permission;
use crate::core::error::Code;
use crate::core::text::{cut, find};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerError {
    pub code: Code,
    /// With `PermissionsViolation`, where the text says what was refused.
    pub permission: Option<Permission>,
}

/// `text`: as the server wrote it, with or without quotes around it.
pub fn classify(text: &str) -> ServerError {
    let known = [
        ("permissions violation", Code::PermissionsViolation),
        ("authorization violation", Code::AuthorizationViolation),
        ("user authentication expired", Code::AuthenticationExpired),
        ("account authentication expired", Code::AccountExpired),
        ("authentication timeout", Code::AuthenticationTimeout),
    ];
    let code = known
        .iter()
        .find(|(words, _)| find(text, words).is_some())
        .map_or(Code::ProtocolError, |&(_, code)| code);
    let permission = if code == Code::PermissionsViolation { permission(without_quotes(text)) } else { None };
    ServerError { code, permission }
}

/// Whether the server refused the credentials, and with them the socket.
pub fn is_auth(code: Code) -> bool {
    matches!(
        code,
        Code::AuthorizationViolation
            | Code::AuthenticationExpired
            | Code::AuthenticationTimeout
            | Code::AccountExpired
    )
}

fn without_quotes(text: &str) -> &str {
    text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(text)
}

/// `Permissions Violation for Publish to "subject"`, `Permissions Violation for Subscription to "subject" using queue
/// "queue"`.
fn permission(text: &str) -> Option<Permission> {
    let (_, rest) = cut(text, "Permissions Violation for ")?;
    let (operation, rest) = match cut(rest, " to \"")? {
        ("Publish", rest) => ("publish", rest),
        ("Subscription", rest) => ("subscription", rest),
        _ => return None,
    };
    // A subject may hold quotes, but no blanks.
    let names = rest.strip_suffix('"')?;
    let (subject, queue) = match cut(names, "\" using queue \"") {
        Some((subject, queue)) => (subject, Some(queue)),
        None => (names, None),
    };
    Some(Permission { operation, subject: subject.to_owned(), queue: queue.map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_the_text() {
        for (text, code) in [
            ("Authorization Violation", Code::AuthorizationViolation),
            ("User Authentication Expired", Code::AuthenticationExpired),
            ("Account Authentication Expired", Code::AccountExpired),
            ("Authentication Timeout", Code::AuthenticationTimeout),
            ("Maximum Payload Violation", Code::ProtocolError),
            ("Permissions Violation", Code::PermissionsViolation),
            ("'Authorization Violation'", Code::AuthorizationViolation),
        ] {
            assert_eq!(classify(text), ServerError { code, permission: None }, "{text}");
        }
    }

    #[test]
    fn permissions_name_what_was_refused() {
        let permission = |operation, subject: &str, queue: Option<&str>| {
            Some(Permission { operation, subject: subject.to_owned(), queue: queue.map(str::to_owned) })
        };
        for (text, expected) in [
            ("Permissions Violation for Publish to \"a.b\"", permission("publish", "a.b", None)),
            ("Permissions Violation for Publish to \"a\"b\"", permission("publish", "a\"b", None)),
            ("Permissions Violation for Subscription to \"a.>\"", permission("subscription", "a.>", None)),
            (
                "Permissions Violation for Subscription to \"a\" using queue \"q\"",
                permission("subscription", "a", Some("q")),
            ),
            ("Permissions Violation for Publish with Reply of \"r\"", None),
            ("Permissions Violation for Publish to \"a", None),
        ] {
            for text in [text.to_owned(), ["'", text, "'"].concat()] {
                let error = classify(&text);
                assert_eq!(error.code, Code::PermissionsViolation);
                assert_eq!(error.permission, expected, "{text}");
            }
        }
    }
}
