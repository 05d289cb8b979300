/**
 * `Symbol.asyncDispose`, the key of the method that ends an `await using` block. A browser without this symbol gets the
 * one that compilers put in its place.
 */
const known: symbol = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

export const asyncDispose: typeof Symbol.asyncDispose = known as typeof Symbol.asyncDispose;
