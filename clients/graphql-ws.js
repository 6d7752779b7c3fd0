import { createClient } from "graphql-ws";
import { resuming, retryWait, shouldRetry } from "./resuming.js";

/** `url` like wss://crm.example.org/graphql. A program gives its key; in a browser the session's cookie goes along by itself. */
export function connect(url, apiKey) {
  return resuming(
    createClient({
      url,
      connectionParams: apiKey && { authorization: `Bearer ${apiKey}` },
      keepAlive: 15_000,
      retryAttempts: Infinity,
      retryWait,
      shouldRetry,
    }),
  );
}
