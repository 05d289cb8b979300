//! Nkeys: Ed25519 keys written in base32 with a prefix that says whose they are and a checksum. Reads seeds and public
//! keys, signs, verifies, makes key pairs from random bytes it is handed. Knows the five roles a NATS server knows;
//! refuses curve keys, which encrypt and do not sign.

use std::fmt;

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use nkeys::{KeyPair, KeyPairType};

/// Prefix byte of an encoded private key (`P…`).
const PREFIX_PRIVATE: u8 = 15 << 3;

/// Whose key it is. The discriminants are the prefix bytes of public keys, so that the first letter tells the role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Role {
    /// `A…`
    Account = 0,
    /// `C…`
    Cluster = 2 << 3,
    /// `N…`
    Server = 13 << 3,
    /// `O…`
    Operator = 14 << 3,
    /// `U…`
    User = 20 << 3,
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Account, Role::Cluster, Role::Server, Role::Operator, Role::User];

    /// The role with this prefix byte.
    pub fn from_prefix(prefix: u8) -> Result<Role, KeyError> {
        Role::ALL.into_iter().find(|role| *role as u8 == prefix).ok_or(KeyError::Prefix)
    }

    fn pair_type(self) -> KeyPairType {
        match self {
            Role::Account => KeyPairType::Account,
            Role::Cluster => KeyPairType::Cluster,
            Role::Server => KeyPairType::Server,
            Role::Operator => KeyPairType::Operator,
            Role::User => KeyPairType::User,
        }
    }
}

/// Why a key cannot be used. Displayed as the error codes of nkeys.js, which users compare with; the key itself is
/// never part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Not base32.
    Encoding,
    Checksum,
    /// Neither of the five roles.
    Prefix,
    /// A key, but not a seed.
    NotASeed,
    /// A seed has 58 characters, its random bytes are 32.
    SeedLength,
    /// Not 56 characters, or not a point of the curve.
    PublicKey,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyError::Encoding => "nkeys: invalid encoded key",
            KeyError::Checksum => "nkeys: invalid checksum",
            KeyError::Prefix => "nkeys: invalid prefix byte",
            KeyError::NotASeed => "nkeys: invalid seed",
            KeyError::SeedLength => "nkeys: invalid seed length",
            KeyError::PublicKey => "nkeys: invalid public key",
        })
    }
}

/// A key pair that can sign.
pub struct Signer {
    pair: KeyPair,
    raw: [u8; 32],
}

impl Signer {
    /// Makes the key pair of these random bytes. They must come from a cryptographic source; they are the secret.
    pub fn from_random(role: Role, random: &[u8]) -> Result<Signer, KeyError> {
        let raw = <[u8; 32]>::try_from(random).map_err(|_| KeyError::SeedLength)?;
        let pair = KeyPair::new_from_raw(role.pair_type(), raw).map_err(|_| KeyError::SeedLength)?;
        Ok(Signer { pair, raw })
    }

    /// Reads an encoded seed (`S…`, 58 characters).
    pub fn from_seed(seed: &[u8]) -> Result<Signer, KeyError> {
        let seed = std::str::from_utf8(seed).map_err(|_| KeyError::Encoding)?;
        let (prefix, raw) = nkeys::decode_seed(seed).map_err(|error| match error.kind() {
            nkeys::error::ErrorKind::InvalidKeyLength => KeyError::SeedLength,
            nkeys::error::ErrorKind::InvalidPrefix => KeyError::NotASeed,
            kind => unreadable(kind),
        })?;
        Signer::from_random(Role::from_prefix(prefix)?, &raw)
    }

    /// The encoded seed: the secret.
    pub fn seed(&self) -> String {
        self.pair.seed().expect("a signer has a seed")
    }

    /// The encoded public key: the first letter tells the role.
    pub fn public_key(&self) -> String {
        self.pair.public_key()
    }

    /// The encoded private key (`P…`): secret and public key in one, as nkeys.js writes it.
    pub fn private_key(&self) -> String {
        let (_, public) = nkeys::from_public_key(&self.public_key()).expect("our own public key");
        let mut bytes = vec![PREFIX_PRIVATE];
        bytes.extend_from_slice(&self.raw);
        bytes.extend_from_slice(&public);
        bytes.extend_from_slice(&crc16(&bytes).to_le_bytes());
        BASE32_NOPAD.encode(&bytes)
    }

    /// Ed25519 signature, 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).expect("a signer has a seed")
    }

    /// The signature of the server's nonce as CONNECT carries it: base64url without padding.
    pub fn sign_nonce(&self, nonce: &str) -> String {
        BASE64URL_NOPAD.encode(&self.sign(nonce.as_bytes()))
    }
}

