// Starts, uses and stops the real program: `accord demo`, its addresses, its API and its journal.
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const root = new URL("../..", import.meta.url).pathname;

/** Polls until `ask` returns something, for effects that follow a moment after a response. */
export async function eventually(what, ask, seconds = 20) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(100)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`did not happen in ${seconds} s: ${what}`);
}

const newFolder = () => mkdtempSync(join(tmpdir(), "accord-test-"));
const remove = (folder) => rmSync(folder, { recursive: true, force: true });

/** On PostgreSQL where the tests are told so, like those of the program itself; on SQLite otherwise. */
const server = process.env.ACCORD_TEST_DATABASE === "postgres" ? process.env.ACCORD_TEST_POSTGRES_URL : undefined;
const onServer = (command) => execFileSync("psql", [server, "--quiet", "--command", command], { stdio: ["ignore", "ignore", "inherit"] });

/** A new, empty database on the server. Returns its URL. */
function newDatabase() {
  const url = new URL(server);
  url.pathname = `/accord_demo_${randomBytes(6).toString("hex")}`;
  onServer(`CREATE DATABASE ${nameOf(url)}`);
  return url.href;
}

const nameOf = (url) => new URL(url).pathname.slice(1);
const dropDatabase = (url) => onServer(`DROP DATABASE ${nameOf(url)} WITH (FORCE)`);

/**
 * Starts a demo; it is stopped after the test. `listen`, `site` and `database` are set when it must use the
 * same as before; `settings` are added to the environment.
 */
export async function startDemo(t, { data: given, database: used, ...where } = {}) {
  const data = given ?? newFolder();
  const database = used ?? (server && newDatabase());
  const demo = await run(t, { ...where, data, database });
  demos.set(data, [...(demos.get(data) ?? []), demo]);
  if (!given || (database && !used)) {
    t.after(async () => {
      // Also those that were started again on the same data.
      for (const one of demos.get(data)) await one.stop();
      if (!given) remove(data);
      if (database && !used) dropDatabase(database);
    });
  }
  return demo;
}

/** The demos that were started on a folder of data. */
const demos = new Map();

/** Runs a demo until the test ends. */
async function run(t, { data, database, listen = "127.0.0.1:0", site = "127.0.0.1:0", settings = {} }) {
  const words = ["demo", "--json", "--listen", listen, "--site", site, "--data", data, ...(database ? ["--database", database] : [])];
  const child = spawn(binary(), words, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...settings },
  });
  const log = collect(child.stderr);
  const demo = new Demo(child, data, settings, database);
  t.after(() => demo.stop());
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), "line").then(([text]) => text),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`the demo ended with ${code}:\n${log.text}`))),
    sleep(60_000, undefined, { ref: false }).then(() => Promise.reject(new Error(`the demo says nothing:\n${log.text}`))),
  ]);
  return Object.assign(demo, JSON.parse(line));
}

class Demo {
  /** The demo prints the other properties: app, site, mailbox, graphql, apiKey, member, form. */
  constructor(child, data, settings, database) {
    this.child = child;
    this.data = data;
    this.settings = settings;
    this.database = database;
  }

  /** Stops the program and waits until it has ended. */
  async stop(signal = "SIGTERM") {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill(signal);
    const patience = setTimeout(() => this.child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(patience);
  }

  /** Restarts with the same data and addresses, as after a crash: links in sent mails must still work. */
  restart(t) {
    return startDemo(t, { data: this.data, settings: this.settings, database: this.database, listen: new URL(this.app).host, site: new URL(this.site).host });
  }

  async gql(query, variables = {}) {
    const answer = await fetch(this.graphql, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${this.apiKey}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await answer.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** A second API key, created as an operator does on the server. */
  createKey(role, name = "short") {
    const words = ["key", "create", this.member.workspace, "--name", name, "--role", role];
    const own = { ACCORD_DATABASE_URL: this.database ?? `sqlite://${this.data}/accord.db` };
    if (this.database) own.ACCORD_SECRET_KEY = readFileSync(join(this.data, "secret.key"), "utf8").trim();
    const env = { ...process.env, ...own };
    return execFileSync(binary(), words, { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  }

  /** The states of a contact's consents, as staff see them; null if no contact has that address. */
  async consentsOf(email) {
    const { contacts } = await this.gql(
      `query ($email: String!) {
        contacts(first: 1, filter: { email: $email }) { nodes { consents { state } } }
      }`,
      { email },
    );
    return contacts.nodes[0]?.consents.map((consent) => consent.state) ?? null;
  }

  /** Runs `accord tail`, which shows entries from now on. */
  tail(t) {
    const child = spawn(binary(), ["tail", "--url", this.graphql, "--key", this.apiKey], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    t.after(() => child.kill());
    const output = collect(child.stdout);
    return {
      entries: () => output.text.split("\n").filter(Boolean),
      shows: (kind) => eventually(`the journal shows ${kind}`, () => output.text.includes(kind)),
    };
  }
}

function collect(stream) {
  const output = { text: "" };
  stream.setEncoding("utf8").on("data", (text) => (output.text += text));
  return output;
}

let built;
function binary() {
  built ??= process.env.ACCORD_BIN ?? build();
  return built;
}

function build() {
  const cargo = (...args) => execFileSync("cargo", args, { cwd: root, stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 28 });
  cargo("build", "--locked");
  const metadata = JSON.parse(cargo("metadata", "--no-deps", "--format-version", "1"));
  return join(metadata.target_directory, "debug", "accord");
}
