import type { Model } from "./model";

/** Edits that were not saved yet, kept in this browser so that neither a crash nor a lost connection takes them. */
interface Kept {
  /** The version that they were made on. */
  version: number;
  model: Model;
}

const place = (formId: string) => `accord.unsaved.${formId}`;

export function keep(formId: string, kept: Kept) {
  try {
    localStorage.setItem(place(formId), JSON.stringify(kept));
  } catch {
    // A browser that stores nothing still has them in memory.
  }
}

export function kept(formId: string): Kept | undefined {
  try {
    const text = localStorage.getItem(place(formId));
    const found = text ? (JSON.parse(text) as Kept) : undefined;
    return found && typeof found.version === "number" && Array.isArray(found.model?.questions) ? found : undefined;
  } catch {
    return undefined;
  }
}

export function forget(formId: string) {
  try {
    localStorage.removeItem(place(formId));
  } catch {
    // Nothing was kept, then.
  }
}
