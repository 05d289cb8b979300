// Three nats-servers with JetStream that a test kills, restarts and moves leaders between. What it asks and orders goes
// through a client that is neither in the browser nor ours.

import type { ServerOptions } from "../../server/servers.ts";
import { type Outside, TestServer } from "./server.ts";
import { delay } from "./until.ts";

const PATIENCE_MS = 120_000;

interface Placement {
  leader?: string;
  replicas?: { name: string; current: boolean }[];
}

export class JetStreamCluster {
  /** `member0` to `member2`. */
  readonly members: TestServer[];
  readonly #app: Outside;
  readonly #sys: Outside;

  private constructor(members: TestServer[], app: Outside, sys: Outside) {
    this.members = members;
    this.#app = app;
    this.#sys = sys;
  }

  /** Resolves when the cluster has a leader and every member is up to date. */
  static async start(options: Pick<ServerOptions, "version"> = {}): Promise<JetStreamCluster> {
    const members = await TestServer.startCluster({ config: "jetstream-cluster", ...options });
    const [first] = members as [TestServer];
    const cluster = new JetStreamCluster(
      members,
      await first.outside(),
      await first.outside({ user: "sys", pass: "sys" }),
    );
    await cluster.complete();
    return cluster;
  }

  /** Where the browser connects: every member. */
  get urls(): string[] {
    return this.members.map((member) => member.url);
  }

  member(index: number): TestServer {
    const member = this.members[index];
    if (!member) throw new Error(`no member ${index}`);
    return member;
  }

  /** Kills a member without a word (SIGKILL), or ends it in order (SIGTERM). */
  stop(index: number, signal?: "SIGKILL" | "SIGTERM"): Promise<void> {
    return this.member(index).stop(signal);
  }

  /** Starts a member again, and waits until all members are there and up to date. */
  async restart(index: number): Promise<void> {
    await this.member(index).restart();
    await this.complete();
  }

  /** The index of the member that leads a stream, or a consumer of it. Waits for an election under way. */
  async leader(stream: string, consumer?: string): Promise<number> {
    return this.#eventually(`a leader of ${consumer ?? stream}`, async () => {
      const { leader } = await this.#placement(stream, consumer);
      return leader === undefined ? undefined : Number(leader.slice("member".length));
    });
  }

  /** Waits until every replica of a stream or consumer has all its leader has. */
  async current(stream: string, consumer?: string): Promise<void> {
    await this.#eventually(`${consumer ?? stream} on all members`, async () => {
      const { leader, replicas } = await this.#placement(stream, consumer);
      return leader !== undefined && replicas?.every((replica) => replica.current) ? true : undefined;
    });
  }

  /** Makes the leader of a stream, or of a consumer of it, give that up; the index of the member that follows it. */
  async stepDown(stream: string, consumer?: string): Promise<number> {
    const before = await this.leader(stream, consumer);
    const subject =
      consumer === undefined ? `STREAM.LEADER.STEPDOWN.${stream}` : `CONSUMER.LEADER.STEPDOWN.${stream}.${consumer}`;
    return this.#eventually(`another leader of ${consumer ?? stream}`, async () => {
      const reply = await this.#ask(this.#app, subject);
      if (!reply?.success) return undefined;
      const now = await this.leader(stream, consumer);
      return now === before ? undefined : now;
    });
  }

  /** Makes the leader of the cluster itself (streams are created and placed by it) give that up. */
  async stepDownCluster(): Promise<void> {
    await this.#eventually("another leader of the cluster", async () =>
      (await this.#ask(this.#sys, "META.LEADER.STEPDOWN"))?.success === true ? true : undefined,
    );
    await this.complete();
  }

  async remove(): Promise<void> {
    await Promise.all([this.#app.close(), this.#sys.close()]);
    await Promise.all(this.members.map((member) => member.remove()));
  }

  /** Waits until all members run and agree on who leads the cluster. */
  async complete(): Promise<void> {
    await this.#eventually("a leader of the cluster that has all members", async () => {
      const pages = await Promise.all(this.members.map((member) => member.monitor("/jsz").catch(() => ({}))));
      const views = (pages as { meta_cluster?: Placement }[]).map((page) => page.meta_cluster ?? {});
      const leader = views[0]?.leader;
      if (!leader || views.some((view) => view.leader !== leader)) return undefined;
      // Followers know little of each other: the view that counts is the leader's, who is not among its own replicas.
      const led = views.find((view) => view.replicas?.every(({ name }) => name !== leader));
      // A member that came back may be listed twice for a while (2.10), once without its name.
      const current = new Set(led?.replicas?.filter((replica) => replica.current).map(({ name }) => name));
      const names = this.members.map((_, index) => `member${index}`);
      return names.every((name) => name === leader || current.has(name)) ? true : undefined;
    });
  }

  async #placement(stream: string, consumer?: string): Promise<Placement> {
    const subject = consumer === undefined ? `STREAM.INFO.${stream}` : `CONSUMER.INFO.${stream}.${consumer}`;
    return ((await this.#ask(this.#app, subject))?.cluster ?? {}) as Placement;
  }

  async #ask(outside: Outside, subject: string): Promise<Record<string, unknown> | undefined> {
    const text = await outside.request(`$JS.API.${subject}`);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async #eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      if (performance.now() > end) throw new Error(`still waiting after ${PATIENCE_MS} ms for ${what}`);
      await delay(50);
    }
  }
}
