import type { ReactNode } from "react";

/** One value of a record, as the page shows and edits it. */
export interface Value {
  /** Its name in the record's provenance: `given_name`, `custom.topic`. */
  key: string;
  label: string;
  /** As the API takes and gives it; null when there is none. */
  value: string | null;
  /** How it is shown; absent = as it is written. */
  say?: (value: string) => ReactNode;
  /** Its input while it is edited; absent = one line of text. */
  input?: (props: InputProps) => ReactNode;
  /** Enter makes a new line instead of saving. */
  lines?: boolean;
  readOnly?: boolean;
  /** What stands there while there is nothing; absent = "Add". */
  prompt?: string;
}

export interface InputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}

export interface Source {
  field: string;
  source: string;
  actor: string;
  at: string;
  proven: boolean;
}

export type Saved = { ok: true } | { ok: false; stale: true } | { ok: false; stale?: false; problem: string };

/** What the page gives its values to be saved by. */
export interface Saving {
  version: number;
  save: (key: string, value: string | null, version: number) => Promise<Saved>;
  /** The record as it is now, past every cache. */
  fresh: () => Promise<{ version: number; values: Record<string, string | null>; provenance: Source[] } | undefined>;
}

/** A field's last entry is about its current value. */
export const sourceOf = (provenance: readonly Source[], key: string) => provenance.findLast(({ field }) => field === key);
