import { clock } from "./server_clock";

/** Everything that Intl writes for us, in one language. */
export function formats(tag: string) {
  const date = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", year: "numeric" });
  const time = new Intl.DateTimeFormat(tag, { hour: "2-digit", minute: "2-digit" });
  const moment = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short" });
  const full = new Intl.DateTimeFormat(tag, { dateStyle: "full", timeStyle: "medium" });
  const day = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const dayShort = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", timeZone: "UTC" });
  const number = new Intl.NumberFormat(tag);
  const percent = new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  const list = new Intl.ListFormat(tag, { type: "conjunction" });
  const at = (value: string | number | Date) => new Date(value);
  return {
    /** 3 Dec 2026 */
    date: (value: string | Date) => date.format(at(value)),
    /** A day without a time, `2026-12-03`. */
    day: (value: string) => day.format(new Date(`${value}T00:00:00Z`)),
    /** The same without its year: for axes. */
    dayShort: (value: string) => dayShort.format(new Date(`${value}T00:00:00Z`)),
    time: (value: string | Date) => time.format(at(value)),
    /** 3 Dec 2026, 14:05 */
    moment: (value: string | Date) => moment.format(at(value)),
    /** With weekday and seconds: for tooltips and proofs. */
    full: (value: string | Date) => full.format(at(value)),
    /** "2 hours ago", "in 3 days": by the server's clock, whatever the browser's says. */
    relative: (value: string | Date, now: number = clock()) => relativeTo(relative, at(value).getTime() - now),
    number: (value: number | bigint) => number.format(value),
    /** 0.25 → 25 % */
    percent: (value: number) => percent.format(value),
    money: (value: Amount, options: { cents?: boolean } = {}) => money(tag, value, options),
    list: (values: string[]) => list.format(values),
  };
}

/** As the API's `Money`. `decimal` may be left out: it follows from the minor units and the currency. */
export interface Amount {
  amountMinor?: string;
  currency: string;
  decimal?: string;
}

function money(tag: string, { amountMinor, currency, decimal }: Amount, { cents = true }: { cents?: boolean }) {
  const whole = cents ? {} : { maximumFractionDigits: 0, minimumFractionDigits: 0 };
  const format = new Intl.NumberFormat(tag, { style: "currency", currency, ...whole });
  const digits = new Intl.NumberFormat(tag, { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  // As text: amounts can be larger than what a number holds exactly.
  return format.format((decimal ?? decimalOf(amountMinor ?? "0", digits)) as Intl.StringNumericLiteral);
}

function decimalOf(minor: string, digits: number) {
  if (digits === 0) return minor;
  const sign = minor.startsWith("-") ? "-" : "";
  const padded = minor.replace("-", "").padStart(digits + 1, "0");
  return `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600_000],
  ["month", 2_629_800_000],
  ["week", 604_800_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

function relativeTo(format: Intl.RelativeTimeFormat, difference: number) {
  const [unit, size] = units.find(([, size]) => Math.abs(difference) >= size) ?? ["second", 1_000];
  const amount = Math.trunc(difference / size);
  return unit === "second" ? format.format(0, "second") : format.format(amount, unit);
}
