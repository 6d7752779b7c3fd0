import { useCallback, useEffect, useState } from "react";

/** Which rows are chosen. Another list begins with none. */
export function useSelection(key: string) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setChosen(new Set()), [key]);
  const choose = useCallback((ids: string[], on: boolean) => {
    setChosen((old) => {
      const now = new Set(old);
      for (const id of ids) on ? now.add(id) : now.delete(id);
      return now;
    });
  }, []);
  const clear = useCallback(() => setChosen(new Set()), []);
  return { chosen, choose, clear };
}

export type Selection = ReturnType<typeof useSelection>;
