// Two certificates for 127.0.0.1, made anew for each run: one the browser is told to trust, by the hash of its key, and
// one it is not. No private key is kept in the repository, and none can expire there.

import { createHash, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";

export interface Certificate {
  certificateFile: string;
  keyFile: string;
  /** Base64 of SHA-256 over the public key, as Chromium's --ignore-certificate-errors-spki-list wants it. */
  keyHash: string;
}

export interface Certificates {
  trusted: Certificate;
  untrusted: Certificate;
}

export async function makeCertificates(): Promise<Certificates> {
  const directory = mkdtempSync(join(tmpdir(), "nats-wasm-tls-"));
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
  return { trusted: await make(directory, "trusted"), untrusted: await make(directory, "untrusted") };
}

async function make(directory: string, name: string): Promise<Certificate> {
  const pems = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    keyType: "ec",
    algorithm: "sha256",
    notAfterDate: new Date(Date.now() + 24 * 3600 * 1000),
    extensions: [
      {
        name: "subjectAltName",
        altNames: [
          { type: 7, ip: "127.0.0.1" },
          { type: 2, value: "localhost" },
        ],
      },
    ],
  });
  const certificateFile = join(directory, `${name}.pem`);
  const keyFile = join(directory, `${name}.key`);
  writeFileSync(certificateFile, pems.cert);
  writeFileSync(keyFile, pems.private, { mode: 0o600 });
  const key = new X509Certificate(pems.cert).publicKey.export({ type: "spki", format: "der" });
  return { certificateFile, keyFile, keyHash: createHash("sha256").update(key).digest("base64") };
}
