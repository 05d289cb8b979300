// An application that needs nothing but a connection.

import { connect } from "nats-wasm/core";

globalThis.app = { connect };
