import { readdirSync } from "node:fs";
import { join } from "node:path";

/** The files below a folder whose path fits. */
export const files = (folder: string, fits: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => fits.test(path))
    .map((path) => join(folder, path));
