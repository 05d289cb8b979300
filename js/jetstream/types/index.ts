/** Everything JetStream's types have names for. */
export type * from "./account";
export type * from "./client";
export type * from "./consumer-config";
export type * from "./consumption";
export type * from "./legacy";
export type * from "./messages";
export type * from "./stream";
