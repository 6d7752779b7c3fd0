import { useCallback, useMemo } from "react";
import { useClient } from "urql";
import { perform } from "../kit/client/act";
import { failureOf, type Failure } from "../kit/client/failure";
import type { VariablesOf } from "../kit/client/graphql";
import { useRows, type Fetched } from "../records/table/use_rows";
import { filterOf, type FilterDef } from "../records/view/filter";
import type { ViewState } from "../records/view/view_state";
import { COMPANIES, FIND, IDS, type Row } from "./documents";

const size = 60;

type Variables = VariablesOf<typeof COMPANIES>;
export type CompanyFilter = NonNullable<Variables["filter"]>;
export type Asked = Pick<Variables, "filter" | "archived" | "orderBy" | "custom">;

export function askedOf(view: ViewState, defs: FilterDef<CompanyFilter>[], custom: boolean): Asked {
  const and = filterOf(defs, view.filters);
  const { field, custom: by, direction } = view.sort ?? {};
  return {
    filter: and.length ? { and } : null,
    archived: view.archived ? "ONLY" : "LEFT_OUT",
    orderBy: direction ? ({ ...(by ? { custom: by } : { field }), direction } as Variables["orderBy"]) : null,
    custom,
  };
}

const unknown: Failure = { code: "INTERNAL", message: "" };

/** The companies of a view, page by page. With words to search for: the hundred that fit best. */
export function useList(view: ViewState, asked: Asked, pause: boolean) {
  const client = useClient();
  const q = (view.q ?? "").trim();

  const read = useCallback(
    async (filter: Asked["filter"], after?: string): Promise<Fetched<Row>> => {
      const { data, error } = await perform(client, COMPANIES, { ...asked, filter, first: size, after: after ?? null });
      if (!data) return { failure: error ? failureOf(error) : unknown };
      const { nodes, pageInfo } = data.companies;
      return { rows: nodes as Row[], next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined };
    },
    [client, asked],
  );

  const search = useCallback(
    async (ids?: string[]): Promise<Fetched<Row>> => {
      const { data, error } = await perform(client, FIND, { text: q });
      if (!data) return { failure: error ? failureOf(error) : unknown };
      const best = data.searchHits.hits.map(({ node }) => node.id).filter((id) => !ids || ids.includes(id));
      const rows: Row[] = [];
      for (let at = 0; at < best.length; at += size) {
        const part = await read(narrowed(asked.filter, best.slice(at, at + size)));
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
    page: (after) => (pause ? Promise.resolve({ rows: [] }) : searching ? search() : read(asked.filter, after)),
    some: (ids) => (searching ? search(ids) : read(narrowed(asked.filter, ids))),
  });

  const allIds = useCallback(
    async (limit: number): Promise<string[]> => {
      const ids: string[] = [];
      const page = (after: string | null) => perform(client, IDS, { filter: asked.filter, archived: asked.archived, after });
      let after: string | null = null;
      do {
        const { data }: Awaited<ReturnType<typeof page>> = await page(after);
        if (!data) break;
        ids.push(...data.companies.nodes.map(({ id }) => id));
        after = data.companies.pageInfo.hasNextPage ? data.companies.pageInfo.endCursor : null;
      } while (after && ids.length < limit);
      return ids.slice(0, limit);
    },
    [client, asked],
  );
  return useMemo(() => ({ ...list, allIds, searching }), [list, allIds, searching]);
}

function narrowed(filter: Asked["filter"], ids: string[]): Asked["filter"] {
  return filter ? { and: [filter, { ids }] } : { ids };
}
