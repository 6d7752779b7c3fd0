import { clock } from "../../kit/format/server_clock";

const pad = (number: number) => String(number).padStart(2, "0");
const dayOf = (date: Date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;

/** For `<input type="date">`: the day so many days from now. */
export const dayIn = (days: number) => dayOf(new Date(clock() + days * 86_400_000));

/** For `<input type="datetime-local">`. */
export function toLocal(moment: string | number | null | undefined): string {
  if (moment === null || moment === undefined) return "";
  const date = new Date(moment);
  return `${dayOf(date)}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

export const nowLocal = () => toLocal(clock());

/** What an input of a moment says, for the API; null when it is empty. */
export const fromLocal = (text: string): string | null => (text ? new Date(text).toISOString() : null);

/** The last moment of a day. */
export const endOfDay = (day: string): string => new Date(`${day}T23:59:59`).toISOString();

/** So many days after a day, as the API writes moments. */
export const inDays = (days: number, from: number = clock()) => new Date(from + days * 86_400_000).toISOString();
