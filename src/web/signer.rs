//! What the signer, the small second wasm module, exports. It is fetched only when an nkey, a JWT or a creds file is
//! used. Decides nothing: names for [`crate::core::auth`] that JavaScript can call. Failures are thrown as strings by
//! the glue, after wasm has returned; js/engine/signer.ts makes errors of them.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::core::auth::creds;
use crate::core::auth::key::{self, Role, Signer};

/// The JWT of a creds file.
#[wasm_bindgen]
pub fn creds_jwt(file: &[u8]) -> Result<String, String> {
    Ok(creds::split(file).map_err(text)?.jwt.to_string())
}

/// The seed of a creds file.
#[wasm_bindgen]
pub fn creds_seed(file: &[u8]) -> Result<Vec<u8>, String> {
    Ok(creds::split(file).map_err(text)?.seed.as_bytes().to_vec())
}

/// The signature of the server's nonce as CONNECT carries it.
#[wasm_bindgen]
pub fn sign_nonce(seed: &[u8], nonce: &str) -> Result<String, String> {
    Ok(Signer::from_seed(seed).map_err(text)?.sign_nonce(nonce))
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
    Ok(Signer::from_random(Role::from_prefix(prefix).map_err(text)?, random).map_err(text)?.seed())
}

fn text(error: impl ToString) -> String {
    error.to_string()
}
