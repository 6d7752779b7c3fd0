import { expect, test } from "vitest";
import { csv } from "../src/privacy/parts/csv";
import { endOf } from "../src/privacy/retention/end_of";

test("a period ends on the same day, or on the first of the next month where there is none", () => {
  const end = (from: string, months: number) => endOf(from, months).toISOString();
  expect(end("2024-03-15T10:20:30Z", 36)).toBe("2027-03-15T10:20:30.000Z");
  expect(end("2024-12-31T10:00:00Z", 2)).toBe("2025-03-01T00:00:00.000Z");
  expect(end("2024-02-29T10:00:00Z", 12)).toBe("2025-03-01T00:00:00.000Z");
  expect(end("2026-11-30T23:59:59Z", 1)).toBe("2026-12-30T23:59:59.000Z");
});

test("cells are quoted, and none begins like a formula", () => {
  expect(csv([["a,b", 'say "so"', "two\nlines", null, -1]])).toBe('"a,b","say ""so""","two\nlines",,-1\r\n');
  expect(csv([["=1+1", "+33 1", "-5", "@x", "plain"]])).toBe("'=1+1,'+33 1,'-5,'@x,plain\r\n");
});
