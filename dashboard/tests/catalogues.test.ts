// Every sentence exists in every language, with the same placeholders, and every key that the source names exists.
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { files } from "./files";

const src = join(import.meta.dirname, "../src");
const folders = files(src, /(^|\/)en\.json$/).map((file) => dirname(file));
const plural = /_(zero|one|two|few|many|other)$/;

type Flat = Map<string, string>;
function flatten(tree: object, prefix = "", into: Flat = new Map()): Flat {
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === "string") into.set(prefix + key, value);
    else flatten(value as object, `${prefix}${key}.`, into);
  }
  return into;
}
const read = (folder: string, language: string) => flatten(JSON.parse(readFileSync(join(folder, `${language}.json`), "utf8")));
const placeholders = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort();

describe.each(folders.map((folder) => [relative(src, folder), folder]))("%s", (_, folder) => {
  const en = read(folder, "en");
  const fr = read(folder, "fr");

  test("has the same keys in English and French", () => {
    const keys = (flat: Flat) => [...new Set([...flat.keys()].map((key) => key.replace(plural, "")))].sort();
    expect(keys(fr)).toEqual(keys(en));
  });

  test("has the plural forms of each language", () => {
    for (const [language, flat] of [["en", en], ["fr", fr]] as const) {
      const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
      for (const key of flat.keys()) {
        if (!key.endsWith("_other")) continue;
        for (const form of pluralCategories) expect([...flat.keys()]).toContain(key.replace(plural, `_${form}`));
      }
    }
  });

  test("has the same placeholders in English and French", () => {
    for (const [key, text] of en) {
      const other = fr.get(key);
      if (other !== undefined && !/_(zero|one)$/.test(key)) expect([key, ...placeholders(other)]).toEqual([key, ...placeholders(text)]);
    }
  });
});

test("every key that the source names exists", () => {
  const missing: string[] = [];
  for (const file of files(src, /\.tsx?$/)) {
    const code = readFileSync(file, "utf8");
    const namespace = /useTranslation\(\[?"([^"]+)"/.exec(code)?.[1] ?? "kit";
    for (const [, key = ""] of code.matchAll(/\bt\(\s*"([\w.:/]+)"/g)) {
      const [space, name] = key.includes(":") ? (key.split(":") as [string, string]) : [namespace, key];
      const keys = folders.includes(join(src, space)) ? [...read(join(src, space), "en").keys()] : [];
      if (!keys.some((one) => one === name || one.replace(plural, "") === name)) missing.push(`${relative(src, file)}: ${key}`);
    }
  }
  expect(missing).toEqual([]);
});

test("every kind of entry that the server writes has a sentence", () => {
  const known = flatten(JSON.parse(readFileSync(join(src, "kit/journal/en.json"), "utf8")).kind);
  const written = new Set<string>();
  const repository = join(src, "../..");
  const sources = [...files(join(repository, "src"), /\.rs$/), ...files(join(repository, "platform/src"), /\.rs$/)];
  for (const file of sources.filter((path) => !/test/.test(relative(repository, path)))) {
    const code = readFileSync(file, "utf8");
    for (const [, arguments_ = ""] of code.matchAll(/(?:Entry::new|entry_about|about|told)\(([^;]{0,160})/g)) {
      for (const [, kind = ""] of arguments_.matchAll(/"([a-z]\w*\.[a-z_]+)"/g)) written.add(kind);
    }
  }
  expect(written.size).toBeGreaterThan(100);
  expect([...written].filter((kind) => !known.has(kind) && !/\.(example|com|org|css|js|html|json)$/.test(kind))).toEqual([]);
});
