//! The bodies of the fuzz targets in `fuzz/`, one function each. They panic when a promise is broken. The committed
//! seeds are replayed by plain `cargo test`.

mod session;

pub use session::session;

#[cfg(feature = "credentials")]
use crate::core::auth::{creds, key::Signer};
use crate::core::error::Broken;
use crate::core::wire::rows::{FLAG_JOINED, Rows};
use crate::core::wire::scan::Scanner;
use crate::core::wire::slices::{Joined, Staged};
use crate::core::wire::status::status;
use crate::core::wire::{Admission, Incoming, ServerOp, Sink, Source};

/// The first two bytes say how the rest is cut and how wide windows are; however that is, the same is heard, also of events
/// that lie on the stage.
pub fn scan(data: &[u8]) {
    let [cut, window, stream @ ..] = data else { return };
    // A wrong line may be refused before its end has come: give it one, so that nobody still waits for it.
    let stream = [stream, b"\n"].concat();
    let whole = transcript(Scanner::new(), &[&stream], false);
    let events: Vec<&[u8]> = stream.chunks(usize::from(*cut) + 1).collect();
    for on_stage in [false, true] {
        let cut = transcript(Scanner::with_window(usize::from(*window) * 16 + 1), &events, on_stage);
        assert_eq!(whole, cut, "on the stage: {on_stage}");
    }
}

/// A header block: a status is a number of three digits, and only the server's version line has one.
pub fn header(block: &[u8]) {
    let status = status(block);
    assert!(status < 1000);
    assert!(status == 0 || block.starts_with(b"NATS/1.0"));
}

/// A creds file: what is taken out of it stands in it as one line, and whatever the seed turns out to be, nothing is shown.
#[cfg(feature = "credentials")]
pub fn creds(file: &[u8]) {
    let shown = match creds::split(file) {
        Ok(found) => {
            for part in [found.jwt, found.seed] {
                assert!(!part.is_empty() && part.trim() == part && part.lines().count() == 1);
                assert!(file.windows(part.len()).any(|window| window == part.as_bytes()));
            }
            assert_eq!(found.jwt.matches('.').count(), 2);
            match Signer::from_seed(found.seed.as_bytes()) {
                Ok(signer) => {
                    assert_eq!(signer.sign_nonce("nonce").len(), 86);
                    assert_eq!(signer.seed(), found.seed);
                    format!("{found:?}")
                }
                Err(error) => format!("{found:?} {error}"),
            }
        }
        Err(error) => error.to_string(),
    };
    // Nothing of the file is in what is said about it, but for words that are.
    assert!(shown.len() < 100 && !shown.contains("SU"), "{shown}");
}

/// What is heard of these events, and whether they are broken. `on_stage`: those that fit are put there.
fn transcript(mut scanner: Scanner, events: &[&[u8]], on_stage: bool) -> (Vec<u8>, bool) {
    let mut ear = Ear { joiner: Joined::default(), rows: Rows::new(), heard: Heard(Vec::new()) };
    let broken = events.iter().any(|event| {
        let left = scanner.body_left() as usize;
        let staged = if on_stage { Staged::put(event, left, scanner.stage()) } else { None };
        let result = match staged {
            Some(staged) => ear.hear(&mut scanner, &staged),
            None => ear.hear(&mut scanner, event),
        };
        result.is_err()
    });
    (ear.heard.0, broken)
}

struct Ear {
    joiner: Joined,
    rows: Rows,
    heard: Heard,
}

impl Ear {
    fn hear<S: Source + AsRef<[u8]>>(&mut self, scanner: &mut Scanner, event: &S) -> Result<(), Broken> {
        let mut at = 0;
        while at < event.len() {
            let result = scanner.scan(event, at, &mut self.joiner, &mut self.rows, &mut self.heard);
            for index in 0..self.rows.len() {
                let row = self.rows.get(index);
                let joined = row.flags & FLAG_JOINED != 0;
                let bytes = if joined { self.joiner.finished() } else { event.as_ref() };
                let subject = &bytes[row.subject_at as usize..][..usize::from(row.subject_len)];
                let body = &bytes[row.body_at as usize..][..(row.header_len + row.payload_len) as usize];
                assert!(subject.len() + body.len() <= bytes.len());
            }
            at = result?;
        }
        Ok(())
    }
}

struct Heard(Vec<u8>);

impl Sink for Heard {
    fn wants(&self, sid: u32) -> bool {
        !sid.is_multiple_of(5)
    }

    fn admit(&mut self, message: &Incoming<'_>) -> Option<Admission> {
        if !self.wants(message.sid) {
            return None;
        }
        for number in [message.sid, message.status.into(), message.header_len, message.payload_len] {
            self.0.extend_from_slice(&number.to_le_bytes());
        }
        self.0.extend_from_slice(message.subject);
        self.0.push(b' ');
        self.0.extend_from_slice(message.reply);
        self.0.push(b'\n');
        (!message.sid.is_multiple_of(3)).then(Admission::default)
    }

    fn handle_op(&mut self, op: ServerOp<'_>) -> Result<(), Broken> {
        self.0.extend_from_slice(format!("{op:?}\n").as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    fn replay(target: &str, body: fn(&[u8])) {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
        let mut count = 0;
        for seed in fs::read_dir(&seeds).expect("a folder of seeds") {
            let path = seed.expect("a seed").path();
            body(&fs::read(&path).expect("a readable seed"));
            count += 1;
        }
        assert!(count > 0, "no seeds in {}", seeds.display());
    }

    #[test]
    fn scan() {
        replay("scan", super::scan);
    }

    #[test]
    fn session() {
        replay("session", super::session);
    }

    #[test]
    fn header() {
        replay("header", super::header);
    }
    #[cfg(feature = "credentials")]
    #[test]
    fn creds() {
        replay("creds", super::creds);
    }

    #[cfg(feature = "credentials")]
    proptest::proptest! {
        #[test]
        fn creds_of_any_lines(lines in proptest::collection::vec(0..8usize, 0..12), cut: u8) {
            const LINES: [&str; 8] =
                ["", "------", "-----BEGIN X-----", "a.b.c", "\t a.b.c \r", "---", "x", include_str!("../../fuzz/seeds/creds/nsc")];
            let file = lines.into_iter().map(|line| LINES[line]).collect::<Vec<_>>().join("\n");
            super::creds(&file.as_bytes()[..file.len().saturating_sub(cut.into())]);
        }
    }
}
