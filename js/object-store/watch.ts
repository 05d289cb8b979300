/** The infos of a store as they come. Owns the null that follows the infos which were there. */
import { Queue } from "../core/messages/queue";
import type { QueuedIterator } from "../core/types";
import type { Api } from "../jetstream/api";
import { DeliverPolicy } from "../jetstream/enums";
import { type OrderedPush, openOrdered } from "../jetstream/push/ordered-push";
import { ObjectInfoImpl, type StoredInfo } from "./info";
import type { ObjectInfo } from "../jetstream/types/object-store";

interface WatchOptions {
  ignoreDeletes: boolean;
  includeHistory: boolean;
  /** The store is empty: null follows at once. Without history no entry would bring it. */
  isEmpty: boolean;
}

export async function watch(
  api: Api,
  stream: string,
  subject: string,
  { ignoreDeletes, includeHistory, isEmpty }: WatchOptions,
): Promise<QueuedIterator<ObjectInfo | null>> {
  let ordered: OrderedPush | undefined;
  let isInitialized = !includeHistory && !isEmpty;
  const queue = new Queue<ObjectInfo | null>(() => ordered?.stop());
  const initialized = () => {
    if (isInitialized) return;
    isInitialized = true;
    queue.push(null);
  };
  ordered = await openOrdered(
    api,
    stream,
    {
      filter_subject: subject,
      deliver_policy: includeHistory ? DeliverPolicy.LastPerSubject : DeliverPolicy.New,
    },
    {
      onMessage: (message, { streamSequence, pending }) => {
        const info = new ObjectInfoImpl(message.json<StoredInfo>(), streamSequence, isInitialized);
        if (!info.deleted || !ignoreDeletes) queue.push(info);
        if (pending === 0) initialized();
      },
      onError: (error) => queue.stop(error),
      onCreated: ({ num_pending, delivered }) => {
        if (num_pending + delivered.consumer_seq === 0) initialized();
      },
    },
  );
  return queue;
}
