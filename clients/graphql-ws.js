import { createClient } from "graphql-ws";
import { resuming, retryWait, shouldRetry } from "./resuming.js";

/**
 * `url`: like wss://crm.example.org/graphql. `apiKey`: for programs; browsers send the session cookie
 * automatically.
 */
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
