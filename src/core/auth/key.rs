//! Nkeys, Ed25519 keys in text: the `nkeys` crate, refusing in the words of nkeys.js. Adds what the crate does not have,
//! private keys (`P…`), and knows the five roles of a NATS server that sign. Refuses curve keys, which encrypt, and the
//! roles of wasmCloud, which the crate reads as well.

use std::fmt;

use crc::{CRC_16_XMODEM, Crc, NoTable};
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use nkeys::{KeyPair, KeyPairType};

const ACCOUNT: u8 = prefix(b'A');
const CLUSTER: u8 = prefix(b'C');
const SERVER: u8 = prefix(b'N');
const OPERATOR: u8 = prefix(b'O');
const USER: u8 = prefix(b'U');
const SEED: u8 = prefix(b'S');
const PRIVATE: u8 = prefix(b'P');
const CURVE: u8 = prefix(b'X');

/// Behind each key, little-endian.
const CHECKSUM: Crc<u16, NoTable> = Crc::<u16, NoTable>::new(&CRC_16_XMODEM);

/// The prefix byte that shows as this letter: base32 makes a character of its upper five bits.
const fn prefix(letter: u8) -> u8 {
    (letter - b'A') << 3
}

/// The role with this prefix byte.
///
/// The crate's own conversion answers for every byte.
fn role(prefix: u8) -> Result<KeyPairType, KeyError> {
    match prefix {
        ACCOUNT | CLUSTER | SERVER | OPERATOR | USER => Ok(KeyPairType::from(prefix)),
        CURVE => Err(KeyError::Curve),
        _ => Err(KeyError::Prefix),
    }
}

/// Why a key cannot be used. Displayed as the error codes of nkeys.js, which users compare with; the key itself is
/// never part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Not base32, or too short to be anything.
    Encoding,
    Checksum,
    /// None of the five roles.
    Prefix,
    /// A curve key.
    Curve,
    /// A key, but not a seed.
    NotASeed,
    /// The random bytes of a seed are not 32.
    SeedLength,
    /// Not a public key, or not 32 bytes.
    PublicKey,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyError::Encoding => "nkeys: invalid encoded key",
            KeyError::Checksum => "nkeys: invalid checksum",
            KeyError::Prefix => "nkeys: invalid prefix byte",
            KeyError::Curve => "nkeys: curve key is not valid for sign/verify",
            KeyError::NotASeed => "nkeys: invalid seed",
            KeyError::SeedLength => "nkeys: invalid seed length",
            KeyError::PublicKey => "nkeys: invalid public key",
        })
    }
}

/// A key pair that can sign.
///
/// In a box, because the crate does not overwrite its copy of the secret: the allocator of the credentials module
/// overwrites what is freed.
pub struct Signer(Box<KeyPair>);

impl Signer {
    /// Makes the key pair of these 32 random bytes. They must come from a cryptographic source; they are the secret.
    ///
    /// `prefix`: the byte that says whose key this is, `20 << 3` for a user.
    pub fn from_random(prefix: u8, random: &[u8]) -> Result<Signer, KeyError> {
        let role = role(prefix)?;
        let random = random.try_into().map_err(|_| KeyError::SeedLength)?;
        KeyPair::new_from_raw(role, random)
            .map(|pair| Signer(Box::new(pair)))
            .map_err(|_| KeyError::SeedLength)
    }

    /// Reads an encoded seed (`S…`, 58 characters).
    pub fn from_seed(seed: &[u8]) -> Result<Signer, KeyError> {
        let text = str::from_utf8(seed).map_err(|_| KeyError::Encoding)?;
        match nkeys::decode_seed(text) {
            Ok((prefix, random)) => Signer::from_random(prefix, &random),
            Err(_) => Err(refusal(text, judge_seed)),
        }
    }

    /// The encoded seed: the secret.
    pub fn seed(&self) -> String {
        self.0.seed().expect(HAS_A_SECRET)
    }

    /// The encoded public key: the first letter tells the role.
    pub fn public_key(&self) -> String {
        self.0.public_key()
    }

    /// The encoded private key (`P…`): secret and public key in one, as nkeys.js writes it.
    pub fn private_key(&self) -> String {
        let (_, secret) = nkeys::decode_seed(&self.seed()).expect(READS_BACK);
        let (_, public) = nkeys::from_public_key(&self.public_key()).expect(READS_BACK);
        encode([&[PRIVATE][..], &secret, &public].concat())
    }

    /// Ed25519 signature, 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).expect(HAS_A_SECRET)
    }

    /// The signature of the server's nonce as CONNECT carries it: base64url without padding.
    pub fn sign_nonce(&self, nonce: &str) -> String {
        BASE64URL_NOPAD.encode(&self.sign(nonce.as_bytes()))
    }
}

