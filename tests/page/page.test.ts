// The playground used as a person uses it, against a real nats-server: what it must do, and that it does it without an
// error in the console and under a strict content security policy.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { choosePorts, NatsServer } from "../../scripts/nats-server.mjs";
import { Playground, textOf, type Visit } from "./playground.ts";

const USER = `authorization { users: [ {
  user: ada, password: lovelace, permissions: { subscribe: { deny: "secret.>" } }
} ] }`;

let playground: Playground;
let server: NatsServer;
let visit: Visit;

beforeAll(async () => {
  [playground, server] = await Promise.all([Playground.start(), NatsServer.start({ conf: "server_name: page-test" })]);
}, 60_000);

afterAll(async () => {
  await playground?.stop();
  await server?.remove();
});

afterEach(async () => {
  expect(visit.errors).toEqual([]);
  await visit.close();
});

const address = (of: NatsServer) => `ws://127.0.0.1:${of.ports.websocket}`;

async function openConnected(): Promise<Visit> {
  visit = await playground.open(address(server));
  await visit.untilState("connected");
  return visit;
}

describe("connection", () => {
  it("connects to the server its address names and says what it found", async () => {
    await openConnected();
    expect(await visit.id("url").inputValue()).toBe(address(server));
    const facts = await textOf(visit.id("server-facts"));
    expect(facts).toContain("page-test, 2.");
    expect(facts).toContain("1.0 MiB");
    expect(facts).toMatch(/Import to connected\s*[\d.]+ m?s/);
    await visit.untilText(visit.id("tick-rtt"), /^[\d.]+ ms$/);
  });

  it("shows the loss of the server, holds what is published meanwhile, and goes on when it is back", async () => {
    await openConnected();
    const row = await visit.subscribe("demo.>");
    await visit.publish("demo.before", "one", 1);
    await visit.untilText(row.locator(".sub-count"), /^1$/);

    await server.stop("SIGKILL");
    await visit.untilState("reconnecting");
    await visit.untilText(visit.page.locator(".event b"), /^disconnect$/);
    await visit.publish("demo.away", "held", 50);
    await visit.untilText(visit.id("publish-result"), /^50 messages held until the reconnect$/);
    await visit.screenshot("reconnecting");

    await server.restart(undefined);
    await visit.untilState("connected");
    await visit.untilText(visit.page.locator(".event b"), /^reconnect$/);
    await visit.untilText(row.locator(".sub-count"), /^51$/);
    await visit.publish("demo.after", "two", 1);
    await visit.untilText(row.locator(".sub-count"), /^52$/);
  });

  it("keeps subscriptions over a disconnect and a new connect", async () => {
    await openConnected();
    const row = await visit.subscribe("demo.*");
    await visit.id("disconnect").click();
    await visit.untilState("closed");
    await visit.id("connect").click();
    await visit.untilState("connected");
    await visit.publish("demo.again", "three", 1);
    await visit.untilText(row.locator(".sub-count"), /^1$/);
  });

  it("names a URL it cannot reach, and says what to do", async () => {
    const nobody = `ws://127.0.0.1:${(await choosePorts()).websocket}`;
    visit = await playground.open();
    await visit.id("url").fill(nobody);
    await visit.id("connect").click();
    const notice = await visit.untilText(visit.page.locator("#connect-error .notice"), /Could not connect/);
    expect(notice).toContain(`Could not connect to ${nobody}`);
    expect(notice).toContain("Check that the server is running");
    expect(notice).toMatch(/Code [A-Z_]+/);
    await visit.untilState("idle");
    await visit.screenshot("unreachable");
  });

  it("explains a URL that is none", async () => {
    visit = await playground.open();
    await visit.id("url").fill("ws://no such host:port");
    await visit.id("connect").click();
    const notice = await visit.untilText(visit.page.locator("#connect-error .notice"), /Could not connect/);
    expect(notice).toContain("ws://no such host:port");
  });

  it("explains refused credentials and subjects, and connects with the right ones", async () => {
    const guarded = await NatsServer.start({ conf: USER });
    try {
      visit = await playground.open(address(guarded));
      const notice = await visit.untilText(visit.page.locator("#connect-error .notice"), /Could not connect/);
      expect(notice).toContain("AUTHORIZATION_VIOLATION");
      expect(notice).toContain("refused the credentials");

      await visit.id("options").locator("summary").click();
      await visit.id("auth").selectOption("user");
      await visit.id("user").fill("ada");
      await visit.id("pass").fill("lovelace");
      await visit.id("connect").click();
      await visit.untilState("connected");

      await visit.id("sub-subject").fill("secret.plans");
      await visit.id("subscribe").click();
      const refused = await visit.untilText(visit.page.locator("#subscribe-error .notice"), /secret\.plans/);
      expect(refused).toContain("PERMISSIONS_VIOLATION");
      expect(await visit.page.locator(".sub").count()).toBe(0);
    } finally {
      await guarded.remove();
    }
  });

  it("says how to build a client that is not there", async () => {
    visit = await playground.openWithoutClient();
    const notice = await visit.untilText(visit.page.locator("#connect-error .notice"), /could not be loaded/);
    expect(notice).toContain("npm run build");
    expect(await visit.id("connect").isDisabled()).toBe(true);
    // The 404s of this very test.
    expect(visit.errors.splice(0).filter((error) => !error.includes("404"))).toEqual([]);
  });

  it("says what a policy that refuses WebAssembly has to allow", async () => {
    visit = await playground.openWithoutWasm(address(server));
    const notice = await visit.untilText(visit.page.locator("#connect-error .notice"), /WebAssembly/);
    expect(notice).toContain("add 'wasm-unsafe-eval' to its script-src");
  });
});

