//! Keeps `js/base/codes.ts`, `js/engine/rows.ts` and `js/engine/layout.ts` equal to what `src/core` says. Drift fails; `BLESS=1 cargo test
//! --test boundary` writes the files anew.
#![cfg(all(feature = "client", not(target_arch = "wasm32")))]

use std::fmt::Write;
use std::path::Path;

use nats_wasm::core::error::Code;
use nats_wasm::core::session::{Phase, Strategy};
use nats_wasm::core::wire::{rows, steps};

#[test]
fn codes_ts_is_what_error_rs_says() {
    check("js/base/codes.ts", &codes());
}

#[test]
fn rows_ts_is_what_rows_rs_says() {
    check("js/engine/rows.ts", &row_words());
}

#[test]
fn layout_ts_is_what_steps_rs_says() {
    check("js/engine/layout.ts", &layout());
}

#[test]
fn numbers_ts_is_what_the_session_says() {
    check("js/engine/numbers.ts", &numbers());
}

/// Written by hand, as the lists below: exports find a choice by using the number as an index.
#[test]
fn all_phases_and_strategies_are_listed_in_the_order_of_their_numbers() {
    assert!(Phase::ALL.iter().enumerate().all(|(index, &phase)| phase as usize == index));
    assert!(Strategy::ALL.iter().enumerate().all(|(index, &strategy)| strategy as usize == index));
}

/// `Code::ALL` is written by hand: TypeScript finds a name by using the number as an index into it.
#[test]
fn all_codes_are_listed_in_the_order_of_their_numbers() {
    for (index, code) in Code::ALL.into_iter().enumerate() {
        assert_eq!(code as usize, index + 1, "{code:?}");
    }
}

fn codes() -> String {
    let mut ts = header("src/core/error.rs", "The core's failures, as the numbers that cross the boundary.");
    ts.push_str("export enum Code {\n");
    for code in Code::ALL {
        writeln!(ts, "  {code:?} = {},", code as u16).unwrap();
    }
    ts.push_str("}\n\n/** The string `NatsError.code` has for a `Code`; index 0 is no failure. */\n");
    ts.push_str("export const CODE_NAMES: readonly string[] = [\n  \"\",\n");
    for code in Code::ALL {
        writeln!(ts, "  {:?},", code.name()).unwrap();
    }
    ts.push_str("];\n");
    ts
}

fn row_words() -> String {
    let mut ts = header("src/core/wire/rows.rs", "Order of the words in a row of the message table.");
    for (name, value, doc) in [
        ("ROW_WORDS", rows::ROW_WORDS, "Words in a row."),
        ("SID", rows::SID, "sid of the subscription."),
        (
            "KEY",
            rows::KEY,
            "Rows of replies: the ticket. Others: number of the interned subject, from 1; 0: not interned.",
        ),
        (
            "FLAGS",
            rows::FLAGS,
            "Bits 0..6 flags, 6..16 status code, 16..32 where the reply begins, from the subject's first byte.",
        ),
        ("NAMES", rows::NAMES, "Low 16 bits length of the subject, high 16 bits length of the reply."),
        ("SUBJECT_AT", rows::SUBJECT_AT, "Offset of the subject's first byte."),
        ("BODY_AT", rows::BODY_AT, "Offset of the header block, or of the payload when there is none."),
        ("HEADER_LEN", rows::HEADER_LEN, "Length of the header block in bytes; 0 when there is none."),
        ("PAYLOAD_LEN", rows::PAYLOAD_LEN, "Length of the payload in bytes, without the headers."),
        (
            "FLAG_JOINED",
            rows::FLAG_JOINED as usize,
            "The offsets count in the joined buffer, not in the event.",
        ),
        ("FLAG_LAST", rows::FLAG_LAST as usize, "The subscription's max is reached: nothing follows."),
        ("FLAG_REPLY", rows::FLAG_REPLY as usize, "`KEY` is a ticket: this message answers a request."),
        ("FLAG_FINAL", rows::FLAG_FINAL as usize, "No other reply to this ticket will be delivered."),
    ] {
        writeln!(ts, "/** {doc} */\nexport const {name} = {value};").unwrap();
    }
    ts
}

fn numbers() -> String {
    let mut ts =
        header("src/core/session", "Facts and choices of a session, as the numbers that cross the boundary.");
    ts.push_str("/** Where a session is. */\nexport enum Phase {\n");
    for phase in Phase::ALL {
        writeln!(ts, "  {phase:?} = {},", phase as u8).unwrap();
    }
    ts.push_str("}\n\n/** When a request for many replies has got enough. */\nexport enum Strategy {\n");
    for strategy in Strategy::ALL {
        writeln!(ts, "  {strategy:?} = {},", strategy as u8).unwrap();
    }
    ts.push_str("}\n");
    ts
}

fn layout() -> String {
    let mut ts = header("src/core/wire/steps.rs", "How cut ops are joined, in words of the core's memory.");
    for (name, value, doc) in [
        ("STEP_WORDS", steps::STEP_WORDS as u32, "Words in a step: what to do, and two operands."),
        (
            "STEP_SLAB",
            steps::STEP_SLAB,
            "Begin an op at this offset of the slab; not 0: length of a new one.",
        ),
        ("STEP_OWN", steps::STEP_OWN, "Begin an op in a buffer of its own, of this length."),
        ("STEP_HELD", steps::STEP_HELD, "Append held bytes: offset, length."),
        ("STEP_EVENT", steps::STEP_EVENT, "Append bytes of the event: offset, length."),
        ("STEP_FINISH", steps::STEP_FINISH, "The op is whole."),
    ] {
        writeln!(ts, "/** {doc} */\nexport const {name} = {value};").unwrap();
    }
    ts
}

fn header(source: &str, what: &str) -> String {
    format!(
        "/** {what} Generated from {source} by tests/boundary.rs (BLESS=1 cargo test --test boundary). */\n\n"
    )
}

fn check(path: &str, wanted: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, wanted).unwrap_or_else(|error| panic!("cannot write {path}: {error}"));
        return;
    }
    let found = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("cannot read {path}: {error}"));
    assert!(found == wanted, "{path} is out of date: run BLESS=1 cargo test --test boundary and commit it");
}
