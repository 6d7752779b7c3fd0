// An app on an origin of its own, built only from the code in clients/: four clients, each with the journal
// entries it received.
import { gql } from "@apollo/client";
import { apollo } from "../../../clients/apollo.js";
import { connect as overSse } from "../../../clients/graphql-sse.js";
import { connect as overWs } from "../../../clients/graphql-ws.js";
import { urql } from "../../../clients/urql.js";

const origin = document.documentElement.dataset.accord;
const JOURNAL = "subscription Follow($after: Int) { journal(after: $after) { position entry { id kind } } }";
const VIEWER = "query Viewer { viewer { role workspace { id name } } }";
const BOARD = `query Board($pipeline: ID!) { board(pipelineId: $pipeline, perStage: 5) {
  position columns { stage { id name } totals { count sums { decimal currency } } deals { nodes { id title amount { decimal currency } } } } } }`;

/** What each client received, in order, and how its stream ended, if it did. */
const heard = { ws: [], sse: [], apollo: [], urql: [] };
const ended = [];
const keep = (client) => (data) => heard[client].push(data.journal.position);
const end = (client) => (error) => ended.push(`${client}: ${error?.message ?? JSON.stringify(error) ?? "complete"}`);

let clients;

async function ask(query, variables) {
  const answer = await fetch(`${origin}/graphql`, {
    method: "POST",
    credentials: "include",
    headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
    body: JSON.stringify({ query, variables }),
  });
  return answer.json();
}

window.app = {
  heard,
  ended,
  ask,

  begin() {
    clients = {
      ws: overWs(`${origin.replace(/^http/, "ws")}/graphql`),
      sse: overSse(`${origin}/graphql`),
      apollo: apollo(origin),
      urql: urql(origin),
    };
  },

  /** Follows the journal with all four, each over its own transport. */
  follow(after) {
    const variables = { after };
    for (const name of ["ws", "sse"]) {
      const sink = { next: ({ data }) => keep(name)(data), error: end(name), complete: end(name) };
      clients[name].subscribe({ query: JOURNAL, variables }, sink);
    }
    clients.apollo
      .subscribe({ query: gql(JOURNAL), variables })
      .subscribe({ next: ({ data, error }) => (error ? end("apollo")(error) : keep("apollo")(data)), error: end("apollo"), complete: end("apollo") });
    clients.urql.subscription(JOURNAL, variables).subscribe(({ data, error }) => (error ? end("urql")(error) : keep("urql")(data)));
  },

  async roles() {
    const one = await clients.apollo.query({ query: gql(VIEWER) });
    const two = await clients.urql.query(VIEWER, {}).toPromise();
    return [one.data.viewer.role, two.data.viewer.role];
  },

  /** Queries twice with graphcache, the second time from its cache. */
  async board(pipeline) {
    const first = await clients.urql.query(BOARD, { pipeline }).toPromise();
    const second = await clients.urql.query(BOARD, { pipeline }, { requestPolicy: "cache-only" }).toPromise();
    return [first.data, second.data].map((data) => data.board.columns.length);
  },
};
