/** The info of an object: as it is stored in JSON, and as users see it. */
import { MsgHdrsImpl } from "../core/messages/headers";
import type { MsgHdrs } from "../core/types";
import type { ObjectInfo, ObjectStoreMeta, ObjectStoreMetaOptions } from "../jetstream/types/object-store";

/** An info as it is stored; further members are kept as they are. */
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

/** The user's part of an info, as it is stored: the members that are set. */
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

  /** @param revision stream sequence of the info. @param isUpdate in a watch: the info came after the watch began. */
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

  // Absent when undefined, as nats.ws declares it.
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
