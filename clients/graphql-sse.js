import { createClient } from "graphql-sse";
import { resuming, retryWait } from "./resuming.js";

/** Server-sent events, for networks that block WebSockets. `url`: like https://crm.example.org/graphql. */
export function connect(url, apiKey) {
  let refused = false;
  return resuming(
    createClient({
      url,
      credentials: "include",
      headers: apiKey && { authorization: `Bearer ${apiKey}` },
      retryAttempts: Infinity,
      async fetchFn(...request) {
        const answer = await fetch(...request);
        refused = answer.status === 401 || answer.status === 403;
        return answer;
      },
      async retry(retries) {
        if (refused) throw new Error("access has ended: sign in again");
        await retryWait(retries);
      },
    }),
  );
}
