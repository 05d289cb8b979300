//! Our nkeys against the `nkeys` crate: the same keys, the same signatures, either way round. The signer does not ship
//! the crate because of its size (docs/decisions/0010), so it has to agree with it.
#![cfg(all(feature = "nkeys", not(target_arch = "wasm32")))]

use nats_wasm::core::auth::key::{Role, Signer, verify};
use nkeys::{KeyPair, KeyPairType};
use proptest::prelude::*;

fn pairs() -> impl Strategy<Value = (Role, KeyPairType)> {
    prop_oneof![
        Just((Role::User, KeyPairType::User)),
        Just((Role::Account, KeyPairType::Account)),
        Just((Role::Operator, KeyPairType::Operator)),
        Just((Role::Server, KeyPairType::Server)),
        Just((Role::Cluster, KeyPairType::Cluster)),
    ]
}

proptest! {
    // The curve is slow without optimisation.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_crate_reads_our_keys(
        (role, kind) in pairs(), random in any::<[u8; 32]>(), message in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let ours = Signer::from_random(role, &random).unwrap();
        let theirs = KeyPair::from_seed(&ours.seed()).unwrap();
        prop_assert_eq!(theirs.public_key(), ours.public_key());
        prop_assert_eq!(theirs.key_pair_type(), kind);
        prop_assert_eq!(theirs.sign(&message).unwrap(), ours.sign(&message));
        prop_assert!(theirs.verify(&message, &ours.sign(&message)).is_ok());
    }

    #[test]
    fn we_read_the_crates_keys(
        (_, kind) in pairs(), random in any::<[u8; 32]>(), message in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let theirs = KeyPair::new_from_raw(kind, random).unwrap();
        let ours = Signer::from_seed(theirs.seed().unwrap().as_bytes()).unwrap();
        prop_assert_eq!(ours.public_key(), theirs.public_key());
        prop_assert!(verify(&theirs.public_key(), &message, &theirs.sign(&message).unwrap()).unwrap());
    }
}
