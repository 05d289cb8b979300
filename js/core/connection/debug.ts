/**
 * The protocol on the console, for the option `debug`. Owns the redaction: credentials and signatures are never
 * printed. Wraps the `send` of the socket, so that a connection without the option pays nothing.
 */
import { decoder } from "../../engine/text";

/** Members of CONNECT that are, or prove, a secret. */
const SECRETS = ["jwt", "sig", "pass", "auth_token"];

/** Prints outgoing bytes as `< …` and incoming ones as `> …`, as nats.ws does. Returns the same socket. */
export function printProtocol(socket: WebSocket): WebSocket {
  const send = socket.send.bind(socket);
  socket.send = (data) => {
    console.info(`< ${redact(text(data))}`);
    send(data);
  };
  socket.addEventListener("message", ({ data }: MessageEvent) => console.info(`> ${text(data)}`));
  return socket;
}

/** Hides the secrets of every CONNECT line; a line that cannot be read is hidden whole. */
export function redact(protocol: string): string {
  return protocol.replace(/^CONNECT (.*)$/gm, (_line, json: string) => {
    try {
      const options = JSON.parse(json) as Record<string, unknown>;
      for (const secret of SECRETS) {
        if (secret in options) options[secret] = "***";
      }
      return `CONNECT ${JSON.stringify(options)}`;
    } catch {
      return "CONNECT ***";
    }
  });
}

function text(data: unknown): string {
  if (typeof data === "string") return data;
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return decoder.decode(data);
  return String(data);
}
