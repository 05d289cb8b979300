//! What the credentials module exports: authenticators that are given what a user may give, and keys.

use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array, WebAssembly};
use nats_wasm::web::credentials::{
    authenticate, authenticate_with_creds, check_public_key, encode_seed, private_key, public_key, sign,
    verify,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

/// `U`: the prefix of users.
const USER: u8 = 20 << 3;
const JWT: &str = "eyJ0eXAi.eyJqdGki.c2ln";
const NONCE: &str = "PXoWU7zWAMt75FY";

fn seed() -> String {
    encode_seed(USER, &[7; 32]).expect("32 bytes make a key")
}

fn bytes(text: &str) -> JsValue {
    Uint8Array::from(text.as_bytes()).into()
}

fn creds() -> String {
    let block =
        |label: &str, body: &str| format!("-----BEGIN {label}-----\n{body}\n------END {label}------\n\n");
    block("NATS USER JWT", JWT) + &block("USER NKEY SEED", &seed())
}

/// What the function with this body makes of `value`.
fn script(body: &str, value: &JsValue) -> JsValue {
    Function::new_with_args("value", body).call1(&JsValue::UNDEFINED, value).expect("a script that works")
}

/// All that a user may give in the place of `value`.
fn ways_to_give(value: &JsValue) -> Vec<JsValue> {
    [
        "return value",
        "return Promise.resolve(value)",
        "return { then: (resolve) => void setTimeout(resolve, 1, value) }",
        "return () => value",
        "return async () => value",
        "return () => ({ then: (resolve) => void resolve(value) })",
        "return () => ({ then: (resolve) => void resolve(Promise.resolve(value)) })",
    ]
    .iter()
    .map(|body| script(body, value))
    .collect()
}

fn nonce() -> Option<String> {
    Some(NONCE.into())
}

fn text(answer: &JsValue, field: &str) -> String {
    let value = Reflect::get(answer, &field.into()).expect("an object");
    value.as_string().unwrap_or_else(|| panic!("{field} is {value:?}"))
}

fn fields(answer: &JsValue) -> Vec<String> {
    Object::keys(answer.unchecked_ref::<Object>()).iter().filter_map(|key| key.as_string()).collect()
}

/// The proof of the user above.
fn assert_proves(answer: &JsValue) {
    let public = public_key(seed().as_bytes()).expect("a seed");
    assert_eq!(text(answer, "nkey"), public);
    let sig = text(answer, "sig");
    assert_eq!(sig.len(), 86, "base64url without padding: {sig}");
    let base64 = script("return atob(value.replaceAll('-', '+').replaceAll('_', '/'))", &sig.into());
    let signature: Vec<u8> = base64.as_string().expect("text").chars().map(|byte| byte as u8).collect();
    assert_eq!(verify(&public, NONCE.as_bytes(), &signature), Ok(true));
}

#[wasm_bindgen_test]
fn a_key_signs_and_its_public_key_verifies() {
    let seed = seed();
    let public = public_key(seed.as_bytes()).expect("it is a seed");
    assert!(public.starts_with('U'), "{public}");
    assert_eq!(check_public_key(&public), Ok(()));
    assert!(private_key(seed.as_bytes()).expect("it is a seed").starts_with('P'));
    let signature = sign(seed.as_bytes(), b"message").expect("it is a seed");
    assert_eq!(verify(&public, b"message", &signature), Ok(true));
    assert_eq!(verify(&public, b"massage", &signature), Ok(false));
}

#[wasm_bindgen_test]
async fn a_bad_seed_is_refused_with_words() {
    let words = "nkeys: invalid checksum";
    assert_eq!(sign(b"SUAM", b"nonce"), Err(words.into()));
    let answer = authenticate(JWT.into(), bytes("SUAM"), nonce()).await.expect("an answer");
    assert_eq!(fields(&answer), ["nkeys"]);
    assert_eq!(text(&answer, "nkeys"), words);
}

#[wasm_bindgen_test]
async fn jwt_and_seed_are_taken_in_every_way_they_are_given() {
    for jwt in ways_to_give(&JWT.into()) {
        for seed in ways_to_give(&bytes(&seed())) {
            let answer = authenticate(jwt.clone(), seed, nonce()).await.expect("a proof");
            assert_eq!(fields(&answer), ["jwt", "nkey", "sig"]);
            assert_eq!(text(&answer, "jwt"), JWT);
            assert_proves(&answer);
        }
    }
}

#[wasm_bindgen_test]
async fn what_comes_from_another_realm_is_taken() {
    let body = "
        const frame = document.body.appendChild(document.createElement('iframe'));
        const { Promise, Uint8Array } = frame.contentWindow;
        return new Promise((resolve) => resolve(Uint8Array.from(value)));";
    let seed = script(body, &bytes(&seed()));
    assert!(!seed.is_instance_of::<Promise>(), "a promise of ours shows nothing");
    assert_proves(&authenticate(JsValue::UNDEFINED, seed, nonce()).await.expect("a proof"));
}

#[wasm_bindgen_test]
async fn an_nkey_alone_shows_no_jwt() {
    let answer = authenticate(JsValue::UNDEFINED, bytes(&seed()), nonce()).await.expect("a proof");
    assert_eq!(fields(&answer), ["nkey", "sig"]);
    assert_proves(&answer);
}

#[wasm_bindgen_test]
async fn without_a_seed_or_a_nonce_nothing_is_signed() {
    for none in
        [JsValue::UNDEFINED, JsValue::NULL, script("return async () => undefined", &JsValue::UNDEFINED)]
    {
        let bearer = authenticate(JWT.into(), none, nonce()).await.expect("a JWT");
        assert_eq!(
            (text(&bearer, "jwt"), text(&bearer, "nkey"), text(&bearer, "sig")),
            (JWT.into(), "".into(), "".into())
        );
    }
    for none in [None, Some(String::new())] {
        let unsigned = authenticate(JWT.into(), bytes(&seed()), none).await.expect("a JWT");
        assert!(text(&unsigned, "nkey").starts_with('U'));
        assert_eq!(text(&unsigned, "sig"), "");
    }
}

#[wasm_bindgen_test]
async fn jwt_and_seed_are_waited_for_together() {
    // Either promise is kept only when the other has been asked for.
    let both: Array = script(
        "let asked = 0, ready;
        const all = new Promise((resolve) => { ready = resolve; });
        const give = (what) => () => { if (++asked === 2) ready(); return all.then(() => what); };
        return [give('a.b.c'), give(value)];",
        &bytes(&seed()),
    )
    .unchecked_into();
    assert_proves(&authenticate(both.get(0), both.get(1), nonce()).await.expect("a proof"));
}

#[wasm_bindgen_test]
async fn what_a_users_function_throws_is_handed_on_unchanged() {
    // The last could be mistaken for a refusal of ours.
    for thrown in
        [script("return new RangeError('no token today')", &JsValue::NULL), "nkeys: invalid seed".into()]
    {
        for body in [
            "return () => { throw value; }",
            "return async () => { throw value; }",
            "return Promise.reject(value)",
            "return { then: (_, reject) => void reject(value) }",
            "return { then() { throw value; } }",
        ] {
            let refused = authenticate(script(body, &thrown), bytes(&seed()), nonce()).await;
            assert_eq!(refused, Err(thrown.clone()), "as the JWT: {body}");
            let refused = authenticate(JWT.into(), script(body, &thrown), nonce()).await;
            assert_eq!(refused, Err(thrown.clone()), "as the seed: {body}");
            let refused = authenticate_with_creds(script(body, &thrown), nonce()).await;
            assert_eq!(refused, Err(thrown.clone()), "as the file: {body}");
        }
    }
}

#[wasm_bindgen_test]
async fn a_creds_file_is_taken_in_every_way_it_is_given() {
    for file in ways_to_give(&bytes(&creds())) {
        let answer = authenticate_with_creds(file, nonce()).await.expect("a proof");
        assert_eq!(text(&answer, "jwt"), JWT);
        assert_proves(&answer);
    }
}

#[wasm_bindgen_test]
async fn what_is_wrong_with_a_creds_file_is_told() {
    let with_bad_seed = creds().replace(&seed(), "SUAM");
    for (file, kind, words) in [
        (bytes("no creds"), "creds", "creds have no JWT"),
        (JsValue::UNDEFINED, "creds", "creds have no JWT"),
        (bytes(&with_bad_seed), "nkeys", "nkeys: invalid checksum"),
    ] {
        let answer = authenticate_with_creds(file, nonce()).await.expect("an answer");
        assert_eq!(fields(&answer), [kind]);
        assert!(text(&answer, kind).starts_with(words), "{answer:?}");
    }
}

/// Whether these bytes stand anywhere in the module's memory. Looked for from outside, where the needle is no find.
fn is_in_memory(needle: &JsValue) -> bool {
    let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let look = "
        const text = (bytes) => new TextDecoder('latin1').decode(bytes);
        return text(value[0]).includes(text(value[1]));";
    let found = script(look, &Array::of2(&Uint8Array::new(&memory.buffer()), needle));
    found.as_bool().expect("yes or no")
}

#[wasm_bindgen_test]
async fn nothing_of_a_seed_is_left_in_memory() {
    let random = script("return crypto.getRandomValues(new Uint8Array(32))", &JsValue::NULL);
    let random: Uint8Array = random.unchecked_into();
    let kept = encode_seed(USER, &random.to_vec()).expect("32 bytes make a key");
    let seed = bytes(&kept);
    assert!(is_in_memory(&seed), "a seed that is kept is found");
    drop(kept);
    assert!(!is_in_memory(&seed), "of a seed that was made");

    let answer = authenticate(JWT.into(), seed.clone(), nonce()).await.expect("a proof");
    assert_eq!(text(&answer, "sig").len(), 86);
    assert!(!is_in_memory(&seed), "of a seed that signed");

    let file = script(
        "const text = (label, body) => `-----BEGIN ${label}-----\\n${body}\\n------END ${label}------\\n`;
        const seed = new TextDecoder().decode(value);
        return new TextEncoder().encode(text('JWT', 'a.b.c') + text('SEED', seed));",
        &seed,
    );
    authenticate_with_creds(file, nonce()).await.expect("a proof");
    assert!(!is_in_memory(&seed), "of a creds file");
}
