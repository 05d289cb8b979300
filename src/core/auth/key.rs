//! Nkeys: Ed25519 keys written in base32 with a prefix that says whose they are and a checksum. Reads seeds and public
//! keys, signs, verifies, makes key pairs from random bytes it is handed. Knows the five roles of a NATS server that
//! sign; refuses curve keys, which encrypt.

use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};

use super::codec::{self, Unreadable};

/// Prefixes take the upper five bits of a byte, so that they are a letter in base32.
const PREFIX_SEED: u8 = 18 << 3;
const PREFIX_PRIVATE: u8 = 15 << 3;
const PREFIX_CURVE: u8 = 23 << 3;

/// Whose key it is. The discriminants are the prefix bytes of public keys.
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
        if prefix == PREFIX_CURVE {
            return Err(KeyError::Curve);
        }
        Role::ALL.into_iter().find(|role| *role as u8 == prefix).ok_or(KeyError::Prefix)
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

impl From<Unreadable> for KeyError {
    fn from(unreadable: Unreadable) -> KeyError {
        match unreadable {
            Unreadable::NotBase32 => KeyError::Encoding,
            Unreadable::Checksum => KeyError::Checksum,
        }
    }
}

/// A key pair that can sign. Its secret is overwritten when it is dropped.
pub struct Signer {
    role: Role,
    key: SigningKey,
}

impl Signer {
    /// Makes the key pair of these 32 random bytes. They must come from a cryptographic source; they are the secret.
    pub fn from_random(role: Role, random: &[u8]) -> Result<Signer, KeyError> {
        let secret = random.try_into().map_err(|_| KeyError::SeedLength)?;
        Ok(Signer { role, key: SigningKey::from_bytes(secret) })
    }

    /// Reads an encoded seed (`S…`, 58 characters).
    pub fn from_seed(seed: &[u8]) -> Result<Signer, KeyError> {
        let bytes = codec::decode(seed)?;
        let [first, second, random @ ..] = bytes.as_slice() else { return Err(KeyError::Encoding) };
        if first & 0xf8 != PREFIX_SEED {
            return Err(KeyError::NotASeed);
        }
        Signer::from_random(Role::from_prefix(first << 5 | second >> 3)?, random)
    }

    /// The encoded seed: the secret.
    pub fn seed(&self) -> String {
        // Seed and role share the first two bytes, five bits each, so that both are a letter.
        let role = self.role as u8;
        let mut bytes = vec![PREFIX_SEED | role >> 5, role << 3];
        bytes.extend_from_slice(self.key.as_bytes());
        codec::encode(bytes)
    }

    /// The encoded public key: the first letter tells the role.
    pub fn public_key(&self) -> String {
        let mut bytes = vec![self.role as u8];
        bytes.extend_from_slice(self.key.verifying_key().as_bytes());
        codec::encode(bytes)
    }

    /// The encoded private key (`P…`): secret and public key in one, as nkeys.js writes it.
    pub fn private_key(&self) -> String {
        let mut bytes = vec![PREFIX_PRIVATE];
        bytes.extend_from_slice(&self.key.to_keypair_bytes());
        codec::encode(bytes)
    }

    /// Ed25519 signature, 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message).to_bytes().to_vec()
    }

    /// The signature of the server's nonce as CONNECT carries it: base64url without padding.
    pub fn sign_nonce(&self, nonce: &str) -> String {
        codec::base64url(&self.sign(nonce.as_bytes()))
    }
}

/// Whether `signature` was made over `message` by the owner of the public key. A signature of the wrong length, and one
/// of a key that is no point of the curve, is just a wrong one.
pub fn verify(public_key: &str, message: &[u8], signature: &[u8]) -> Result<bool, KeyError> {
    let key = read_public_key(public_key)?;
    let (Ok(key), Ok(signature)) = (VerifyingKey::from_bytes(&key), Signature::from_slice(signature)) else {
        return Ok(false);
    };
    Ok(key.verify(message, &signature).is_ok())
}

/// Whether this is a public key of one of the five roles.
pub fn check_public_key(public_key: &str) -> Result<(), KeyError> {
    read_public_key(public_key).map(drop)
}

fn read_public_key(public_key: &str) -> Result<[u8; 32], KeyError> {
    let bytes = codec::decode(public_key.as_bytes())?;
    let [prefix, key @ ..] = bytes.as_slice() else { return Err(KeyError::Encoding) };
    Role::from_prefix(*prefix)
        .map_err(|error| if error == KeyError::Prefix { KeyError::PublicKey } else { error })?;
    key.try_into().map_err(|_| KeyError::PublicKey)
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
        let refused = |seed: &[u8]| Signer::from_seed(seed).err();
        assert_eq!(refused(b""), Some(KeyError::Encoding));
        assert_eq!(refused(b"AAAA"), Some(KeyError::Encoding));
        assert_eq!(refused(seed.to_lowercase().as_bytes()), Some(KeyError::Encoding));
        assert_eq!(refused(b"\xff\xfe"), Some(KeyError::Encoding));
        assert_eq!(refused(&seed.as_bytes()[1..]), Some(KeyError::Checksum));
        assert_eq!(refused(seed.replace(&seed[20..22], "77").as_bytes()), Some(KeyError::Checksum));
        assert_eq!(refused(user().public_key().as_bytes()), Some(KeyError::NotASeed));
        assert_eq!(refused(user().private_key().as_bytes()), Some(KeyError::NotASeed));
        let short = codec::encode([&[PREFIX_SEED | Role::User as u8 >> 5, 0][..], &[1; 31]].concat());
        assert_eq!(refused(short.as_bytes()), Some(KeyError::SeedLength));
        assert_eq!(Signer::from_random(Role::User, &[0; 31]).err(), Some(KeyError::SeedLength));
    }

    #[test]
    fn keys_of_other_roles_are_refused() {
        // `M`, a module of wasmCloud; and a curve key, which cannot sign.
        for (prefix, why, public) in [
            (12 << 3, KeyError::Prefix, KeyError::PublicKey),
            (PREFIX_CURVE, KeyError::Curve, KeyError::Curve),
        ] {
            assert_eq!(Role::from_prefix(prefix), Err(why));
            let seed = codec::encode([&[PREFIX_SEED | prefix >> 5, prefix << 3][..], &[1; 32]].concat());
            assert_eq!(Signer::from_seed(seed.as_bytes()).err(), Some(why));
            assert_eq!(check_public_key(&codec::encode([&[prefix][..], &[1; 32]].concat())), Err(public));
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
        let short = codec::encode([&[Role::User as u8][..], &[1; 31]].concat());
        assert_eq!(check_public_key(&short), Err(KeyError::PublicKey));
    }

    #[test]
    fn a_public_key_that_is_no_point_verifies_nothing() {
        // y = 2 lies on no point of the curve.
        let mut point = [0; 32];
        point[0] = 2;
        let public = codec::encode([&[Role::User as u8][..], &point].concat());
        assert_eq!(check_public_key(&public), Ok(()));
        assert_eq!(verify(&public, b"message", &user().sign(b"message")), Ok(false));
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
