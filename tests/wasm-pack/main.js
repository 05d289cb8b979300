// A page that has what `wasm-pack build` makes of the crate, the shell of the Rust tests, and nothing else.

import * as core from "/target/wasm-pack/nats_wasm.js";
import { OPTIONS, PlainShell } from "/tests/web/shell.js";

globalThis.app = {
  /** Connects, publishes `payload`, and resolves with what came back. */
  async roundTrip(url, subject, payload) {
    const shell = new PlainShell("wasm-pack", await core.default());
    const prefix = shell.write("_INBOX");
    const connection = core.open(OPTIONS, prefix, shell.write(`${url}\nthe-server`, prefix), shell);
    shell.connection = connection;
    core.connect(connection);
    await shell.next("connected");

    core.subscribe(connection, shell.write(subject), 0, 0, 0);
    shell.place(payload, core.publish_to(connection, shell.write(subject), 0, 0, payload.length));
    const message = await shell.next("message");
    core.close(connection);
    await shell.next("closed");
    return [message.subject, message.payload];
  },
};
