/** What the address says of the board: the pipeline, the view and the filters, so that each can be linked to. */
export interface BoardSearch {
  pipeline?: string;
  view?: "list";
  /** Words in the title or the company's name. */
  q?: string;
  /** A member's id, `me` or `nobody`. */
  owner?: string;
  /** Least and greatest value, in whole units of the currency. */
  min?: number;
  max?: number;
  close?: CloseFilter;
  /** In its stage for at least so many days. */
  stale?: number;
  /** The list's order, like `amount` or `-amount`. */
  sort?: string;
}

export const closeFilters = ["overdue", "week", "month", "quarter", "none"] as const;
export type CloseFilter = (typeof closeFilters)[number];

/** Keeps what fits, and forgets the rest: an address may have been written by anybody. */
export function boardSearch(search: Record<string, unknown>): BoardSearch {
  const text = (value: unknown) => (typeof value === "string" && value ? value.slice(0, 200) : undefined);
  const number = (value: unknown) => (typeof value === "number" && value >= 0 && value < 1e12 ? value : undefined);
  return {
    pipeline: text(search.pipeline),
    view: search.view === "list" ? "list" : undefined,
    q: text(search.q),
    owner: text(search.owner),
    min: number(search.min),
    max: number(search.max),
    close: closeFilters.find((one) => one === search.close),
    stale: number(search.stale),
    sort: text(search.sort),
  };
}
