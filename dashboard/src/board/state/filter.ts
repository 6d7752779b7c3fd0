import { fold } from "../../kit/shell/fold";
import type { Card, Sum } from "../documents";
import type { BoardSearch } from "../search";

/** What `filters` needs to know of the world. */
export interface Now {
  me?: string;
  /** The server's time, in milliseconds. */
  at: number;
}

const dayMs = 86_400_000;
export const dayOf = (at: number) => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

export const filtersOf = ({ q, owner, min, max, close, stale }: BoardSearch) => ({ q, owner, min, max, close, stale });
export type Filters = ReturnType<typeof filtersOf>;
export const anyFilter = (filters: Filters) => Object.values(filters).some((value) => value !== undefined);

/** The first and the last day that a filter on the expected close means. */
export function closeDays(close: NonNullable<Filters["close"]>, at: number): { from?: string; to?: string } {
  const days = { week: 7, month: 30, quarter: 90 } as const;
  if (close === "overdue") return { to: dayOf(at - dayMs) };
  if (close === "none") return {};
  return { from: dayOf(at), to: dayOf(at + days[close] * dayMs) };
}

/** Whether a card fits, by the same rules as `dealFilter`, which the server applies to lists. */
export function matcher({ q, owner, min, max, close, stale }: Filters, { me, at }: Now): (card: Card) => boolean {
  const words = q ? fold(q).split(/\s+/).filter(Boolean) : [];
  const days = close && closeDays(close, at);
  return (card) => {
    const text = words.length ? fold(`${card.title} ${card.company?.name ?? ""}`) : "";
    if (!words.every((word) => text.includes(word))) return false;
    if (owner === "nobody" ? card.owner : owner && card.owner?.id !== (owner === "me" ? me : owner)) return false;
    const amount = Number(card.amount.decimal);
    if ((min !== undefined && amount < min) || (max !== undefined && amount > max)) return false;
    const day = card.expectedCloseOn ?? undefined;
    if (close === "none" && day) return false;
    if (close === "overdue" && card.stage.kind !== "OPEN") return false;
    if (days && close !== "none" && (!day || (days.from && day < days.from) || (days.to && day > days.to))) return false;
    if (stale !== undefined && (card.stage.kind !== "OPEN" || at - Date.parse(card.stageSince) < stale * dayMs)) return false;
    return true;
  };
}

/** The same as the API's filter. `digits`: of the pipeline's currency. */
export function dealFilter(pipeline: string, { q, owner, min, max, close, stale }: Filters, at: number, digits: number, companies: string[]) {
  const minor = (value: number) => String(BigInt(Math.round(value * 10 ** digits)));
  const days = close && closeDays(close, at);
  const open = close === "overdue" || stale !== undefined;
  return {
    pipeline: { in: [pipeline] },
    ...(q && { or: [{ title: { contains: q } }, ...(companies.length ? [{ company: { in: companies } }] : [])] }),
    ...(owner && { owner: owner === "nobody" ? { isEmpty: true } : owner === "me" ? { me: true } : { in: [owner] } }),
    ...((min !== undefined || max !== undefined) && {
      amount: { ...(min !== undefined && { gte: minor(min) }), ...(max !== undefined && { lte: minor(max) }) },
    }),
    ...(days && {
      expectedCloseOn: close === "none" ? { isEmpty: true } : { ...(days.from && { gte: days.from }), ...(days.to && { lte: days.to }) },
    }),
    ...(stale !== undefined && { stageSince: { lte: new Date(at - stale * dayMs).toISOString() } }),
    ...(open && { kinds: ["OPEN" as const] }),
  };
}

/** The value of some deals, one sum per currency. */
export function sumsOf(cards: Card[]): Sum[] {
  const sums = new Map<string, bigint>();
  for (const { amount } of cards) sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + BigInt(amount.amountMinor));
  return [...sums].map(([currency, minor]) => ({ currency, amountMinor: String(minor) }));
}
