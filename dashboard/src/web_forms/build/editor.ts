import { createContext, use } from "react";
import type { Around } from "../form_query";
import type { Model } from "../model/model";

export interface Editor {
  model: Model;
  around: Around;
  /** For those who may not change forms, and while it is archived. */
  readOnly: boolean;
  /** One step that can be undone. `about`: what it edits, so that typing is one step. */
  edit: (about: string, change: Partial<Model>) => void;
  /** What is wrong at this path of the definition. */
  problem: (path: string) => string | undefined;
  /** Whether something is wrong at this path or below it. */
  wrong: (path: string) => boolean;
}

export const EditorContext = createContext<Editor | null>(null);

export function useEditor(): Editor {
  const editor = use(EditorContext);
  if (!editor) throw new Error("useEditor is for the parts of the builder");
  return editor;
}
