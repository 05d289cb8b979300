//! The ops that are not messages: tells them apart and finds their text. Refuses ops no server sends.

use super::ServerOp;
use super::line::excerpt;
use crate::core::error::Broken;

impl<'a> ServerOp<'a> {
    /// Reads a whole control line, with its line end. Case does not matter, as in the server's own parser.
    pub(super) fn read(line: &'a [u8]) -> Result<ServerOp<'a>, Broken> {
        let line = line.trim_ascii_end();
        let verb_end = line.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
        let (verb, text) = line.split_at(verb_end);
        let text = text.trim_ascii_start();
        let is = |name: &str| verb.eq_ignore_ascii_case(name.as_bytes());
        if is("INFO") {
            Ok(ServerOp::Info(text))
        } else if is("-ERR") {
            Ok(ServerOp::Err(text))
        } else if !text.is_empty() {
            Err(unknown(line))
        } else if is("PING") {
            Ok(ServerOp::Ping)
        } else if is("PONG") {
            Ok(ServerOp::Pong)
        } else if is("+OK") {
            Ok(ServerOp::Ok)
        } else {
            Err(unknown(line))
        }
    }

    /// What an error calls it.
    pub fn name(self) -> &'static str {
        match self {
            ServerOp::Info(_) => "Info",
            ServerOp::Ping => "Ping",
            ServerOp::Pong => "Pong",
            ServerOp::Ok => "Ok",
            ServerOp::Err(_) => "Err",
        }
    }
}

#[cold]
fn unknown(line: &[u8]) -> Broken {
    Broken::new(["unknown op ", &excerpt(line)].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_op() {
        for (line, op) in [
            ("INFO {\"a\":1}\r\n", ServerOp::Info(b"{\"a\":1}")),
            ("info\t {} \r\n", ServerOp::Info(b"{}")),
            ("INFO\r\n", ServerOp::Info(b"")),
            ("PING\r\n", ServerOp::Ping),
            ("ping \t\r\n", ServerOp::Ping),
            ("PoNg\n", ServerOp::Pong),
            ("+OK\r\n", ServerOp::Ok),
            ("+ok\r\n", ServerOp::Ok),
            ("-ERR 'Stale Connection'\r\n", ServerOp::Err(b"'Stale Connection'")),
            ("-err  it's'\r\n", ServerOp::Err(b"it's'")),
            ("-ERR '\r\n", ServerOp::Err(b"'")),
            ("-ERR ''\r\n", ServerOp::Err(b"''")),
            ("-ERR\r\n", ServerOp::Err(b"")),
        ] {
            assert_eq!(ServerOp::read(line.as_bytes()), Ok(op), "{line:?}");
        }
    }

    #[test]
    fn refuses_other_ops() {
        for line in [
            "\r\n",
            "\n",
            " PING\r\n",
            "PINGS\r\n",
            "PING x\r\n",
            "PUB a 1\r\n",
            "HTTP/1.1 200 OK\r\n",
            "+OKAY\r\n",
        ] {
            let broken = ServerOp::read(line.as_bytes()).expect_err(line);
            assert!(broken.why.starts_with("unknown op \""), "{}", broken.why);
        }
    }
}