describe("messages", () => {
  it("counts 100 messages exactly, here and in the totals", async () => {
    await openConnected();
    const row = await visit.subscribe("demo.>");
    expect(await visit.publish("demo.hello", '{"n": {{i}}}', 100)).toContain("100 messages in");
    await visit.untilText(row.locator(".sub-count"), /^100$/);
    expect(await textOf(visit.id("messages-count"))).toBe("100");
    await visit.untilText(visit.page.locator("#messages .message"), /demo\.hello.*\{"n": 100\}/s);
    await visit.untilText(visit.id("total-in"), /^100 msgs/);
    await visit.untilText(visit.id("total-out"), /^100 msgs/);
    await visit.screenshot("messages");
  });

  it("counts 50 000 messages exactly and keeps the list small", async () => {
    await openConnected();
    const row = await visit.subscribe("flood.*");
    await visit.publish("flood.all", "sixteen bytes...", 50_000);
    await visit.untilText(row.locator(".sub-count"), /^50,000$/);
    await visit.untilText(visit.id("messages-count"), /^50,000$/);
    expect(await visit.page.locator("#messages .message").count()).toBeLessThan(60);
  });

  it("shares messages in a queue group, and stops with unsubscribe", async () => {
    await openConnected();
    const alone = await visit.subscribe("work.a");
    const grouped = await visit.subscribe("work.*", "workers");
    await visit.publish("work.a", "x", 10);
    await visit.untilText(alone.locator(".sub-count"), /^10$/);
    await visit.untilText(grouped.locator(".sub-count"), /^10$/);
    expect(await textOf(grouped.locator(".badge"))).toBe("workers");

    await grouped.getByRole("button", { name: "Unsubscribe from work.*" }).click();
    await visit.publish("work.a", "x", 5);
    await visit.untilText(alone.locator(".sub-count"), /^15$/);
    expect(await textOf(visit.id("messages-count"))).toBe("25");
  });

  it("shows a message in full, chosen with the keyboard", async () => {
    await openConnected();
    await visit.subscribe("demo.>");
    await visit.page.locator("#pane-publish summary").click();
    await visit.id("pub-headers").fill("Trace-Id: 4711\nTrace-Id: 4712");
    await visit.id("pub-reply").fill("demo.answers");
    await visit.publish("demo.full", '{"a":[1,2]}', 1);
    await visit.untilText(visit.id("messages-count"), /^1$/);

    await visit.id("messages").focus();
    await visit.page.keyboard.press("End");
    const detail = await visit.untilText(visit.id("detail"), /demo\.full/);
    expect(detail).toContain("demo.answers");
    expect(detail).toMatch(/Trace-Id\s*4711\s*Trace-Id\s*4712/);
    const payload = visit.page.getByLabel("Payload", { exact: true }).and(visit.page.locator("pre"));
    expect(JSON.parse(await textOf(payload))).toEqual({ a: [1, 2] });
    await visit.page.getByRole("button", { name: "Hex" }).click();
    expect(await textOf(payload)).toContain("7b 22 61 22 3a 5b 31 2c  32 5d 7d");
    await visit.screenshot("detail");

    await visit.id("messages").focus();
    await visit.page.keyboard.press("Escape");
    expect(await visit.id("detail").isHidden()).toBe(true);
  });

  it("holds the list still while messages go on being counted", async () => {
    await openConnected();
    await visit.subscribe("demo.>");
    await visit.publish("demo.first", "x", 1);
    await visit.untilText(visit.id("messages-count"), /^1$/);
    await visit.id("pause").click();
    await visit.publish("demo.second", "x", 3);
    await visit.untilText(visit.id("pause"), /^Resume, 3 new$/);
    expect(await visit.page.locator("#messages .message:visible").count()).toBe(1);
    await visit.id("pause").click();
    await visit.untilText(visit.page.locator("#messages .message"), /demo\.second/);
    await visit.id("filter").fill("first");
    await visit.page.waitForFunction(() => document.querySelectorAll("#messages .message:not([hidden])").length === 1);
  });
});

