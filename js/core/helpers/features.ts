/**
 * The features of a server, by its version. Owns the versions in which JetStream's features came; the names are those
 * of the official clients.
 */

/** A version number, such as `2.11.0`. */
export interface SemVer {
  /** The first number. */
  major: number;
  /** The second number. */
  minor: number;
  /** The third number. */
  micro: number;
}

/** A feature, as a server supports it. */
export interface FeatureSupport {
  /** True when the server has the feature. */
  ok: boolean;
  /** First version of nats-server with the feature; "unknown" for a name this client does not know. */
  min: string;
}

/** First server version with each feature, as the official clients state them. */
const SINCE: Readonly<Record<string, string>> = {
  js_kv: "2.6.2",
  js_objectstore: "2.6.3",
  js_pull_max_bytes: "2.8.3",
  js_new_consumer_create: "2.9.0",
  js_allow_direct: "2.9.0",
  js_simplification: "2.9.4",
  js_multiple_consumer_filter: "2.10.0",
  js_stream_consumer_metadata: "2.10.0",
  js_consumer_filter_subjects: "2.10.0",
  js_stream_first_seq: "2.10.0",
  js_stream_subject_transform: "2.10.0",
  js_stream_source_subject_transform: "2.10.0",
  js_stream_compression: "2.10.0",
  js_default_consumer_limits: "2.10.0",
  js_batch_direct_get: "2.11.0",
  js_priority_groups: "2.11.0",
  js_consumer_reset: "2.14.0",
};

/**
 * The features of a connection's server: the one the connection is on, or was on last. The names are those of the
 * official clients, such as `js_kv` or `js_batch_direct_get`.
 */
export class Features {
  readonly #version: () => string;

  /** @param version returns the server's version, each time a method is called. */
  constructor(version: () => string) {
    this.#version = version;
  }

  /** Whether the server has a feature, and the first version that does. */
  get(feature: string): FeatureSupport {
    const min = SINCE[feature];
    return min === undefined ? { ok: false, min: "unknown" } : { ok: this.require(min), min };
  }

  /** True when the server has a feature. */
  supports(feature: string): boolean {
    return this.get(feature).ok;
  }

  /** True when the server has this version or a later one. @throws Error when `version` is not a version number. */
  require(version: SemVer | string): boolean {
    const [wanted, found] = [
      typeof version === "string" ? parseSemVer(version) : version,
      parseSemVer(this.#version()),
    ];
    return (found.major - wanted.major || found.minor - wanted.minor || found.micro - wanted.micro) >= 0;
  }
}

/** Finds the version number in a text: `2.12.0-beta.1` is 2.12.0. @throws Error for a text without one. */
export function parseSemVer(text: string): SemVer {
  const found = /(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (found === null) throw new Error(`"${text}" is not a version number`);
  const [major, minor, micro] = found.slice(1).map(Number) as [number, number, number];
  return { major, minor, micro };
}
