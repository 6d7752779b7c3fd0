import { useEffect, useEffectEvent, useState } from "react";
import { connection } from "../../kit/live/connection";
import { session } from "../../kit/session/session";
import { useUnsaved } from "../../kit/shell/unsaved";

/** What became of saving a field. `later`: it can be tried again once the server or the session is back. */
export type Saved =
  | { state: "saved" }
  | { state: "conflict"; theirs: string }
  | { state: "failed"; why: string; later: boolean };

export interface Draft {
  /** What the editor holds; undefined while nobody edits. */
  text: string | undefined;
  saving: boolean;
  problem?: Saved;
  begin: () => void;
  write: (text: string) => void;
  /** Saves `text`, or what the editor holds. */
  commit: (text?: string) => Promise<void>;
  drop: () => void;
  /** After a conflict: mine counts all the same. */
  insist: () => Promise<void>;
}

/**
 * An edit that is never lost: it stays until it is saved or given up, is tried again when the connection or the
 * session is back, and is never written over what somebody else wrote meanwhile.
 */
export function useDraft(current: string, save: (text: string, base: string) => Promise<Saved>): Draft {
  const [edit, setEdit] = useState<{ text: string; base: string }>();
  const [saving, setSaving] = useState(false);
  const [problem, setProblem] = useState<Saved>();
  useUnsaved(edit !== undefined && edit.text !== edit.base);

  async function put(text: string, base: string) {
    if (text === base && current === base) return drop();
    setEdit({ text, base });
    setSaving(true);
    const saved = current === base ? await save(text, base) : current === text ? ({ state: "saved" } as const) : ({ state: "conflict", theirs: current } as const);
    setSaving(false);
    if (saved.state === "saved") drop();
    else setProblem(saved);
  }

  function drop() {
    setEdit(undefined);
    setProblem(undefined);
  }

  const retry = useEffectEvent(() => {
    if (edit && !saving && problem?.state === "failed" && problem.later) void put(edit.text, edit.base);
  });
  useEffect(() => {
    const back = () => {
      if (connection.get().state === "live" && session.get() === "in") retry();
    };
    const stops = [connection.subscribe(back), session.subscribe(back)];
    addEventListener("online", back);
    return () => {
      stops.forEach((stop) => stop());
      removeEventListener("online", back);
    };
  }, []);
  // A server that was away for a moment only is not always noticed by the live connection.
  const waits = problem?.state === "failed" && problem.later && !saving;
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(retry, 5_000);
    return () => clearInterval(timer);
  }, [waits]);

  return {
    text: edit?.text,
    saving,
    problem,
    begin: () => edit ?? setEdit({ text: current, base: current }),
    write: (text) => {
      setEdit((old) => ({ text, base: old?.base ?? current }));
      setProblem(undefined);
    },
    commit: async (text) => {
      if (saving) return;
      const now = text ?? edit?.text;
      if (now !== undefined) await put(now, edit?.base ?? current);
    },
    drop,
    insist: async () => {
      if (!edit) return;
      const theirs = problem?.state === "conflict" ? problem.theirs : current;
      setProblem(undefined);
      setEdit({ text: edit.text, base: theirs });
      setSaving(true);
      const saved = await save(edit.text, theirs);
      setSaving(false);
      if (saved.state === "saved") drop();
      else setProblem(saved);
    },
  };
}
