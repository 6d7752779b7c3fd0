/** The end of a period in calendar months, as the server counts: on the same day, or on the first of the next month where there is none. */
export function endOf(from: string, months: number): Date {
  const start = new Date(from);
  const end = new Date(start);
  end.setUTCMonth(end.getUTCMonth() + months);
  if (end.getUTCDate() === start.getUTCDate()) return end;
  return new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth(), 1));
}
