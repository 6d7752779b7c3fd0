import { useCallback, useMemo } from "react";
import { useClient } from "urql";
import { perform } from "../kit/client/act";
import { failureOf } from "../kit/client/failure";
import type { VariablesOf } from "../kit/client/graphql";
import { useRows, type Fetched } from "../records/table/use_rows";
import { filterOf, type FilterDef } from "../records/view/filter";
import type { ViewState } from "../records/view/view_state";
import { CONTACTS, FIND, IDS, type Row } from "./row";
import type { ContactFilter } from "./use_filters";

const size = 60;

type Variables = VariablesOf<typeof CONTACTS>;
/** What a view asks the API for, besides the page. */
export type Asked = Pick<Variables, "filter" | "archived" | "orderBy" | "usableFor" | "custom">;

export function askedOf(view: ViewState, defs: FilterDef<ContactFilter>[], custom: boolean): Asked {
  const and = filterOf(defs, view.filters);
  const use = view.filters?.find(({ key }) => key === "usable")?.value;
  const { field, custom: by, direction } = view.sort ?? {};
  return {
    filter: and.length ? { and } : null,
    archived: view.archived ? "ONLY" : "LEFT_OUT",
    orderBy: direction ? ({ ...(by ? { custom: by } : { field }), direction } as Variables["orderBy"]) : null,
    usableFor: use?.purposeId && use.channel ? { purposeId: use.purposeId, channel: use.channel as "EMAIL" } : null,
    custom,
  };
}

/** The contacts of a view, page by page. With words to search for: the hundred that fit best. */
export function useList(view: ViewState, asked: Asked, pause: boolean) {
  const client = useClient();
  const q = (view.q ?? "").trim();

  const read = useCallback(
    async (filter: Asked["filter"], first: number, after?: string): Promise<Fetched<Row>> => {
      const { data, error } = await perform(client, CONTACTS, { ...asked, filter, first, after: after ?? null });
      if (!data) return { failure: error ? failureOf(error) : { code: "INTERNAL", message: "" } };
      const { nodes, pageInfo } = data.contacts;
      return { rows: nodes as Row[], next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined };
    },
    [client, asked],
  );

  const search = useCallback(
    async (ids?: string[]): Promise<Fetched<Row>> => {
      const { data, error } = await perform(client, FIND, { text: q });
      if (!data) return { failure: error ? failureOf(error) : { code: "INTERNAL", message: "" } };
      const best = data.searchHits.hits.map(({ node }) => node.id).filter((id) => !ids || ids.includes(id));
      if (!best.length) return { rows: [] };
      const rows: Row[] = [];
      // As many at once as the API reads in one go.
      for (let at = 0; at < best.length; at += size) {
        const part = await read(narrowed(asked.filter, best.slice(at, at + size)), size);
        if ("failure" in part) return part;
        rows.push(...part.rows);
      }
      const rank = new Map(best.map((id, index) => [id, index]));
      if (!asked.orderBy) rows.sort((one, other) => (rank.get(one.id) ?? 0) - (rank.get(other.id) ?? 0));
      return { rows };
    },
    [client, q, read, asked],
  );

  const searching = q.length >= 2;
  const list = useRows<Row>({
    key: pause ? "" : JSON.stringify([asked, searching ? q : ""]),
    page: useCallback(
      (after) => (pause ? Promise.resolve({ rows: [] }) : searching ? search() : read(asked.filter, size, after)),
      [pause, searching, search, read, asked],
    ),
    some: useCallback((ids) => (searching ? search(ids) : read(narrowed(asked.filter, ids), size)), [searching, search, read, asked]),
  });

  /** Every id of the view, for acts over all of them; at most `limit`. */
  const allIds = useCallback(
    async (limit: number): Promise<string[]> => {
      const ids: string[] = [];
      let after: string | null = null;
      do {
        const { filter, archived, usableFor } = asked;
        const { data }: Awaited<ReturnType<typeof idsPage>> = await idsPage({ filter, archived, usableFor, after });
        if (!data) break;
        ids.push(...data.contacts.nodes.map(({ id }) => id));
        after = data.contacts.pageInfo.hasNextPage ? data.contacts.pageInfo.endCursor : null;
      } while (after && ids.length < limit);
      return ids.slice(0, limit);

      function idsPage(variables: VariablesOf<typeof IDS>) {
        return perform(client, IDS, variables);
      }
    },
    [client, asked],
  );

  return useMemo(() => ({ ...list, allIds, searching }), [list, allIds, searching]);
}

function narrowed(filter: Asked["filter"], ids: string[]): Asked["filter"] {
  return filter ? { and: [filter, { ids }] } : { ids };
}
