/**
 * NUIDs: unique names of 22 characters of base 62, 14 drawn at random and 8 that count in random steps. Fit for inboxes
 * and ids; not for secrets, since the next name can be guessed.
 */
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_LENGTH = 14;
const COUNT_LENGTH = 8;
/** 62^8 is below 2^53: the count is exact. */
const COUNT_END = DIGITS.length ** COUNT_LENGTH;
const MIN_STEP = 33;
const MAX_STEP = 333;

/** A generator of unique names (NUIDs): 22 characters of `0-9A-Za-z`. */
export class Nuid {
  #start = "";
  #count = COUNT_END;
  #step = 0;

  /** Returns a new name. */
  next(): string {
    this.#count += this.#step;
    if (this.#count >= COUNT_END) this.reset();
    let count = this.#count;
    let digits = "";
    for (let at = 0; at < COUNT_LENGTH; at++) {
      digits = DIGITS[count % DIGITS.length] + digits;
      count = Math.floor(count / DIGITS.length);
    }
    return this.#start + digits;
  }

  /**
   * Draws the random part, the count and the step anew. `next()` does so by itself when the count has come to its end.
   */
  reset(): void {
    this.#start = draw(RANDOM_LENGTH);
    this.#count = 0;
    for (const digit of draw(COUNT_LENGTH)) this.#count = this.#count * DIGITS.length + DIGITS.indexOf(digit);
    this.#step = MIN_STEP + Math.floor(Math.random() * (MAX_STEP - MIN_STEP));
  }
}

/** The generator that the client itself uses; applications may share it. */
export const nuid: Nuid = /* @__PURE__ */ new Nuid();

/** Digits from the cryptographic source, each equally likely: bytes past the last multiple of 62 are drawn again. */
function draw(length: number): string {
  const limit = 256 - (256 % DIGITS.length);
  let drawn = "";
  while (drawn.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length - drawn.length))) {
      if (byte < limit) drawn += DIGITS[byte % DIGITS.length];
    }
  }
  return drawn;
}