/// Whether `signature` was made over `message` by the owner of the public key. A signature of the wrong length is just
/// a wrong one.
pub fn verify(public_key: &str, message: &[u8], signature: &[u8]) -> Result<bool, KeyError> {
    Ok(read_public_key(public_key)?.verify(message, signature).is_ok())
}

/// Whether this is a public key of one of the five roles.
pub fn check_public_key(public_key: &str) -> Result<(), KeyError> {
    read_public_key(public_key).map(drop)
}

fn read_public_key(public_key: &str) -> Result<KeyPair, KeyError> {
    let pair = KeyPair::from_public_key(public_key).map_err(|error| match error.kind() {
        nkeys::error::ErrorKind::InvalidPrefix => KeyError::Prefix,
        nkeys::error::ErrorKind::InvalidKeyLength | nkeys::error::ErrorKind::VerifyError => {
            KeyError::PublicKey
        }
        kind => unreadable(kind),
    })?;
    if Role::ALL.into_iter().any(|role| role.pair_type() == pair.key_pair_type()) {
        Ok(pair)
    } else {
        Err(KeyError::Prefix)
    }
}

fn unreadable(kind: nkeys::error::ErrorKind) -> KeyError {
    if kind == nkeys::error::ErrorKind::ChecksumFailure { KeyError::Checksum } else { KeyError::Encoding }
}

/// CRC-16/XMODEM, the checksum of all nkeys.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(
            crc ^ u16::from(*byte) << 8,
            |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
            },
        )
    })
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
        data_encoding::HEXLOWER.decode(hex.as_bytes()).unwrap()
    }

    fn user() -> Signer {
        Signer::from_random(Role::User, &[7; 32]).unwrap()
    }

    #[test]
    fn keys_and_signatures_are_those_of_nkeys_js() {
        for vector in vectors() {
            let role = Role::from_prefix(vector["prefix"].as_u64().unwrap() as u8).unwrap();
            let made = Signer::from_random(role, &from_hex(text(&vector, "random"))).unwrap();
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
        let other = Signer::from_random(Role::User, &[8; 32]).unwrap();
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
        let public = user().public_key();
        let refused = |seed: &[u8]| Signer::from_seed(seed).map(|_| ()).unwrap_err();
        assert_eq!(refused(b""), KeyError::SeedLength);
        assert_eq!(refused(&seed.as_bytes()[1..]), KeyError::SeedLength);
        assert_eq!(refused(public.as_bytes()), KeyError::SeedLength);
        assert_eq!(refused(seed.to_lowercase().as_bytes()), KeyError::Encoding);
        assert_eq!(refused(b"\xff\xfe"), KeyError::Encoding);
        assert_eq!(refused("ü".repeat(29).as_bytes()), KeyError::Encoding);
        assert_eq!(refused(seed.replace(&seed[20..22], "77").as_bytes()), KeyError::Checksum);
        assert_eq!(
            refused(b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            KeyError::NotASeed
        );
    }

    #[test]
    fn keys_of_roles_a_server_does_not_know_are_refused() {
        let module = KeyPair::new_from_raw(KeyPairType::Module, [1; 32]).unwrap();
        let curve = KeyPair::new_from_raw(KeyPairType::Curve, [1; 32]).unwrap();
        for pair in [module, curve] {
            assert_eq!(Signer::from_seed(pair.seed().unwrap().as_bytes()).err(), Some(KeyError::Prefix));
            assert_eq!(check_public_key(&pair.public_key()), Err(KeyError::Prefix));
        }
        assert_eq!(Role::from_prefix(1), Err(KeyError::Prefix));
        assert_eq!(Signer::from_random(Role::User, &[0; 31]).err(), Some(KeyError::SeedLength));
    }

    #[test]
    fn public_keys_that_are_none_are_refused() {
        let public = user().public_key();
        assert_eq!(check_public_key(&public), Ok(()));
        assert_eq!(check_public_key(""), Err(KeyError::PublicKey));
        assert_eq!(check_public_key(&public[1..]), Err(KeyError::PublicKey));
        assert_eq!(check_public_key(&public.to_lowercase()), Err(KeyError::Encoding));
        assert_eq!(check_public_key(&public.replacen('U', "A", 1)), Err(KeyError::Checksum));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn a_seed_reads_back(random: [u8; 32], role in 0..5usize) {
            let signer = Signer::from_random(Role::ALL[role], &random).unwrap();
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
