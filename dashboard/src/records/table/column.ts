import type { ReactNode } from "react";

/** How the API is to sort: by a built-in field, or a custom one. */
export interface Sort {
  field?: string;
  custom?: string;
  direction: "ASCENDING" | "DESCENDING";
}

export interface Column<Row> {
  key: string;
  label: string;
  width: number;
  /** Sorts by this when its head is clicked. */
  sort?: { field?: string; custom?: string };
  cell: (row: Row) => ReactNode;
}

/** The same field, whichever the direction. */
export const sameSort = (one: Omit<Sort, "direction"> | undefined, other: Omit<Sort, "direction"> | undefined) =>
  one?.field === other?.field && one?.custom === other?.custom;
