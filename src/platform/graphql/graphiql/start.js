// Starts GraphiQL on our own endpoint. The key goes into the "Headers" pane: {"Authorization": "Bearer accord_key_…"}.
const socket = location.origin.replace(/^http/, "ws") + "/graphql";
const fetcher = GraphiQL.createFetcher({ url: "/graphql", subscriptionUrl: socket });
const hint = `# Put your API key into the Headers pane below:
#   { "Authorization": "Bearer accord_key_…" }
#
# Then press play. Subscriptions run here too.

query {
  viewer { role workspace { name } }
  contacts(first: 10) {
    nodes { id email consents { state purpose { key } } }
  }
}
`;
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: hint,
    defaultEditorToolsVisibility: "headers",
    shouldPersistHeaders: false,
  }),
);
