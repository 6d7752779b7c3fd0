// The overview's days: none is missing, none is counted twice.
import { describe, expect, test } from "vitest";
import { byWeek, lastDays, total } from "../src/overview/days";

const rows = [
  { date: "2026-11-27", kind: "consent.given", count: 2 },
  { date: "2026-11-29", kind: "consent.given", count: 3 },
  { date: "2026-11-29", kind: "deal.won", count: 1 },
];

describe("the last days", () => {
  test("end today, and have those on which nothing happened", () => {
    const days = lastDays(rows, 4, "2026-11-29");
    expect(days.map(({ date }) => date)).toEqual(["2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29"]);
    expect(total(days, "consent.given")).toBe(5);
    expect(total(days.slice(-1), "consent.given", "deal.won")).toBe(4);
  });

  test("end on the controller's day where it is later than the reader's", () => {
    expect(lastDays(rows, 2, "2026-11-28").map(({ date }) => date)).toEqual(["2026-11-28", "2026-11-29"]);
  });

  test("go over the end of a month and the change of the clock", () => {
    expect(lastDays([], 3, "2026-03-30").map(({ date }) => date)).toEqual(["2026-03-28", "2026-03-29", "2026-03-30"]);
    expect(lastDays([], 2, "2026-03-01").map(({ date }) => date)).toEqual(["2026-02-28", "2026-03-01"]);
  });

  test("make weeks that end today and lose nothing", () => {
    const days = lastDays(rows, 90, "2026-11-29");
    const weeks = byWeek(days);
    expect(weeks).toHaveLength(13);
    expect(weeks.at(-1)?.date).toBe("2026-11-23");
    expect(total(weeks, "consent.given")).toBe(total(days, "consent.given"));
  });
});
