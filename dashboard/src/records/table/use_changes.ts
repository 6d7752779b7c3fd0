import { useEffect, useEffectEvent, useRef } from "react";
import { useJournal } from "../../kit/live/use_journal";

/** Tells, at most every 400 ms, which objects whose ids begin with `prefix` the journal says were changed. */
export function useChanges(prefix: string, heard: (ids: string[]) => void) {
  const waiting = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tell = useEffectEvent(heard);
  useEffect(() => () => clearTimeout(timer.current), []);
  useJournal(({ subject, object }) => {
    for (const id of [subject, object]) if (id?.startsWith(`${prefix}_`)) waiting.current.add(id);
    if (!waiting.current.size || timer.current) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      const ids = [...waiting.current].slice(0, 100);
      for (const id of ids) waiting.current.delete(id);
      tell(ids);
    }, 400);
  });
}