const HAS_A_SECRET: &str = "a signer is made of a secret";
const READS_BACK: &str = "the crate reads what it has written";

/// Whether `signature` was made over `message` by the owner of the public key. A signature of the wrong length, and one
/// of a key that is no point of the curve, is just a wrong one.
pub fn verify(public_key: &str, message: &[u8], signature: &[u8]) -> Result<bool, KeyError> {
    check_public_key(public_key)?;
    Ok(KeyPair::from_public_key(public_key).is_ok_and(|key| key.verify(message, signature).is_ok()))
}

/// Whether this is a public key of one of the five roles.
pub fn check_public_key(public_key: &str) -> Result<(), KeyError> {
    match nkeys::from_public_key(public_key) {
        Ok((prefix, _)) => public_role(prefix),
        Err(_) => Err(refusal(public_key, judge_public_key)),
    }
}

fn public_role(prefix: u8) -> Result<(), KeyError> {
    match role(prefix) {
        Err(KeyError::Prefix) => Err(KeyError::PublicKey),
        known => known.map(drop),
    }
}

/// Appends the checksum and writes all of it in base32.
fn encode(mut bytes: Vec<u8>) -> String {
    bytes.extend_from_slice(&CHECKSUM.checksum(&bytes).to_le_bytes());
    BASE32_NOPAD.encode(&bytes)
}

/// Why the crate has refused a key. The crate looks at the length first; nkeys.js looks at the characters, at the
/// checksum, at what `judge` is asked about: the bytes before a checksum that is right.
fn refusal(key: &str, judge: fn(&[u8]) -> KeyError) -> KeyError {
    if key.len() < 4 || !key.bytes().all(|character| matches!(character, b'A'..=b'Z' | b'2'..=b'7')) {
        return KeyError::Encoding;
    }
    // Characters that are no whole bytes are the rest of a key: its checksum is lost.
    let Ok(bytes) = BASE32_NOPAD.decode(key.as_bytes()) else { return KeyError::Checksum };
    match bytes.split_last_chunk() {
        Some((payload, checksum)) if CHECKSUM.checksum(payload).to_le_bytes() == *checksum => judge(payload),
        _ => KeyError::Checksum,
    }
}

fn judge_seed(payload: &[u8]) -> KeyError {
    match payload {
        [first, second, ..] if first & 0xf8 == SEED => {
            role(first << 5 | second >> 3).err().unwrap_or(KeyError::SeedLength)
        }
        [_, _, ..] => KeyError::NotASeed,
        _ => KeyError::Encoding,
    }
}

