/** What is stored about an object: as JSON, and as users see it. */
import { MsgHdrsImpl } from "../core/messages/headers";
import type { MsgHdrs } from "../core/types";
import type { ObjectInfo, ObjectStoreMeta, ObjectStoreMetaOptions } from "../jetstream/types/object-store";

/** As it lies in the stream; all other fields are kept as they are. */
export interface StoredInfo {
  name: string;
  bucket: string;
  nuid: string;
  size: number;
  chunks: number;
  digest: string;
  mtime: string;
  deleted?: boolean;
  description?: string;
  headers?: Record<string, string[]>;
  options?: ObjectStoreMetaOptions;
  metadata?: Record<string, string>;
}

/** What users say of an object, as it is stored; only what they do say. */
export function storedMeta(meta: Partial<ObjectStoreMeta>): Partial<StoredInfo> {
  const { name, description, headers, options, metadata } = meta;
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(headers && { headers: (headers as MsgHdrsImpl).toRecord() }),
    ...(options && { options }),
    ...(metadata && { metadata }),
  };
}

export class ObjectInfoImpl implements ObjectInfo {
  readonly #stored: StoredInfo;
  readonly revision: number;
  declare readonly isUpdate?: boolean;
  #headers: MsgHdrs | undefined;

  /**
   * @param revision stream sequence of the info.
   * @param isUpdate of a watch.
   */
  constructor(stored: StoredInfo, revision: number, isUpdate?: boolean) {
    this.#stored = stored;
    this.revision = revision;
    if (isUpdate !== undefined) this.isUpdate = isUpdate;
  }

  get name(): string {
    return this.#stored.name;
  }

  get description(): string {
    return this.#stored.description ?? "";
  }

  get headers(): MsgHdrs {
    this.#headers ??= MsgHdrsImpl.fromRecord(this.#stored.headers ?? {});
    return this.#headers;
  }

  // The declaration of nats.ws: there or not there.
  get options(): ObjectStoreMetaOptions {
    return this.#stored.options as ObjectStoreMetaOptions;
  }

  get metadata(): Record<string, string> {
    return this.#stored.metadata ?? {};
  }

  get bucket(): string {
    return this.#stored.bucket;
  }

  get nuid(): string {
    return this.#stored.nuid;
  }

  get size(): number {
    return this.#stored.size;
  }

  get chunks(): number {
    return this.#stored.chunks;
  }

  get digest(): string {
    return this.#stored.digest;
  }

  get deleted(): boolean {
    return this.#stored.deleted ?? false;
  }

  get mtime(): string {
    return this.#stored.mtime;
  }

  isLink(): boolean {
    return isLink(this);
  }
}

export function isLink(info: Pick<ObjectStoreMeta, "options">): boolean {
  return (info.options?.link ?? null) !== null;
}
