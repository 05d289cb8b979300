// Debug output never has a secret in it.
import { expect, it } from "vitest";
import { redact } from "../../js/core/connection/debug";

it("hides what proves who we are", () => {
  const secrets = { jwt: "ey.J.wt", sig: "signature", pass: "passw0rd", auth_token: "t0ken" };
  const shown = redact(`CONNECT ${JSON.stringify({ ...secrets, user: "derek", name: "page" })}\r\nPING\r\n`);
  for (const secret of Object.values(secrets)) expect(shown).not.toContain(secret);
  expect(shown).toBe(
    'CONNECT {"jwt":"***","sig":"***","pass":"***","auth_token":"***","user":"derek","name":"page"}\r\nPING\r\n',
  );
});

it("hides a CONNECT it cannot read", () => {
  expect(redact('CONNECT {"pass":"passw0rd"\r\nPING\r\n')).toBe("CONNECT ***\r\nPING\r\n");
});

it("leaves the rest of the protocol alone", () => {
  const protocol = "PUB a 5\r\nhello\r\nSUB b 1\r\n";
  expect(redact(protocol)).toBe(protocol);
});
