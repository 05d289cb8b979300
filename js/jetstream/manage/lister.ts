/** Lists that come in pages. Owns the offset; what an item is made of is its caller's business. */
import type { Api } from "../api";
import type { Lister } from "../types/client";
import type { ApiPaged } from "../types/stream";

/**
 * @param name of the API, after the prefix.
 * @param field of the answer that has the items.
 * @param query sent with every page.
 * @param convert from what the server says to what the user gets.
 */
export function list<Item, Shown = Item>(
  api: Api,
  name: string,
  field: string,
  query: object,
  convert: (page: Item[]) => Shown[] = (page) => page as unknown as Shown[],
): Lister<Shown> {
  let offset = 0;
  let total = Number.POSITIVE_INFINITY;
  return {
    /** An error ends the list: it is thrown once. */
    async next(): Promise<Shown[]> {
      while (offset < total) {
        const asked = total;
        total = 0;
        const page = await api.request<ApiPaged & Record<string, Item[] | null>>(name, { ...query, offset });
        const items = (page[field] as Item[] | null | undefined) ?? [];
        if (items.length === 0) break;
        total = page.total ?? asked;
        offset += items.length;
        const shown = convert(items);
        // A page may hold nothing the user wants, and the next one does.
        if (shown.length > 0) return shown;
      }
      return [];
    },
    async *[Symbol.asyncIterator]() {
      for (let page = await this.next(); page.length > 0; page = await this.next()) yield* page;
    },
  };
}
