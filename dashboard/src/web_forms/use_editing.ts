import { useEffect, useMemo, useReducer, useRef, useState } from "react";
import type { EditedForm } from "./form_query";
import { begin, step } from "./model/history";
import { forget, keep, kept } from "./model/kept";
import { fromApi, sameDraft, type ApiDefinition, type Model } from "./model/model";

const read = ({ name, draft }: { name: string; draft: ApiDefinition }) => fromApi(name, draft);

/**
 * The draft under one's hands: undo and redo, what is not saved (kept in this browser, too), and what somebody else
 * saved meanwhile.
 */
export function useEditing(form: EditedForm) {
  const server = useMemo(() => read(form), [form]);
  /** What our edits are based on. */
  const [base, setBase] = useState(() => ({ version: form.version, model: server }));
  const [restored, setRestored] = useState(false);
  const [history, act] = useReducer(step, undefined, () => {
    const left = kept(form.id);
    return begin(left ? left.model : server);
  });
  const dirty = !sameDraft(history.now, base.model);
  const conflict = form.version !== base.version && dirty ? server : undefined;
  const started = useRef(false);

  useEffect(() => {
    if (started.current) return;
    started.current = true;
    const left = kept(form.id);
    if (!left) return;
    setRestored(true);
    // Edits on an older version: somebody saved since. The conflict is shown, nothing is thrown away.
    if (left.version !== form.version) setBase((old) => ({ ...old, version: left.version }));
  }, [form.id, form.version]);

  useEffect(() => {
    if (form.version === base.version || dirty) return;
    setBase({ version: form.version, model: server });
    act({ kind: "reset", model: server });
  }, [form.version, base.version, dirty, server]);

  useEffect(() => {
    if (!dirty) return void (started.current && !kept(form.id) ? undefined : forget(form.id));
    const timer = setTimeout(() => keep(form.id, { version: base.version, model: history.now }), 300);
    return () => clearTimeout(timer);
  }, [dirty, form.id, base.version, history.now]);

  return {
    model: history.now,
    base,
    dirty,
    conflict,
    /** The edits were left from an earlier visit. */
    restored: restored && dirty,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    edit: (about: string, change: Partial<Model>) => act({ kind: "edit", model: { ...history.now, ...change }, about, at: Date.now() }),
    undo: () => act({ kind: "undo" }),
    redo: () => act({ kind: "redo" }),
    /** After a save: the server has what `model` was. */
    saved(version: number, model: Model) {
      setBase({ version, model });
      forget(form.id);
      setRestored(false);
    },
    /** Gives one's own edits up. */
    discard() {
      setBase({ version: form.version, model: server });
      act({ kind: "reset", model: server });
      forget(form.id);
      setRestored(false);
    },
    /** Keeps one's own edits, which will replace what the other person saved. */
    insist: () => setBase({ version: form.version, model: server }),
  };
}

export type Editing = ReturnType<typeof useEditing>;
