/**
 * "nats-wasm/nkeys": the nkeys namespace alone. An entry of its own, so that the build puts it into a file of its own:
 * bundlers then leave the credentials module out of programs that import the client and no nkeys.
 */
export { nkeys } from "./core/auth/nkeys";