fn judge_public_key(payload: &[u8]) -> KeyError {
    match payload {
        [prefix, ..] => public_role(*prefix).err().unwrap_or(KeyError::PublicKey),
        [] => KeyError::Encoding,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Keys and signatures made with nkeys.js 1.1.0.
    fn vectors() -> Vec<Value> {
        let text = include_str!("../../../tests/vectors/nkeys.json");
        let file: Value = serde_json::from_str(text).unwrap();
        let keys = file["keys"].as_array().unwrap().clone();
        assert_eq!(keys.len(), 15);
        keys
    }

    fn text<'a>(value: &'a Value, field: &str) -> &'a str {
        value[field].as_str().unwrap()
    }

    fn from_hex(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    fn user() -> Signer {
        Signer::from_random(USER, &[7; 32]).unwrap()
    }

    #[test]
    fn keys_and_signatures_are_those_of_nkeys_js() {
        for vector in vectors() {
            let prefix = vector["prefix"].as_u64().unwrap() as u8;
            let made = Signer::from_random(prefix, &from_hex(text(&vector, "random"))).unwrap();
            let read = Signer::from_seed(text(&vector, "seed").as_bytes()).unwrap();
            for signer in [made, read] {
                assert_eq!(signer.seed(), text(&vector, "seed"));
                assert_eq!(signer.public_key(), text(&vector, "publicKey"));
                assert_eq!(signer.private_key(), text(&vector, "privateKey"));
                for signed in vector["signatures"].as_array().unwrap() {
                    let message = text(signed, "message");
                    assert_eq!(signer.sign_nonce(message), text(signed, "signature"));
                    let signature = signer.sign(message.as_bytes());
                    assert_eq!(verify(&signer.public_key(), message.as_bytes(), &signature), Ok(true));
                }
            }
        }
    }

    #[test]
    fn the_signature_of_a_nonce_has_no_padding_and_no_characters_of_plain_base64() {
        let signer = user();
        for nonce in 0..50 {
            let signature = signer.sign_nonce(&nonce.to_string());
            assert_eq!(signature.len(), 86);
            assert!(!signature.contains(['+', '/', '=']), "{signature}");
        }
    }

    #[test]
    fn a_signature_is_good_for_its_message_and_its_key_only() {
        let signer = user();
        let signature = signer.sign(b"message");
        let other = Signer::from_random(USER, &[8; 32]).unwrap();
        let mut bent = signature.clone();
        bent[10] ^= 1;
        assert_eq!(verify(&signer.public_key(), b"message", &signature), Ok(true));
        assert_eq!(verify(&signer.public_key(), b"massage", &signature), Ok(false));
        assert_eq!(verify(&other.public_key(), b"message", &signature), Ok(false));
        assert_eq!(verify(&signer.public_key(), b"message", &bent), Ok(false));
        assert_eq!(verify(&signer.public_key(), b"message", &signature[..63]), Ok(false));
        assert_eq!(verify(&signer.seed(), b"message", &signature), Err(KeyError::PublicKey));
    }

    #[test]
    fn seeds_that_are_none_are_refused_by_what_is_wrong() {
        let seed = user().seed();
        let refused = |seed: &[u8]| Signer::from_seed(seed).err();
        assert_eq!(refused(b""), Some(KeyError::Encoding));
        assert_eq!(refused(b"AAAA"), Some(KeyError::Encoding));
        assert_eq!(refused(seed.to_lowercase().as_bytes()), Some(KeyError::Encoding));
        assert_eq!(refused(b"\xff\xfe"), Some(KeyError::Encoding));
        assert_eq!(refused(&seed.as_bytes()[1..]), Some(KeyError::Checksum));
        assert_eq!(refused(seed.replace(&seed[20..22], "77").as_bytes()), Some(KeyError::Checksum));
        assert_eq!(refused(user().public_key().as_bytes()), Some(KeyError::NotASeed));
        assert_eq!(refused(user().private_key().as_bytes()), Some(KeyError::NotASeed));
        let short = encode([&[SEED | USER >> 5, 0][..], &[1; 31]].concat());
        assert_eq!(refused(short.as_bytes()), Some(KeyError::SeedLength));
        assert_eq!(Signer::from_random(USER, &[0; 31]).err(), Some(KeyError::SeedLength));
    }

    #[test]
    fn keys_of_other_roles_are_refused() {
        // `M`, a module of wasmCloud; and a curve key, which cannot sign.
        for (prefix, why, public) in
            [(12 << 3, KeyError::Prefix, KeyError::PublicKey), (CURVE, KeyError::Curve, KeyError::Curve)]
        {
            assert_eq!(Signer::from_random(prefix, &[1; 32]).err(), Some(why));
            let seed = encode([&[SEED | prefix >> 5, prefix << 3][..], &[1; 32]].concat());
            assert_eq!(Signer::from_seed(seed.as_bytes()).err(), Some(why));
            assert_eq!(check_public_key(&encode([&[prefix][..], &[1; 32]].concat())), Err(public));
        }
    }

    #[test]
    fn public_keys_that_are_none_are_refused() {
        let public = user().public_key();
        assert_eq!(check_public_key(&public), Ok(()));
        assert_eq!(check_public_key(""), Err(KeyError::Encoding));
        assert_eq!(check_public_key("AAAA"), Err(KeyError::Encoding));
        assert_eq!(check_public_key(&public.to_lowercase()), Err(KeyError::Encoding));
        assert_eq!(check_public_key(&public[1..]), Err(KeyError::Checksum));
        assert_eq!(check_public_key(&public.replacen('U', "A", 1)), Err(KeyError::Checksum));
        assert_eq!(check_public_key(&user().seed()), Err(KeyError::PublicKey));
        let short = encode([&[USER][..], &[1; 31]].concat());
        assert_eq!(check_public_key(&short), Err(KeyError::PublicKey));
    }

    #[test]
    fn a_public_key_that_is_no_point_verifies_nothing() {
        // y = 2 lies on no point of the curve.
        let mut point = [0; 32];
        point[0] = 2;
        let public = encode([&[USER][..], &point].concat());
        assert_eq!(check_public_key(&public), Ok(()));
        assert_eq!(verify(&public, b"message", &user().sign(b"message")), Ok(false));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn a_seed_reads_back(random: [u8; 32], role in 0..5usize) {
            let signer = Signer::from_random([ACCOUNT, CLUSTER, SERVER, OPERATOR, USER][role], &random).unwrap();
            let read = Signer::from_seed(signer.seed().as_bytes()).unwrap();
            prop_assert_eq!(read.public_key(), signer.public_key());
            prop_assert_eq!(check_public_key(&signer.public_key()), Ok(()));
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange(text: String) {
            prop_assert!(Signer::from_seed(text.as_bytes()).is_err());
            prop_assert!(check_public_key(&text).is_err());
        }
    }
}
