// The board's own logic: where cards stand, what totals say, which deals a filter lets through, what people type as amounts.
import { describe, expect, test } from "vitest";
import type { Card, StageHead } from "../src/board/documents";
import { parseAmount } from "../src/board/parts/parse_amount";
import { focusAfter } from "../src/board/parts/keyboard";
import { boardSearch } from "../src/board/search";
import { boardOf, placed, refreshed, withMoves, withPage, without, type Board } from "../src/board/state/board";
import { dealFilter, matcher } from "../src/board/state/filter";

const stage = (id: string, kind: StageHead["kind"] = "OPEN"): StageHead => ({ id, name: id, kind, probability: 50, position: 0, archivedAt: null });
const card = (id: string, stageId: string, more: Partial<Card> = {}): Card => ({
  id, title: id, version: 1, updatedAt: "2026-11-01T00:00:00.000Z", archivedAt: null, stageSince: "2026-11-01T00:00:00Z", expectedCloseOn: null,
  amount: { amountMinor: "1000", currency: "EUR", decimal: "10.00" }, pipeline: { id: "p" }, stage: { id: stageId, name: stageId, kind: "OPEN" }, company: null, owner: null, ...more,
});
const board = (columns: Record<string, string[]>, cursors: Record<string, string> = {}): Board =>
  boardOf("p", Object.entries(columns).map(([id, ids]) => ({
    stage: stage(id),
    totals: { count: ids.length, sums: [{ amountMinor: String(ids.length * 1000), currency: "EUR" }], weighted: [] },
    deals: { nodes: ids.map((deal) => card(deal, id)), pageInfo: { hasNextPage: id in cursors, endCursor: cursors[id] ?? null } },
  })));
const shown = ({ columns }: Board) => Object.fromEntries(columns.map(({ stage, ids }) => [stage.id, ids.join("")]));
const later = (id: string, stageId: string, more: Partial<Card> = {}) => card(id, stageId, { updatedAt: "2026-11-02T00:00:00.000Z", ...more });

describe("placing", () => {
  test("a deal goes directly below the one that the server names, or to the top", () => {
    const start = board({ a: ["1", "2", "3"], b: ["4"] });
    expect(shown(placed(start, later("3", "b"), "4"))).toEqual({ a: "12", b: "43" });
    expect(shown(placed(start, later("3", "a"), null))).toEqual({ a: "312", b: "4" });
  });

  test("totals follow, each currency by itself", () => {
    const moved = placed(board({ a: ["1"], b: [] }), later("1", "b", { amount: { amountMinor: "500", currency: "CHF", decimal: "5.00" } }), null);
    expect(moved.columns.map(({ totals }) => totals.count)).toEqual([0, 1]);
    expect(moved.columns[1]?.totals.sums).toEqual([{ amountMinor: "0", currency: "EUR" }, { amountMinor: "500", currency: "CHF" }]);
  });

  test("old news change nothing", () => {
    const now = placed(board({ a: ["1"], b: [] }), later("1", "b"), null);
    expect(placed(now, card("1", "a"), null)).toBe(now);
  });

  test("two that came together end in the right order, whichever is told first", () => {
    const start = board({ a: ["1", "2"], b: ["3"] });
    const first = placed(start, later("1", "b"), "2");
    expect(shown(placed(first, later("2", "b"), null))).toEqual({ a: "", b: "213" });
  });

  test("a deal below what was read waits for its page, which does not show it twice", () => {
    const start = board({ a: ["1"], b: ["3"] }, { b: "cursor" });
    const moved = placed(start, later("1", "b"), "far below");
    expect(shown(moved)).toEqual({ a: "", b: "3" });
    const more = withPage(moved, "b", [card("far below", "b"), later("1", "b"), card("3", "b")], null);
    expect(shown(more).b).toBe("3far below1");
  });

  test("archived deals and those of other pipelines leave", () => {
    const start = board({ a: ["1", "2"] });
    expect(shown(placed(start, later("1", "a", { archivedAt: "2026-11-02T00:00:00Z" }), null))).toEqual({ a: "2" });
    expect(shown(refreshed(start, later("2", "a", { pipeline: { id: "other" } })))).toEqual({ a: "1" });
    expect(shown(without(start, "1"))).toEqual({ a: "2" });
  });
});

