import { createClient } from "graphql-ws";
import { connection } from "./connection";
import { resuming, type Resuming } from "./resuming";

let made: Resuming | undefined;

/** The page's one WebSocket, opened with the first subscription. */
export function socket(): Resuming {
  made ??= resuming(
    createClient({
      url: `${location.origin.replace(/^http/, "ws")}/graphql`,
      keepAlive: 15_000,
      retryAttempts: Infinity,
      retryWait,
      shouldRetry: (event) => (event as CloseEvent | undefined)?.code !== 4403,
      on: {
        connected: () => connection.set({ state: "live", behind: 0 }),
        closed: (event) => {
          const code = (event as CloseEvent | undefined)?.code;
          if (code === 4403) connection.set({ state: "refused" });
          else if (code !== 1000) connection.set((old) => (old.state === "reconnecting" ? old : lost()));
        },
      },
    }),
  );
  return made;
}

const lost = () => ({ state: "reconnecting", since: Date.now() }) as const;

/** Half a second, doubled each time up to ten seconds, with jitter; at once when the network comes back. */
function retryWait(retries: number) {
  const longest = Math.min(10_000, 500 * 2 ** retries);
  return new Promise<void>((resume) => {
    const go = () => {
      clearTimeout(timer);
      removeEventListener("online", go);
      resume();
    };
    const timer = setTimeout(go, longest * (0.5 + Math.random() / 2));
    addEventListener("online", go);
  });
}
