/** Lists that come in pages. Owns the offset; the caller owns the items. */
import type { Api } from "../api";
import type { Lister } from "../types/client";
import type { ApiPaged } from "../types/stream";

/**
 * Makes a lister.
 *
 * @param name subject of the API, behind the prefix.
 * @param field member of the answer with the items.
 * @param query sent with the request for every page.
 * @param convert makes the user's items of the server's.
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
    /** An error ends the list, and is thrown once. */
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
        // A page without items for the user is not the end of the list.
        if (shown.length > 0) return shown;
      }
      return [];
    },
    async *[Symbol.asyncIterator]() {
      for (let page = await this.next(); page.length > 0; page = await this.next()) yield* page;
    },
  };
}
