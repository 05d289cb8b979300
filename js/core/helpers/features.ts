/**
 * What a server can do, by its version. Owns the versions in which JetStream's features came; the names are those of
 * the official clients.
 */

/** A version number: `2.11.0`. */
export interface SemVer {
  major: number;
  minor: number;
  micro: number;
}

/** Whether the server has a feature, and the first version that does; `unknown` for a feature nobody knows. */
export interface FeatureSupport {
  ok: boolean;
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

/** Asked about the server of a connection: the one it is on, or was on last. */
export class Features {
  readonly #version: () => string;

  constructor(version: () => string) {
    this.#version = version;
  }

  get(feature: string): FeatureSupport {
    const min = SINCE[feature];
    return min === undefined ? { ok: false, min: "unknown" } : { ok: this.require(min), min };
  }

  supports(feature: string): boolean {
    return this.get(feature).ok;
  }

  /** Whether the server is of this version or a later one. @throws Error when it is not a version. */
  require(version: SemVer | string): boolean {
    const [wanted, found] = [
      typeof version === "string" ? parseSemVer(version) : version,
      parseSemVer(this.#version()),
    ];
    return (found.major - wanted.major || found.minor - wanted.minor || found.micro - wanted.micro) >= 0;
  }
}

/** `2.12.0-beta.1` is 2.12.0. @throws Error when there is no version in it. */
export function parseSemVer(text: string): SemVer {
  const found = /(\d+)\.(\d+)\.(\d+)/.exec(text);
  if (found === null) throw new Error(`"${text}" is not a version number`);
  const [major, minor, micro] = found.slice(1).map(Number) as [number, number, number];
  return { major, minor, micro };
}
