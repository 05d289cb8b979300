/** Order of the words in a row of the message table. Generated from src/core/wire/rows.rs by tests/boundary.rs (BLESS=1 cargo test --test boundary). */

/** Words in a row. */
export const ROW_WORDS = 8;
/** sid of the subscription. */
export const SID = 0;
/** Rows of replies: the ticket. Others: number of the interned subject, from 1; 0: not interned. */
export const KEY = 1;
/** Bits 0..6 flags, 6..16 status code, 16..32 where the reply begins, from the subject's first byte. */
export const FLAGS = 2;
/** Low 16 bits length of the subject, high 16 bits length of the reply. */
export const NAMES = 3;
/** Offset of the subject's first byte. */
export const SUBJECT_AT = 4;
/** Offset of the header block, or of the payload when there is none. */
export const BODY_AT = 5;
/** Length of the header block in bytes; 0 when there is none. */
export const HEADER_LEN = 6;
/** Length of the payload in bytes, without the headers. */
export const PAYLOAD_LEN = 7;
/** The offsets count in the joined buffer, not in the event. */
export const FLAG_JOINED = 1;
/** The subscription's max is reached: nothing follows. */
export const FLAG_LAST = 2;
/** `KEY` is a ticket: this message answers a request. */
export const FLAG_REPLY = 4;
/** No other reply to this ticket will be delivered. */
export const FLAG_FINAL = 8;
