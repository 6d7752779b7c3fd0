// Fails when the first load exceeds its budget: the entry chunk and everything that it imports statically, compressed.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budget = 250_000;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));
const size = (file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

const entry = Object.values(manifest).find(({ isEntry }) => isEntry);
const chunks = new Set();
const collect = (chunk) => {
  if (chunks.has(chunk)) return;
  chunks.add(chunk);
  for (const name of chunk.imports ?? []) collect(manifest[name]);
};
collect(entry);

const sizes = [...chunks].map(({ file }) => [file, size(file)]);
const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
for (const [file, bytes] of sizes) console.log(`${String(bytes).padStart(8)}  ${file}`);
console.log(`${String(total).padStart(8)}  first load of script, gzip; the budget is ${budget}`);
if (total > budget) {
  console.error("The first load is too large: load what not every screen needs lazily.");
  process.exit(1);
}
