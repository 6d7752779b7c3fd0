import { useEffect, useEffectEvent } from "react";
import { hear, type Entry } from "./follow";

/** Calls `heard` for every entry that is written while the component is shown. `kinds`: only these, like `deal.moved`; `deal.` means all of deals. */
export function useJournal(heard: (entry: Entry) => void, kinds?: readonly string[]) {
  const wanted = kinds?.join(" ");
  const tell = useEffectEvent(heard);
  useEffect(() => {
    const list = wanted?.split(" ");
    const fits = (kind: string) => !list || list.some((one) => (one.endsWith(".") ? kind.startsWith(one) : kind === one));
    return hear((entry) => {
      if (fits(entry.kind)) tell(entry);
    });
  }, [wanted]);
}

/** Reads a query again, at most once a second, when something of these kinds was written. */
export function useFresh(again: (options: { requestPolicy: "network-only" }) => void, kinds: readonly string[]) {
  const ask = useEffectEvent(() => again({ requestPolicy: "network-only" }));
  const key = kinds.join(" ");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const list = key.split(" ");
    const stop = hear(({ kind }) => {
      if (timer || !list.some((one) => kind.startsWith(one))) return;
      timer = setTimeout(() => {
        timer = undefined;
        ask();
      }, 1_000);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [key]);
}
