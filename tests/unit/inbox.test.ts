import * as natsWs from "nats.ws";
import { describe, expect, it } from "vitest";
import { createInbox } from "../../js/core/helpers/inbox";

describe.each([
  ["nats-wasm", createInbox],
  ["nats.ws", natsWs.createInbox],
])("inboxes of %s", (_name, create) => {
  it("are a prefix and a name of 22 characters", () => {
    expect(create()).toMatch(/^_INBOX\.[0-9A-Za-z]{22}$/);
    expect(create("a.b")).toMatch(/^a\.b\.[0-9A-Za-z]{22}$/);
    expect(create("")).toMatch(/^_INBOX\./);
  });

  it("are never the same", () => {
    expect(new Set(Array.from({ length: 10_000 }, () => create())).size).toBe(10_000);
  });

  it.each(["*", "a.*", ">", "a.>", "*.b"])("refuse the wildcard in %s", (prefix) => {
    expect(() => create(prefix)).toThrow(`inbox prefixes cannot have wildcards '${prefix}'`);
  });

  it("take a star that is no wildcard", () => expect(create("a*")).toMatch(/^a\*\./));

  it("refuse what is no string", () => expect(() => create(1 as unknown as string)).toThrow("prefix must be a string"));
});

describe("where inboxes differ from nats.ws on purpose", () => {
  it.each(["a b", "a\r\nPUB x 0", "a\t"])("refuse white space, which nats.ws sends: %j", (prefix) => {
    expect(() => createInbox(prefix)).toThrow("inbox prefixes cannot have white space");
    expect(natsWs.createInbox(prefix)).toContain(prefix);
  });
});