describe("moves under way", () => {
  const move = (dealId: string, toStageId: string, more: { afterDealId?: string; beforeDealId?: string } = {}) => ({ key: dealId, dealId, toStageId, ...more });
  test("show where the card was dropped, and leave the truth as it is", () => {
    const start = board({ a: ["1", "2", "3"], b: ["4", "5"] });
    expect(shown(withMoves(start, [move("1", "b", { afterDealId: "4", beforeDealId: "5" })]))).toEqual({ a: "23", b: "415" });
    expect(shown(withMoves(start, [move("1", "a", { afterDealId: "3" })]))).toEqual({ a: "231", b: "45" });
    expect(shown(withMoves(start, [move("1", "b", { afterDealId: "gone", beforeDealId: "5" })]))).toEqual({ a: "23", b: "415" });
    expect(shown(start)).toEqual({ a: "123", b: "45" });
  });
  test("to another pipeline, the card leaves", () => {
    expect(shown(withMoves(board({ a: ["1"] }), [move("1", "elsewhere")]))).toEqual({ a: "" });
  });
});

test("ten thousand deals in a stage are placed within a frame", () => {
  const start = board({ a: Array.from({ length: 10_000 }, (_, index) => `d${index}`), b: [] });
  const begun = performance.now();
  placed(start, later("d9000", "a"), "d10");
  expect(performance.now() - begun).toBeLessThan(60);
});

describe("filters", () => {
  const at = Date.parse("2026-11-29T12:00:00Z");
  const none = { q: undefined, owner: undefined, min: undefined, max: undefined, close: undefined, stale: undefined };
  test("ignore case and accents, and look at the company too", () => {
    const fits = matcher({ ...none, q: "ECLAIRAGE hotel" }, { at });
    expect(fits(card("1", "a", { title: "Éclairage", company: { id: "c", name: "Hôtel du Lac" } }))).toBe(true);
    expect(fits(card("1", "a", { title: "Éclairage" }))).toBe(false);
  });
  test("know me, nobody, values, dates and standstill", () => {
    const deal = card("1", "a", { owner: { id: "me", name: "Me" }, expectedCloseOn: "2026-11-20", stageSince: "2026-10-01T00:00:00Z" });
    const fits = (filters: object, one = deal) => matcher({ ...none, ...filters }, { me: "me", at })(one);
    expect([fits({ owner: "me" }), fits({ owner: "nobody" }), fits({ min: 10 }), fits({ min: 10.01 }), fits({ max: 9 })]).toEqual([true, false, true, false, false]);
    expect([fits({ close: "overdue" }), fits({ close: "week" }), fits({ close: "none" }), fits({ stale: 30 }), fits({ stale: 90 })]).toEqual([true, false, false, true, false]);
    expect(fits({ stale: 30 }, { ...deal, stage: { ...deal.stage, kind: "WON" } })).toBe(false);
  });
  test("are told to the server in minor units", () => {
    expect(dealFilter("p", { ...none, min: 12.5, close: "none" }, at, 2, [])).toEqual({ pipeline: { in: ["p"] }, amount: { gte: "1250" }, expectedCloseOn: { isEmpty: true } });
  });
  test("of an address that somebody made up are forgotten", () => {
    expect(boardSearch({ min: "x", close: "soon", stale: -1, view: "cube", q: 5, owner: "me" })).toEqual({ owner: "me" });
  });
});

test.each([
  ["12 500", "EUR", "1250000"], ["12,500.50", "EUR", "1250050"], ["12.500,5 €", "EUR", "1250050"], ["12\u202f500,50", "EUR", "1250050"], ["1,234,567", "EUR", "123456700"],
  ["900 CHF", "CHF", "90000"], ["12,500", "JPY", "12500"], ["1.234", "BHD", "1234"], ["0", "EUR", "000"], ["12,5.5,5", "EUR", null], ["abc", "EUR", null], ["-5", "EUR", null], ["1.2345", "EUR", null],
])("%s in %s is %s", (typed, currency, minor) => {
  const parsed = parseAmount(typed, currency);
  expect(parsed === null ? null : Number(parsed)).toBe(minor === null ? null : Number(minor));
});

test("arrows lead through the stages, past empty ones", () => {
  const columns = [{ stageId: "a", ids: ["1", "2", "3"] }, { stageId: "b", ids: [] }, { stageId: "c", ids: ["4"] }];
  const to = (key: string, from: string) => focusAfter(key, from, columns)?.dealId;
  expect([to("ArrowDown", "1"), to("ArrowUp", "1"), to("ArrowRight", "3"), to("ArrowLeft", "4"), to("End", "1"), to("x", "1")]).toEqual(["2", undefined, "4", "1", "3", undefined]);
});
