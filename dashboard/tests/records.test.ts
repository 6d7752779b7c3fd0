// What tables and pages of records decide: views, filters, notes, merges.
import { describe, expect, test } from "vitest";
import { merged } from "../src/companies/merged";
import { firstChoice, toSet } from "../src/contacts/merge/choices";
import { chunks } from "../src/records/bulk/use_bulk";
import { splitNote } from "../src/records/timeline/log";
import { filterOf, isComplete, ownerFilter, timeFilter } from "../src/records/view/filter";
import { compact, readView, sameView } from "../src/records/view/view_state";

describe("a view in the address", () => {
  test("is read with care", () => {
    expect(readView("nonsense")).toEqual({});
    expect(readView({ q: 5, filters: [null, { key: "owner" }, { key: "owner", value: { in: ["me"] } }], sort: { direction: "UP" }, archived: "yes" })).toEqual({
      filters: [{ key: "owner", value: { in: ["me"] } }],
    });
  });
  test("is the same whatever the order it was made in", () => {
    expect(sameView({ q: "", archived: true, columns: ["name"] }, { columns: ["name"], archived: true, filters: [] })).toBe(true);
    expect(compact({ q: "", filters: [], archived: false })).toEqual({});
  });
});

describe("filters", () => {
  const now = Date.parse("2026-11-29T12:00:00Z");
  test("of times", () => {
    expect(timeFilter({ days: 7 }, now)).toEqual({ gte: "2026-11-22T12:00:00.000Z" });
    expect(timeFilter({ older: 1 }, now)).toEqual({ lt: "2026-11-28T12:00:00.000Z" });
    expect(timeFilter({ none: true })).toEqual({ isEmpty: true });
    expect(timeFilter({})).toBeUndefined();
    const { gte, lt } = timeFilter({ from: "2026-11-29", to: "2026-11-29" }) as { gte: string; lt: string };
    expect(Date.parse(lt) - Date.parse(gte)).toBe(86_400_000);
  });
  test("of the owner name the reader as me", () => {
    expect(ownerFilter({ in: ["me", "member_b"] }, "member_a")).toEqual({ in: ["member_a", "member_b"] });
    expect(ownerFilter({ none: true }, "member_a")).toEqual({ isEmpty: true });
  });
  test("say nothing while they are incomplete or unknown", () => {
    expect(isComplete({ type: "consent" }, { purposeId: "p", channel: "EMAIL" })).toBe(false);
    expect(isComplete({ type: "boolean" }, { is: false })).toBe(true);
    const defs = [{ key: "a", label: "", type: "text" as const, make: () => undefined }];
    expect(filterOf(defs, [{ key: "a", value: {} }, { key: "gone", value: {} }])).toEqual([]);
  });
});

describe("a note", () => {
  test("that is short is its own line", () => expect(splitNote(" Called back. ")).toEqual({ subject: "Called back.", body: "" }));
  test("with a first line has it as its subject", () => expect(splitNote("Visit\n\nThey liked it.")).toEqual({ subject: "Visit", body: "They liked it." }));
  test("of 5,000 characters stands whole, and its subject fits", () => {
    const text = "Une longue phrase ".repeat(280).trim();
    const { subject, body } = splitNote(text);
    expect(body).toBe(text);
    expect([...subject].length).toBeLessThanOrEqual(141);
  });
  test("without spaces is cut between characters, never within one", () => {
    const { subject } = splitNote("🏮".repeat(400));
    expect(subject).toBe(`${"🏮".repeat(100)}…`);
  });
});

describe("a merge", () => {
  const all = [
    { key: "job_title", left: "A", right: "B" },
    { key: "phone", left: null, right: "+33" },
  ];
  test("keeps the survivor's values, and fills what it lacks", () => {
    expect(all.map((one) => firstChoice(one, "left"))).toEqual(["left", "right"]);
  });
  test("sets afterwards only what it decided otherwise", () => {
    expect(toSet(all, { job_title: "right" }, "left", { job_title: "A", phone: "+33" })).toEqual([["job_title", "B"]]);
  });
});

test("a company's changes wait for the activities between which they stand", () => {
  const activities = [{ id: "1", occurredAt: "2026-03-01T00:00:00Z" }];
  const change = (at: string, field: string) => ({ at, field, actor: "system", source: "staff", proven: true });
  const provenance = [change("2026-04-01T00:00:00Z", "name"), change("2026-04-01T00:00:00Z", "phone"), change("2026-01-01T00:00:00Z", "domain")];
  expect(merged(activities, provenance, true).map(({ at }) => at)).toEqual(["2026-04-01T00:00:00Z", "2026-03-01T00:00:00Z"]);
  expect(merged(activities, provenance, false)).toHaveLength(3);
  expect(merged(activities, provenance, false)[0]).toMatchObject({ fields: ["name", "phone"] });
});

test("many are taken a hundred at a time", () => {
  expect([...chunks(Array.from({ length: 250 }, (_, at) => at), 100)].map(({ length }) => length)).toEqual([100, 100, 50]);
});
