/** The checks and the changes of a stream's configuration before it is sent. */
import type { Nats } from "../api";
import { misuse, requireServer } from "../names";
import type { StreamConfig, StreamSource } from "../types/stream";

/** First server version with each field. A field that is false, 0 or empty asks for nothing. */
const SINCE: Readonly<Partial<Record<keyof StreamConfig, string>>> = {
  metadata: "2.10.0",
  first_seq: "2.10.0",
  subject_transform: "2.10.0",
  compression: "2.10.0",
  consumer_limits: "2.10.0",
  allow_msg_ttl: "2.11.0",
  subject_delete_marker_ttl: "2.11.0",
  allow_msg_counter: "2.12.0",
  allow_msg_schedules: "2.12.0",
  allow_atomic: "2.12.0",
  persist_mode: "2.12.0",
  allow_batched: "2.14.0",
};

/** @throws NatsError SERVER_OPT_NA which names the field. */
export function checkStreamConfig(nc: Nats, config: Partial<StreamConfig>): void {
  for (const [field, min] of Object.entries(SINCE)) {
    if (config[field as keyof StreamConfig]) requireServer(nc, `stream '${field}'`, min);
  }
  for (const source of config.sources ?? []) checkSource(nc, "stream sources", source);
  if (config.mirror) checkSource(nc, "stream mirror", config.mirror);
}

function checkSource(nc: Nats, where: string, source: StreamSource): void {
  if (source.subject_transforms?.length) requireServer(nc, `${where} 'subject_transforms'`, "2.10.0");
  if (source.consumer) requireServer(nc, `${where} 'consumer'`, "2.14.0");
}

/**
 * Returns the configuration with its sources' domains as API prefixes.
 *
 * @throws NatsError "BAD API" for both of a source.
 */
export function withoutDomains<Config extends Partial<StreamConfig>>(config: Config): Config {
  const { mirror, sources } = config;
  return {
    ...config,
    ...(mirror && { mirror: withoutDomain(mirror) }),
    ...(sources && { sources: sources.map(withoutDomain) }),
  };
}

function withoutDomain(source: StreamSource): StreamSource {
  const { domain, ...rest } = source;
  if (!domain) return rest;
  if (rest.external) throw misuse(`source "${source.name}": domain and external are both set`);
  return { ...rest, external: { api: `$JS.${domain}.API` } };
}
