/**
 * The key of what ends an `await using` block. Where the browser has no such symbol yet, it is the one that compilers
 * put in its place.
 */
const known: symbol = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

export const asyncDispose: typeof Symbol.asyncDispose = known as typeof Symbol.asyncDispose;
