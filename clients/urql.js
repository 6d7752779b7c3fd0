import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { keys } from "./graphcache-keys.js";
import { connect } from "./graphql-ws.js";

/**
 * With the normalised cache: what an event says of a deal is updated wherever the deal is shown. `origin`: like
 * https://crm.example.org.
 */
export function urql(origin) {
  const socket = connect(`${origin.replace(/^http/, "ws")}/graphql`);
  return new Client({
    url: `${origin}/graphql`,
    fetchOptions: { credentials: "include" },
    preferGetMethod: false,
    exchanges: [
      cacheExchange({ keys }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink) }),
        }),
      }),
    ],
  });
}
