/// <reference lib="esnext.disposable" preserve="true" />
/** The public shapes of the core, one file a subject: types only, no code. */
export type * from "./connection";
export type * from "./credentials";
export type * from "./messages";
export type * from "./servers";
export type * from "./subscriptions";
