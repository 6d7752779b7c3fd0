import { expect, test } from "vitest";
import { formats } from "../src/kit/format/formats";

const en = formats("en-GB");
const fr = formats("fr-FR");
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

test("money comes from minor units, however large, in each currency's decimals", () => {
  expect(en.money({ amountMinor: "1440000", currency: "EUR" })).toBe("€14,400.00");
  expect(plain(fr.money({ amountMinor: "1440000", currency: "EUR" }))).toBe("14 400,00 €");
  expect(en.money({ amountMinor: "-5", currency: "EUR" })).toBe("-€0.05");
  expect(en.money({ amountMinor: "1500", currency: "JPY" })).toBe("JP¥1,500");
  expect(plain(en.money({ amountMinor: "1500", currency: "KWD" }))).toBe("KWD 1.500");
  expect(en.money({ amountMinor: "900719925474099301", currency: "EUR" })).toBe("€9,007,199,254,740,993.01");
});

test("times are told relative to now", () => {
  const now = Date.parse("2026-11-29T12:00:00Z");
  expect(en.relative("2026-11-29T11:59:30Z", now)).toBe("now");
  expect(en.relative("2026-11-29T11:00:00Z", now)).toBe("1 hour ago");
  expect(fr.relative("2026-12-02T12:00:00Z", now)).toBe("dans 3 jours");
});

test("a day stays the same day everywhere", () => {
  expect(en.day("2026-11-24")).toBe("24 Nov 2026");
});
