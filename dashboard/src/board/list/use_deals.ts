import { useCallback, useEffect, useRef, useState } from "react";
import { useClient, type CombinedError } from "urql";
import { graphql, type VariablesOf } from "../../kit/client/graphql";
import { clock } from "../../kit/format/server_clock";
import { useJournal } from "../../kit/live/use_journal";
import { LIST, type Card } from "../documents";
import { digitsOf } from "../parts/parse_amount";
import { dealFilter, type Filters } from "../state/filter";
import type { Room } from "../state/room";

const NAMED = graphql(`
  query DealCompaniesNamed($words: String!) { companies(first: 50, filter: { name: { contains: $words } }) { nodes { id name } } }
`);

type OrderBy = VariablesOf<typeof LIST>["orderBy"];

interface Rows {
  cards: Card[];
  cursor: string | null;
  fetching: boolean;
  error?: CombinedError;
}

/** The deals of the list, page by page. Whatever happens to deals makes the pages that are here be read again. */
export function useDeals(room: Room, filters: Filters, orderBy: OrderBy) {
  const client = useClient();
  const [rows, setRows] = useState<Rows>();
  const asked = useRef(0);
  const key = JSON.stringify([filters, orderBy]);

  const page = useCallback(
    async (after: string | null) => {
      const [filters, orderBy] = JSON.parse(key) as [Filters, OrderBy];
      const named = filters.q ? await client.query(NAMED, { words: filters.q }, { requestPolicy: "network-only" }).toPromise() : undefined;
      const companies = named?.data?.companies.nodes.map(({ id }) => id) ?? [];
      const filter = dealFilter(room.pipelineId, filters, clock(), digitsOf(room.currency), companies);
      const { data, error } = await client.query(LIST, { filter, after, orderBy }, { requestPolicy: "network-only" }).toPromise();
      return { data: data?.deals, error };
    },
    [client, key, room],
  );

  /** Reads as many pages as are here, and shows them at once when all have come. */
  const read = useCallback(
    async (count: number) => {
      const mine = ++asked.current;
      setRows((old) => old && { ...old, fetching: true });
      let cards: Card[] = [];
      let cursor: string | null = null;
      do {
        const { data, error }: Awaited<ReturnType<typeof page>> = await page(cursor);
        if (mine !== asked.current) return;
        if (!data) return setRows((old) => ({ cards: [], cursor: null, ...old, fetching: false, error }));
        cards = [...cards, ...data.nodes];
        cursor = data.pageInfo.hasNextPage ? (data.pageInfo.endCursor ?? null) : null;
      } while (cursor && cards.length < count);
      setRows({ cards, cursor, fetching: false });
    },
    [page],
  );
  useEffect(() => void read(50), [read]);

  const more = useCallback(async () => {
    if (!rows?.cursor || rows.fetching) return;
    const mine = asked.current;
    setRows({ ...rows, fetching: true });
    const { data, error } = await page(rows.cursor);
    if (mine !== asked.current) return;
    if (!data) return setRows({ ...rows, fetching: false, error });
    const known = new Set(rows.cards.map(({ id }) => id));
    setRows({
      cards: [...rows.cards, ...data.nodes.filter(({ id }) => !known.has(id))],
      cursor: data.pageInfo.hasNextPage ? (data.pageInfo.endCursor ?? null) : null,
      fetching: false,
    });
  }, [rows, page]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useJournal(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void read(Math.min(500, rows?.cards.length ?? 50)), 500);
  }, ["deal."]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return { rows, more, again: () => void read(50) };
}
