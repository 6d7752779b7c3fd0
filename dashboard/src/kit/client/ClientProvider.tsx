import { useCallback, useEffect, useState, type ReactNode } from "react";
import { Provider } from "urql";
import { createStore, useStore } from "../store";
import { makeClient } from "./make_client";

const generation = createStore(0);

/** Reads everything anew: after a sign-in, or when the server was restored from a backup. Edits stay. */
export function readAnew() {
  generation.set((number) => number + 1);
}

export function ClientProvider({ children }: { children: ReactNode }) {
  const number = useStore(generation);
  const [current, setCurrent] = useState(() => ({ number, client: makeClient() }));
  const renew = useCallback(() => setCurrent({ number, client: makeClient() }), [number]);
  useEffect(() => {
    if (current.number !== number) renew();
  }, [current.number, number, renew]);
  return <Provider value={current.client}>{children}</Provider>;
}
