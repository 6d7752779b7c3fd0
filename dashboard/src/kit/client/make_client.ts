import { cacheExchange } from "@urql/exchange-graphcache";
import { Client, fetchExchange, mapExchange, subscriptionExchange } from "urql";
import { possibleTypes, withoutId } from "../generated/cache";
import { currentLanguage } from "../i18n/language";
import { socket } from "../live/socket";
import { sessionOver } from "../session/session";
import { fetchAndLearnTime } from "../format/server_clock";
import { failureOf } from "./failure";
import { updates } from "./updates";

const keys = Object.fromEntries(withoutId.map((type) => [type, () => null]));

/**
 * The one client of the page. Queries and mutations go by POST (cookies are set by them), subscriptions over one
 * WebSocket that resumes where it stopped.
 */
export function makeClient() {
  return new Client({
    url: "/graphql",
    preferGetMethod: false,
    fetch: fetchAndLearnTime,
    requestPolicy: "cache-and-network",
    fetchOptions: () => ({ credentials: "same-origin", headers: { "Accept-Language": currentLanguage() } }),
    exchanges: [
      mapExchange({
        onError(error) {
          if (failureOf(error).code === "UNAUTHENTICATED") sessionOver();
        },
      }),
      cacheExchange({ keys, possibleTypes, updates }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket().subscribe({ query: query!, variables }, sink) }),
        }),
      }),
    ],
  });
}
