import type { Enum } from "../../kit/client/graphql";
import type { Condition, FilterValue } from "./view_state";

export type FilterType = "choices" | "text" | "time" | "day" | "number" | "boolean" | "company" | "consent" | "usable";
export type Channel = Enum<"Channel">;

export interface Choice {
  value: string;
  label: string;
}

export interface PurposeChoice extends Choice {
  channels: Channel[];
}

/** One thing that a table can be filtered by. `make` gives the API's filter; undefined when it is not one. */
export interface FilterDef<Filter = object> {
  key: string;
  label: string;
  type: FilterType;
  options?: Choice[];
  purposes?: PurposeChoice[];
  /** Whether "has none" is among the choices. */
  mayBeEmpty?: boolean;
  make: (value: FilterValue) => Filter | undefined;
}

const day = 86_400_000;

/** A time's condition as the API takes it. Days are days of the reader's own calendar. */
export function timeFilter({ from, to, days, older, none }: FilterValue, now = Date.now()) {
  if (none) return { isEmpty: true };
  const filter: { gte?: string; lt?: string } = {};
  if (days) filter.gte = new Date(now - days * day).toISOString();
  if (older) filter.lt = new Date(now - older * day).toISOString();
  if (from) filter.gte = new Date(`${from}T00:00:00`).toISOString();
  if (to) {
    const end = new Date(`${to}T00:00:00`);
    end.setDate(end.getDate() + 1);
    filter.lt = end.toISOString();
  }
  return Object.keys(filter).length ? filter : undefined;
}

/** The conditions that the API is to keep, all of them; those that are incomplete say nothing. */
export function filterOf<Filter>(defs: FilterDef<Filter>[], conditions: Condition[] = []): Filter[] {
  return conditions.flatMap(({ key, value }) => {
    const made = defs.find((one) => one.key === key)?.make(value);
    return made ? [made] : [];
  });
}

/** Whether a condition says anything yet. */
export function isComplete({ type }: Pick<FilterDef, "type">, value: FilterValue): boolean {
  if (value.none) return true;
  switch (type) {
    case "choices":
    case "company":
      return !!value.in?.length;
    case "text":
      return !!value.text?.trim();
    case "time":
    case "day":
      return !!(value.from || value.to || value.days || value.older);
    case "number":
      return !!(value.min || value.max);
    case "boolean":
      return value.is !== undefined;
    case "consent":
      return !!(value.purposeId && value.channel && value.in?.length);
    case "usable":
      return !!(value.purposeId && value.channel);
  }
}

/** "Me" is whoever looks at the list, so that a link shows everybody their own. */
export function ownerFilter({ in: list = [], none }: FilterValue, me: string | undefined) {
  return none ? { isEmpty: true } : { in: list.flatMap((id) => (id === "me" ? (me ?? []) : id)) };
}
