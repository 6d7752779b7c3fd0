// GraphiQL on our own endpoint, with the examples of docs/api.md above it. Everything goes over HTTP,
// subscriptions as an event stream, so that an error is shown at once: a refused WebSocket would be retried
// silently.
const at = (id) => document.getElementById(id);

function ask(params, signal, typed = {}) {
  const key = at("key").value.trim();
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json, text/event-stream" };
  if (key) headers.authorization = `Bearer ${key}`;
  return fetch("/graphql", { method: "POST", signal, headers: { ...headers, ...typed }, body: JSON.stringify(params) });
}

async function fetcher(params, { headers } = {}) {
  const end = new AbortController();
  const answer = await ask(params, end.signal, headers);
  const type = answer.headers.get("content-type") ?? "";
  return type.startsWith("text/event-stream") ? events(answer.body, end) : answer.json();
}

/** The answers in an event stream, until it ends or the caller stops reading. */
async function* events(body, end) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const whole = (heard + value).split("\n\n");
      heard = whole.pop();
      for (const event of whole) {
        const [, data] = event.match(/^event: next\ndata: (.*)$/) ?? [];
        if (data) yield JSON.parse(data);
      }
    }
  } finally {
    end.abort();
  }
}

const IDS = `query Ids {
  viewer { workspace { slug } }
  journalHead
  purposes { id legalBasis channels archivedAt }
  pipelines { id stages { id kind } }
  deals(first: 1) { nodes { id stage { id } pipeline { id } } }
}`;

/** Values for the examples' placeholders, from the caller's workspace; empty when nobody is signed in. */
async function ids() {
  const { data, errors } = await (await ask({ query: IDS })).json();
  at("said").textContent = data ? "" : `${errors[0].message} (Until then, the ids in the variables are missing.)`;
  if (!data) return {};
  const purpose = data.purposes.find((one) => one.legalBasis === "CONSENT" && !one.archivedAt && one.channels.includes("EMAIL"));
  const [deal] = data.deals.nodes;
  const pipeline = data.pipelines.find((one) => one.id === deal?.pipeline.id) ?? data.pipelines[0];
  const stage = pipeline?.stages.find((one) => one.kind === "OPEN" && one.id !== deal?.stage.id);
  return {
    $workspace: data.viewer.workspace.slug,
    // A recent entry, so that a subscription has events at once.
    $lately: Math.max(0, data.journalHead - 50),
    $purpose: purpose?.id,
    $pipeline: pipeline?.id,
    $deal: deal?.id,
    $stage: stage?.id,
  };
}

const named = (variables, found) => JSON.parse(JSON.stringify(variables), (_, value) => found[value] ?? value);

const WELCOME = `# Choose an example above, or write your own.
#
# Subscriptions run here too: \`FollowBoard\`, then \`Move\` in a second tab.

query {
  viewer { role workspace { name } }
  contacts(first: 10) {
    nodes { id email consents { state purpose { key } } }
  }
}
`;

// Queries are not stored in the browser.
const nowhere = { getItem: () => null, setItem() {}, removeItem() {}, clear() {}, length: 0 };
const root = ReactDOM.createRoot(at("graphiql"));

function show(query, variables) {
  const given = variables && JSON.stringify(variables, null, 2);
  const props = { fetcher, storage: nowhere, defaultEditorToolsVisibility: "variables", shouldPersistHeaders: false };
  root.render(React.createElement(GraphiQL, { ...props, query, variables: given }));
}

async function offer() {
  const examples = await (await fetch("/graphiql/examples.json")).json();
  for (const { title, query, variables } of examples) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", async () => {
      // Before signing in there is no workspace to read IDs from, unless a key was entered.
      const found = query.includes("signIn(") && !at("key").value ? {} : await ids();
      show(query, named(variables, found));
      for (const other of at("examples").children) other.setAttribute("aria-pressed", String(other === button));
    });
    at("examples").append(button);
  }
}

show(WELCOME);
offer();
