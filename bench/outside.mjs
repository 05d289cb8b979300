/** The benchmark's handle on the publisher process (publisher.mjs). */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export function startOutside() {
  const child = fork(fileURLToPath(new URL("publisher.mjs", import.meta.url)), { serialization: "advanced" });
  const pending = new Map();
  let last = 0;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.on("message", ({ id, result, error }) => {
    const { resolve, reject } = pending.get(id);
    pending.delete(id);
    if (error) reject(new Error(`publisher: ${error}`));
    else resolve(result);
  });
  ended.then((code) => {
    for (const { reject } of pending.values()) reject(new Error(`publisher ended with ${code}`));
  });
  return {
    call(name, parameters = {}) {
      const id = ++last;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        child.send({ id, do: name, ...parameters });
      });
    },
    async close() {
      child.disconnect();
      await ended;
    },
  };
}