describe("requests", () => {
  it("gets a reply from the page's own responder, with its latency", async () => {
    await openConnected();
    await visit.id("tab-responder").click();
    await visit.page.getByText("Answer requests", { exact: true }).click();
    await visit.id("tab-request").click();
    await visit.id("req-payload").fill("hello there");
    await visit.id("request").click();
    await visit.untilText(visit.id("reply"), /hello there/);
    expect(await textOf(visit.id("reply-latency"))).toMatch(/^after [\d.]+ ms, 11 B$/);
    await visit.id("tab-responder").click();
    await visit.untilText(visit.id("responder-result"), /^1 request answered$/);
  });

  it("says that nobody listens, with code and advice", async () => {
    await openConnected();
    await visit.id("tab-request").click();
    await visit.id("req-subject").fill("demo.nobody");
    await visit.id("request").click();
    const notice = await visit.untilText(visit.page.locator("#request-error .notice"), /No reply/);
    expect(notice).toContain("demo.nobody");
    expect(notice).toContain("Nobody listens on that subject");
    expect(notice).toContain("503");
  });
});

describe("measurement", () => {
  it("measures round trips and draws how they are spread", async () => {
    await openConnected();
    await visit.id("lat-count").fill("200");
    await visit.id("latency").click();
    await visit.untilText(visit.id("latency-result"), /200 round trips of 16 bytes/);
    const shown = await Promise.all(["p50", "p99", "max"].map((figure) => textOf(visit.id(`latency-${figure}`))));
    const [p50, p99, max] = shown.map((text) => Number.parseFloat(text) * (text.endsWith(" s") ? 1000 : 1));
    expect(p50).toBeGreaterThan(0);
    expect(p99).toBeGreaterThanOrEqual(p50!);
    expect(max).toBeGreaterThanOrEqual(p99!);
    expect(await visit.page.locator(".histogram .bin").count()).toBeGreaterThan(1);
  });
});

describe("form", () => {
  it.each([
    ["wide", 1440, 900],
    ["medium", 900, 1000],
    ["phone", 360, 740],
  ] as const)("fits a %s window without scrolling sideways", async (name, width, height) => {
    visit = await playground.open(address(server), { viewport: { width, height }, colorScheme: "dark" });
    await visit.untilState("connected");
    await visit.id("try-it").click();
    await visit.untilText(visit.id("messages-count"), /^100$/);
    expect(await visit.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await visit.screenshot(`dark-${name}`);
  });

  it("gives every field a label and every button a name", async () => {
    await openConnected();
    await visit.subscribe("demo.>");
    const nameless = await visit.page.evaluate(() => {
      const fields = [...document.querySelectorAll<HTMLInputElement>("input, select, textarea")];
      const buttons = [...document.querySelectorAll("button")];
      return [
        ...fields.filter((field) => !field.labels?.length),
        ...buttons.filter((button) => !button.textContent?.trim()),
      ].map((found) => found.id);
    });
    expect(nameless).toEqual([]);
  });
});
