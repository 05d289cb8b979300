/**
 * `node bench/profile.mjs <regex> [client]`: where the main thread spends its time in the workloads that match. For
 * finding costs, not for figures: profiling makes everything dearer, and the bundle keeps its names.
 */
import { presentClients } from "./clients.mjs";
import { withStage } from "./stage.mjs";
import { WORKLOADS } from "./workloads.mjs";

const [pattern = ".", name = "nats-wasm"] = process.argv.slice(2);
const specs = WORKLOADS.filter((spec) => new RegExp(pattern).test(`${spec.group}: ${spec.name}`));
const clients = presentClients().filter((client) => client.name === name);
if (!specs.length || !clients.length) throw new Error("nothing to profile: no workload or no client matches");

await withStage({ clients, specs, minify: false }, async (stage) => {
  for (const spec of specs) {
    // A stream has no more messages than it was filled with.
    const count = spec.whole || spec.jetstream ? spec.count : spec.count * 2;
    const one = stage.bench(clients[0], 0, spec);
    const profile = await stage.playing(spec, async () => {
      await one.open();
      await stage.load(one);
      await one.warm(Math.ceil(count / 4));
      await one.page.call("Profiler.enable", {});
      await one.page.call("Profiler.setSamplingInterval", { interval: 100 });
      await one.page.call("Profiler.start", {});
      await one.work(count);
      return (await one.page.call("Profiler.stop", {})).profile;
    });
    await one.close();
    console.log(`\n${name}, ${spec.group}: ${spec.name} (${count} messages)`);
    for (const line of hottest(profile, count)) console.log(line);
  }
});

/** Functions by their own time, idle left out. */
function hottest({ nodes, samples, timeDeltas }, count) {
  const own = new Map();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  samples.forEach((id, i) => {
    const { functionName, url, lineNumber } = byId.get(id).callFrame;
    if (functionName === "(idle)") return;
    const place = url ? ` ${url.split("/").pop()}:${lineNumber + 1}` : "";
    const label = `${functionName || "(anonymous)"}${place}`;
    own.set(label, (own.get(label) ?? 0) + timeDeltas[i]);
  });
  const total = [...own.values()].reduce((sum, time) => sum + time, 0);
  return [...own]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 25)
    .map(
      ([label, time]) =>
        `${(time / count).toFixed(4).padStart(9)} us ${((time / total) * 100).toFixed(1).padStart(5)} %  ${label}`,
    );
}
