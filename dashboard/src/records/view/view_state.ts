import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { Sort } from "../table/column";

/** What a condition compares with; which parts it has depends on the filter's type. */
export interface FilterValue {
  in?: string[];
  /** Has no value. */
  none?: boolean;
  text?: string;
  from?: string;
  to?: string;
  /** Within the last so many days. */
  days?: number;
  /** Longer ago than so many days. */
  older?: number;
  min?: string;
  max?: string;
  is?: boolean;
  purposeId?: string;
  channel?: string;
}

export interface Condition {
  key: string;
  value: FilterValue;
}

/** Everything that makes one list out of all: kept in the address, so a link shows the same list. */
export interface ViewState {
  q?: string;
  filters?: Condition[];
  sort?: Sort;
  columns?: string[];
  archived?: boolean;
}

/** Whatever somebody wrote into the address becomes a view, or nothing. */
export function readView(raw: unknown): ViewState {
  if (typeof raw !== "object" || raw === null) return {};
  const { q, filters, sort, columns, archived } = raw as Record<string, unknown>;
  const words = (list: unknown) => (Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : undefined);
  const direction = (sort as Sort | undefined)?.direction;
  return compact({
    q: typeof q === "string" ? q.slice(0, 200) : undefined,
    filters: Array.isArray(filters)
      ? filters.filter((one): one is Condition => typeof one?.key === "string" && typeof one?.value === "object" && one.value !== null).slice(0, 12)
      : undefined,
    sort: direction === "ASCENDING" || direction === "DESCENDING" ? (sort as Sort) : undefined,
    columns: words(columns),
    archived: archived === true || undefined,
  });
}

/** Without what is empty, so that equal views are written alike. */
export function compact(view: ViewState): ViewState {
  const full = Object.entries(view).filter(([, value]) => value !== undefined && value !== "" && value !== false && !(Array.isArray(value) && !value.length));
  return Object.fromEntries(full.sort(([one], [other]) => (one < other ? -1 : 1))) as ViewState;
}

export const sameView = (one: ViewState, other: ViewState) => JSON.stringify(compact(one)) === JSON.stringify(compact(other));

export function useViewState() {
  const { view: raw } = useSearch({ strict: false }) as { view?: unknown };
  const key = JSON.stringify(raw);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says when it differs.
  const view = useMemo(() => readView(raw), [key]);
  const navigate = useNavigate();
  const show = useCallback(
    (next: ViewState) => {
      const small = compact(next);
      void navigate({ to: ".", search: (Object.keys(small).length ? { view: small } : {}) as never, replace: true, resetScroll: false });
    },
    [navigate],
  );
  const change = useCallback((part: Partial<ViewState>) => show({ ...view, ...part }), [show, view]);
  return { view, show, change };
}
