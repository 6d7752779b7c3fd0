import { useMemo, useState } from "react";
import { recall, remember } from "../../kit/remembered";
import { useViewer } from "../../kit/session/viewer";
import { readView, type ViewState } from "./view_state";

export interface SavedView {
  id: string;
  name: string;
  view: ViewState;
}

/** The member's own views of a table, kept in this browser: the API has no place for them. */
export function useSavedViews(table: string) {
  const { member, workspace } = useViewer();
  const key = `views.${table}.${member?.id ?? workspace.id}`;
  const [version, setVersion] = useState(0);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the version says when it was written.
  const views = useMemo(() => parse(recall(key)), [key, version]);
  const write = (next: SavedView[]) => {
    remember(key, JSON.stringify(next));
    setVersion((old) => old + 1);
  };
  return {
    views,
    add(name: string, view: ViewState) {
      write([...views, { id: crypto.randomUUID(), name, view }]);
    },
    change(id: string, view: ViewState) {
      write(views.map((one) => (one.id === id ? { ...one, view } : one)));
    },
    /** Takes it away, and gives what puts it back. */
    remove(id: string) {
      const before = views;
      write(views.filter((one) => one.id !== id));
      return () => write(before);
    },
  };
}

export function parse(text: string | undefined): SavedView[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(list)) return [];
    return list
      .filter((one) => typeof one?.id === "string" && typeof one?.name === "string")
      .map((one) => ({ id: one.id, name: one.name, view: readView(one.view) }));
  } catch {
    return [];
  }
}
