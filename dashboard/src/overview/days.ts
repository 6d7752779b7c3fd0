import { clock } from "../kit/format/server_clock";

/** How often something happened on a day, as the API's `JournalDay`. */
export interface DayCount {
  date: string;
  kind: string;
  count: number;
}

/** A day with how often each kind of thing happened on it. */
export interface Day {
  date: string;
  counts: Record<string, number>;
}

const iso = (at: Date) => at.toISOString().slice(0, 10);

/** The day that is so many days after another, `2026-12-03`. */
export function dayAfter(date: string, days: number) {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return iso(at);
}

/** The last days up to today, oldest first, those without anything included. */
export function lastDays(rows: readonly DayCount[], days: number, today: string): Day[] {
  // The server counts by the controller's calendar, which may be a day ahead of the reader's.
  const last = rows.reduce((latest, { date }) => (date > latest ? date : latest), today);
  const all = new Map<string, Day>();
  for (let back = days - 1; back >= 0; back -= 1) {
    const date = dayAfter(last, -back);
    all.set(date, { date, counts: {} });
  }
  for (const { date, kind, count } of rows) {
    const day = all.get(date);
    if (day) day.counts[kind] = (day.counts[kind] ?? 0) + count;
  }
  return [...all.values()];
}

/** How often these kinds happened in all. */
export const total = (days: readonly Day[], ...kinds: string[]) => days.reduce((sum, day) => sum + countOf(day, ...kinds), 0);

/** How often these kinds happened on a day. */
export const countOf = ({ counts }: Day, ...kinds: string[]) => kinds.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);

/** Seven days in one bar where a bar a day would be too thin. Each bears its first day. */
export function byWeek(days: readonly Day[]): Day[] {
  const weeks: Day[] = [];
  for (let at = days.length; at > 0; at -= 7) {
    const week = days.slice(Math.max(0, at - 7), at);
    const counts: Record<string, number> = {};
    for (const day of week) for (const [kind, count] of Object.entries(day.counts)) counts[kind] = (counts[kind] ?? 0) + count;
    weeks.unshift({ date: week[0]!.date, counts });
  }
  return weeks;
}

/** Today by the server's clock, where the reader is. */
export function today() {
  const at = new Date(clock());
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
