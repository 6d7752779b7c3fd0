import { useBlocker } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import i18next from "i18next";
import { confirm } from "../dialogs/confirm";

const edits = new Set<object>();
let leaving = false;

/**
 * While `dirty`, leaving the screen or the page asks first, so that no edit is lost by accident. Call what it gives
 * when all is saved and leads elsewhere at once: `dirty` follows a moment later.
 */
export function useUnsaved(dirty: boolean): () => void {
  const [edit] = useState(() => ({}));
  useEffect(() => {
    if (!dirty) return;
    edits.add(edit);
    return () => void edits.delete(edit);
  }, [dirty, edit]);
  return () => void edits.delete(edit);
}

/** True when nothing is unsaved, or the person gives it up. */
export async function mayLeave(): Promise<boolean> {
  if (!edits.size) return true;
  const t = (key: string) => i18next.t(key, { ns: "kit" });
  const yes = await confirm({ title: t("unsaved.title"), body: t("unsaved.body"), action: t("unsaved.leave"), danger: true });
  if (yes) edits.clear();
  leaving = yes;
  return yes;
}

/** Once, in the shell. A change of the search parameters alone stays on the screen. */
export function useUnsavedGuard() {
  useBlocker({
    shouldBlockFn: async ({ current, next }) => current.pathname !== next.pathname && !(await mayLeave()),
    enableBeforeUnload: () => edits.size > 0 && !leaving,
  });
}
