//! Exports of the credentials module: authenticators, which wait for the user's JWT and seed and sign the server's nonce, and
//! keys. The module is loaded only when an nkey, a JWT or a creds file is used. Decides nothing about a key or a file:
//! [`crate::core::auth`] does.
//!
//! The origin of a failure stays visible. An authenticator's promise is rejected only with the error of a user's function,
//! unchanged. The fault of a key or a file is an [`Answer`], of which js/engine/credentials.ts makes an error; the functions for
//! keys throw it as a string.

use std::alloc::System;

use futures::future::try_join;
use js_sys::{Function, Promise, Uint8Array};
use serde::Serialize;
use serde_wasm_bindgen::{Serializer, preserve};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use zeroizing_alloc::ZeroAlloc;

use crate::core::auth::creds::{self, BadCreds};
use crate::core::auth::key::{self, KeyError, Signer};

/// Overwrites memory that is freed. Seeds pass through this module as arguments of the glue, as text and as bytes inside the nkeys
/// crate, and not all of these copies are in reach of code of this module.
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

/// The value of an authenticator's promise.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Proof {
        /// As the user gave it. An authenticator of an nkey alone has none.
        #[serde(with = "preserve", skip_serializing_if = "JsValue::is_undefined")]
        jwt: JsValue,
        /// The public key; empty without a seed.
        nkey: String,
        /// The signature of the nonce in base64url without padding; empty without a seed or a nonce.
        sig: String,
    },
    /// The code of nkeys.js.
    RefusedKey { nkeys: String },
    /// A sentence about the fault of the file.
    RefusedFile { creds: String },
}

impl From<KeyError> for Answer {
    fn from(error: KeyError) -> Answer {
        Answer::RefusedKey { nkeys: error.to_string() }
    }
}

impl From<BadCreds> for Answer {
    fn from(error: BadCreds) -> Answer {
        Answer::RefusedFile { creds: error.to_string() }
    }
}

/// Shows a JWT, and proves with the seed to own its nkey. Without a JWT: proves to own the nkey.
///
/// `jwt` and `seed` may each be the value, a promise or another thenable of the value, or a function that returns either; both
/// are awaited together. A seed that is undefined or null proves nothing: the JWT is a bearer's.
#[wasm_bindgen]
pub async fn authenticate(jwt: JsValue, seed: JsValue, nonce: Option<String>) -> Result<JsValue, JsValue> {
    let (jwt, seed) = try_join(ask(jwt), ask(seed)).await?;
    answer(match bytes_of(&seed) {
        Some(seed) => prove(jwt, &seed, nonce),
        None => Ok(Answer::Proof { jwt, nkey: String::new(), sig: String::new() }),
    })
}

/// Shows the JWT of a creds file, and proves with its seed to own the nkey. `file`: the bytes of the file, given in any of the ways
/// of [`authenticate`].
#[wasm_bindgen]
pub async fn authenticate_with_creds(file: JsValue, nonce: Option<String>) -> Result<JsValue, JsValue> {
    let file = bytes_of(&ask(file).await?).unwrap_or_default();
    answer(
        creds::split(&file)
            .map_err(Answer::from)
            .and_then(|creds| prove(JsValue::from_str(creds.jwt), creds.seed.as_bytes(), nonce)),
    )
}

/// The proof of a seed. A server that sends no nonce wants no signature.
fn prove(jwt: JsValue, seed: &[u8], nonce: Option<String>) -> Result<Answer, Answer> {
    let signer = Signer::from_seed(seed)?;
    let sig = nonce.filter(|nonce| !nonce.is_empty()).map(|nonce| signer.sign_nonce(&nonce));
    Ok(Answer::Proof { jwt, nkey: signer.public_key(), sig: sig.unwrap_or_default() })
}

fn answer(answer: Result<Answer, Answer>) -> Result<JsValue, JsValue> {
    let answer = answer.unwrap_or_else(|refusal| refusal);
    Ok(answer.serialize(&Serializer::json_compatible())?)
}

/// The user's value for one dial. Awaits functions and thenables of any kind and realm: some pages replace `Promise`.
async fn ask(given: JsValue) -> Result<JsValue, JsValue> {
    let given = match given.dyn_ref::<Function>() {
        Some(function) => function.call0(&JsValue::UNDEFINED)?,
        None => given,
    };
    JsFuture::from(Promise::resolve(&given)).await
}

/// A copy of the bytes; `None` for undefined and null. The type is not checked: a `Uint8Array` of another realm is no instance
/// of this realm's.
fn bytes_of(value: &JsValue) -> Option<Vec<u8>> {
    (!value.is_undefined() && !value.is_null()).then(|| value.unchecked_ref::<Uint8Array>().to_vec())
}

#[wasm_bindgen]
pub fn sign(seed: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
    Ok(Signer::from_seed(seed).map_err(text)?.sign(message))
}

#[wasm_bindgen]
pub fn verify(public_key: &str, message: &[u8], signature: &[u8]) -> Result<bool, String> {
    key::verify(public_key, message, signature).map_err(text)
}

#[wasm_bindgen]
pub fn public_key(seed: &[u8]) -> Result<String, String> {
    Ok(Signer::from_seed(seed).map_err(text)?.public_key())
}

#[wasm_bindgen]
pub fn private_key(seed: &[u8]) -> Result<String, String> {
    Ok(Signer::from_seed(seed).map_err(text)?.private_key())
}

#[wasm_bindgen]
pub fn check_public_key(public_key: &str) -> Result<(), String> {
    key::check_public_key(public_key).map_err(text)
}

/// The seed of a new key pair. `random`: 32 bytes from `crypto.getRandomValues`.
#[wasm_bindgen]
pub fn encode_seed(prefix: u8, random: &[u8]) -> Result<String, String> {
    Ok(Signer::from_random(prefix, random).map_err(text)?.seed())
}

fn text(error: KeyError) -> String {
    error.to_string()
}
