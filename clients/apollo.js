import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { OperationTypeNode } from "graphql";
import { connect } from "./graphql-ws.js";

/**
 * Queries and mutations over HTTP, subscriptions over one WebSocket that resumes. `origin`: like
 * https://crm.example.org.
 */
export function apollo(origin) {
  const socket = new GraphQLWsLink(connect(`${origin.replace(/^http/, "ws")}/graphql`));
  const http = new HttpLink({ uri: `${origin}/graphql`, credentials: "include" });
  const subscribes = ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION;
  return new ApolloClient({ link: ApolloLink.split(subscribes, socket, http), cache: new InMemoryCache() });
}
