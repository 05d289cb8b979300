/**
 * Loads the client, once, and remembers how long that took. Everything else on the page takes the client from here,
 * so this is the only file that knows where it lies.
 */
const CLIENT = "../pkg/nats.js";

const begun = performance.now();

/** Resolves to the client's module; rejects when it has not been built or the page may not run it. */
export const client = import(CLIENT);

/** Resolves to the milliseconds from the start of the import to a usable module. */
export const importTime = client.then(() => performance.now() - begun);
// A failed import is reported by whoever awaits `client`; here it would only be reported twice.
importTime.catch(() => undefined);
