//! The status of a header block: `NATS/1.0 503 No Responders`. Other clients write header blocks too, so one that
//! makes no sense is not the server's fault: it simply has no status.

/// The code in the first line of a header block, 0 when there is none.
pub fn status(block: &[u8]) -> u16 {
    const VERSION: usize = b"NATS/1.0".len();
    if block.len() < VERSION + 4 || !block.starts_with(b"NATS/1.0") {
        return 0;
    }
    let [blank, code @ ..] = &block[VERSION..] else { return 0 };
    if !matches!(blank, b' ' | b'\t') {
        return 0;
    }
    let code = code.trim_ascii_start();
    let [a, b, c, rest @ ..] = code else { return 0 };
    let ends = rest.first().is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    if !ends || ![a, b, c].iter().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0')
}

#[cfg(test)]
mod tests {
    use super::status;

    #[test]
    fn reads_the_code() {
        for (block, code) in [
            ("NATS/1.0 503\r\n\r\n", 503),
            ("NATS/1.0 100 FlowControl Request\r\n\r\n", 100),
            ("NATS/1.0   404 No Messages\r\n\r\n", 404),
            ("NATS/1.0 409", 409),
            ("NATS/1.0 999\r\n", 999),
        ] {
            assert_eq!(status(block.as_bytes()), code, "{block:?}");
        }
    }

    #[test]
    fn a_block_without_a_code_has_none() {
        for block in [
            "",
            "NATS/1.0",
            "NATS/1.0\r\n\r\n",
            "NATS/1.0\r\nA: 503\r\n\r\n",
            "NATS/1.0 \r\n\r\n",
            "NATS/1.0 50\r\n\r\n",
            "NATS/1.0 5030\r\n\r\n",
            "NATS/1.0 5o3\r\n\r\n",
            "NATS/1.0503 \r\n",
            "HTTP/1.0 503\r\n\r\n",
        ] {
            assert_eq!(status(block.as_bytes()), 0, "{block:?}");
        }
    }
}
