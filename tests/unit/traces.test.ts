// Where an error of a request says that it comes from. Node has V8's stacks, as Chromium does.
import { expect, it } from "vitest";
import type { ClientSession } from "../../js/core/connection/session";
import { request, type Traces } from "../../js/core/requests/request";
import { tracesAwaits } from "../../js/core/requests/traces";
import { Code } from "../../js/base/codes";
import { Dispatch } from "../../js/core/messages/dispatch";

/** A link whose core accepts every request and answers none. */
function silentLink(): ClientSession {
  const engine = { request: () => 0, ticket: () => 1 };
  return { engine, dispatch: new Dispatch(), isClosed: () => false } as unknown as ClientSession;
}

async function theCaller(link: ClientSession, traces: Traces) {
  return await request(link, traces, "nobody", "", { timeout: 5 });
}

async function failure(traces: Traces): Promise<Error> {
  const link = silentLink();
  const failed = theCaller(link, traces).catch((error: Error) => error);
  await undefined;
  link.dispatch.settle(1, Code.Timeout);
  return (await failed) as Error;
}

it("knows that V8 traces awaits", async () => {
  expect(await tracesAwaits()).toBe(true);
});

it.each(["awaits", "recorded"] as const)("names the caller (%s)", async (traces) => {
  const error = await failure(traces);
  expect(error).toMatchObject({ code: "TIMEOUT", message: 'TIMEOUT: no reply from "nobody" within 5 ms' });
  expect(error.stack).toContain("theCaller");
});

it("does not name the caller when nobody wants to know", async () => {
  const error = await failure("none");
  expect(error).toMatchObject({ code: "TIMEOUT" });
  expect(error.stack).not.toContain("theCaller");
});
