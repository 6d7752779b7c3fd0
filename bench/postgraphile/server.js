// PostGraphile with the settings that its documentation recommends for production: one process, a pool as
// large as Accord's, prepared statements and operation plans cached (both by default), answers serialised
// directly to text; no GraphiQL, watch mode, explain or introspection.
import { createServer } from "node:http";
import { PgAggregatesPreset } from "@graphile/pg-aggregates";
import pg from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { NoSchemaIntrospectionCustomRule } from "postgraphile/graphql";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const { DATABASE_URL, PORT, CONNECTIONS = "16" } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: Number(CONNECTIONS), min: Number(CONNECTIONS) });
// Without a listener, an error on an idle connection would end the process.
pool.on("error", (error) => console.error(error.message));

const noIntrospection = {
  name: "NoIntrospectionPlugin",
  version: "1.0.0",
  grafserv: {
    middleware: {
      setPreset(next, event) {
        event.validationRules.push(NoSchemaIntrospectionCustomRule);
        return next();
      },
    },
  },
};

// PostGraphile renames every `id` to "rowId", which would clash with Accord's `row_id`.
const names = {
  name: "NamesPlugin",
  version: "1.0.0",
  inflection: {
    replace: {
      _attributeName(previous, options, details) {
        return details.attributeName === "row_id" ? "of_row" : previous.call(this, details);
      },
    },
  },
};

const preset = {
  extends: [PostGraphileAmberPreset, PgAggregatesPreset],
  plugins: [noIntrospection, names],
  // This plugin hides conditions on columns without an index, such as `archivedAt`, which every list of
  // Accord filters on.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  pgServices: [makePgService({ pool, schemas: ["public"], pubsub: false })],
  // Short relations are plain lists, as in Accord.
  schema: { defaultBehavior: "connection list" },
  grafast: { explain: false },
  grafserv: {
    graphiql: false,
    graphiqlOnGraphQLGET: false,
    watch: false,
    websockets: false,
    outputDataAsString: true,
  },
};

const serv = postgraphile(preset).createServ(grafserv);
const server = createServer();
await serv.addTo(server);
await serv.ready();
server.listen(Number(PORT), "127.0.0.1");
