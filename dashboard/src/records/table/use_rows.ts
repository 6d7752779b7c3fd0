import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import type { Failure } from "../../kit/client/failure";

export interface Batch<Row> {
  rows: Row[];
  /** Where the next page begins; absent when this is the last one. */
  next?: string;
}

export type Fetched<Row> = Batch<Row> | { failure: Failure };

interface Source<Row> {
  /** What is listed: another key, another list. */
  key: string;
  page: (after: string | undefined) => Promise<Fetched<Row>>;
  /** Those of `ids` that belong on the list now. */
  some: (ids: string[]) => Promise<Fetched<Row>>;
}

interface State<Row> {
  key: string;
  rows: Row[];
  next?: string;
  failure?: Failure;
  loading: boolean;
}

/**
 * A list read page by page as one scrolls (keyset, never all of it). While another list is being read the old one
 * stays in sight. Changed rows are asked for again by their ids, so a list of any length stays live.
 */
export function useRows<Row extends { id: string }>({ key, page, some }: Source<Row>) {
  const [state, setState] = useState<State<Row>>({ key: "", rows: [], loading: true });
  const [news, setNews] = useState<ReadonlySet<string>>(new Set());
  const turn = useRef(0);
  const latest = useRef(state);
  latest.current = state;

  const load = useCallback(async (after: string | undefined, ask: typeof page, listed: string) => {
    const mine = after ? turn.current : ++turn.current;
    setState((old) => ({ ...old, loading: true, failure: undefined }));
    const answer = await ask(after);
    if (mine !== turn.current) return;
    if ("failure" in answer) return setState((old) => ({ ...old, loading: false, failure: answer.failure }));
    if (!after) setNews(new Set());
    setState((old) => {
      const before = after ? old.rows : [];
      const known = new Set(before.map(({ id }) => id));
      const rows = [...before, ...answer.rows.filter(({ id }) => !known.has(id))];
      return { key: listed, rows, next: answer.next, loading: false };
    });
  }, []);

  const reload = useEffectEvent(() => load(undefined, page, key));
  useEffect(() => void reload(), [key]);

  const more = useEffectEvent(() => {
    const { next, loading, failure } = latest.current;
    if (next && !loading && !failure) void load(next, page, key);
  });

  /** These changed: brings rows up to date, removes who belongs here no longer, and counts who is new. */
  const changed = useEffectEvent(async (ids: string[], atTop: boolean) => {
    const mine = turn.current;
    const answer = await some(ids);
    if (mine !== turn.current || "failure" in answer) return;
    const now = new Map(answer.rows.map((row) => [row.id, row]));
    const shown = new Set(latest.current.rows.map(({ id }) => id));
    const added = [...now.keys()].filter((id) => !shown.has(id));
    setState((old) => ({
      ...old,
      rows: old.rows.flatMap((row) => (ids.includes(row.id) ? (now.get(row.id) ?? []) : row)),
    }));
    if (!added.length) return;
    if (atTop) void load(undefined, page, key);
    else setNews((old) => new Set([...old, ...added]));
  });

  return {
    rows: state.rows,
    /** What is in sight is still the list from before. */
    stale: state.key !== key,
    loading: state.loading,
    failure: state.failure,
    complete: !state.next && !state.loading && !state.failure,
    news: news.size,
    more: useCallback(() => more(), []),
    again: useCallback(() => void reload(), []),
    retry: useCallback(() => retry(), []),
    changed: useCallback((ids: string[], atTop: boolean) => void changed(ids, atTop), []),
  };

  function retry() {
    const { next, rows } = latest.current;
    void load(rows.length && !(state.key !== key) ? next : undefined, page, key);
  }
}
