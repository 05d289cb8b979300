//! Takes a creds file apart into the user's JWT and the seed it is signed with. Reads both, judges neither: whether the
//! JWT is valid is the server's business, whether the seed is a seed is said when it signs ([`super::key`]).
//!
//! The format (`nsc generate creds`): blocks of one line between lines of dashes, the JWT first, the seed second,
//! whatever the lines of dashes say.

use std::fmt;

/// What is needed to connect. Borrowed from the file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Creds<'a> {
    pub jwt: &'a str,
    pub seed: &'a str,
}

/// Does not show what it holds: it may end up in a log.
impl fmt::Debug for Creds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Creds")
    }
}

/// Why a creds file cannot be used (code `BAD_CREDS`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadCreds {
    /// `at`: the first byte that is not UTF-8.
    NotText {
        at: usize,
    },
    NoJwt,
    /// The first block is something else. Refused here, because what stands in the place of the JWT is sent to the
    /// server as it is, and it may be the seed.
    NotAJwt,
    NoSeed,
}

impl fmt::Display for BadCreds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadCreds::NotText { at } => write!(f, "creds are not text: byte {at} is not UTF-8"),
            BadCreds::NoJwt => f.write_str("creds have no JWT: no line stands between two lines of dashes"),
            BadCreds::NotAJwt => {
                f.write_str("creds have no JWT: the first block is not three parts joined by dots")
            }
            BadCreds::NoSeed => f.write_str(
                "creds have a JWT and no seed: there is no second line between two lines of dashes",
            ),
        }
    }
}

/// Finds JWT and seed. More lenient than nats.ws about what surrounds them: CR LF, empty lines, and a missing line end
/// at the end of the file are fine.
pub fn split(file: &[u8]) -> Result<Creds<'_>, BadCreds> {
    let text = std::str::from_utf8(file).map_err(|error| BadCreds::NotText { at: error.valid_up_to() })?;
    let mut blocks = Blocks { lines: text.lines() };
    let jwt = blocks.next().ok_or(BadCreds::NoJwt)?;
    if jwt.split('.').count() != 3 {
        return Err(BadCreds::NotAJwt);
    }
    let seed = blocks.next().ok_or(BadCreds::NoSeed)?;
    Ok(Creds { jwt, seed })
}

/// The lines that stand alone between two lines of dashes.
struct Blocks<'a> {
    lines: std::str::Lines<'a>,
}

impl<'a> Iterator for Blocks<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let mut opened = false;
        let mut body = None;
        for line in self.lines.by_ref().map(str::trim).filter(|line| !line.is_empty()) {
            if is_dashes(line) {
                if body.is_some() {
                    return body;
                }
                opened = true;
            } else if body.is_some() {
                // A second line: this is no block.
                (opened, body) = (false, None);
            } else if opened {
                body = Some(line);
            }
        }
        None
    }
}

/// `-----BEGIN NATS USER JWT-----`: at least three dashes at each end.
fn is_dashes(line: &str) -> bool {
    line.len() >= 6 && line.starts_with("---") && line.ends_with("---")
}

#[cfg(test)]
mod tests {
    use super::*;

    const JWT: &str = "eyJ0eXAi.eyJqdGki.c2ln";
    const SEED: &str = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";

    fn file() -> String {
        format!(
            "-----BEGIN NATS USER JWT-----\n{JWT}\n------END NATS USER JWT------\n\n\
             ************************* IMPORTANT *************************\n\
             NKEY Seed printed below can be used to sign and prove identity.\n\
             NKEYs are sensitive and should be treated as secrets.\n\n\
             -----BEGIN USER NKEY SEED-----\n{SEED}\n------END USER NKEY SEED------\n\n\
             *************************************************************\n"
        )
    }

    #[test]
    fn a_file_as_nsc_writes_it_is_split() {
        assert_eq!(split(file().as_bytes()), Ok(Creds { jwt: JWT, seed: SEED }));
    }

    #[test]
    fn line_ends_and_white_space_do_not_matter() {
        for text in [
            file().replace('\n', "\r\n"),
            file().replace('\n', " \n\n\t"),
            file().trim_end_matches(['*', '\n']).to_string(),
            format!("------\n{JWT}\n------\n------\n{SEED}\n------"),
        ] {
            assert_eq!(split(text.as_bytes()), Ok(Creds { jwt: JWT, seed: SEED }), "{text:?}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let without_seed = &file()[..file().find("-----BEGIN USER").unwrap()];
        assert_eq!(split(b""), Err(BadCreds::NoJwt));
        assert_eq!(split(b"just text\n"), Err(BadCreds::NoJwt));
        assert_eq!(split(b"-----BEGIN-----\n-----END-----\n"), Err(BadCreds::NoJwt));
        assert_eq!(split(without_seed.as_bytes()), Err(BadCreds::NoSeed));
        assert_eq!(split(b"-----BEGIN-----\xff"), Err(BadCreds::NotText { at: 15 }));
    }

    #[test]
    fn a_seed_is_never_taken_for_the_jwt() {
        let swapped = format!("-----SEED-----\n{SEED}\n-----END-----\n-----JWT-----\n{JWT}\n-----END-----\n");
        assert_eq!(split(swapped.as_bytes()), Err(BadCreds::NotAJwt));
    }

    #[test]
    fn a_block_of_two_lines_is_no_block() {
        let text =
            format!("-----A-----\nx\ny\n-----B-----\n{JWT}\n-----C-----\n-----D-----\n{SEED}\n-----E-----\n");
        assert_eq!(split(text.as_bytes()), Ok(Creds { jwt: JWT, seed: SEED }));
    }

    #[test]
    fn nothing_secret_is_shown() {
        let file = file();
        assert_eq!(format!("{:?}", split(file.as_bytes()).unwrap()), "Creds");
        for error in [BadCreds::NotText { at: 3 }, BadCreds::NoJwt, BadCreds::NotAJwt, BadCreds::NoSeed] {
            assert!(error.to_string().starts_with("creds "), "{error}");
        }
    }
}
