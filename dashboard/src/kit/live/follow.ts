import { pipe, subscribe } from "wonka";
import type { Client } from "urql";
import { readAnew } from "../client/ClientProvider";
import { failureOf } from "../client/failure";
import { graphql, type ResultOf } from "../client/graphql";
import { session } from "../session/session";
import { VIEWER } from "../session/viewer";
import { connection } from "./connection";

const HEAD = graphql(`query JournalHead { journalHead }`);
const FOLLOW = graphql(`
  subscription FollowJournal($after: Int) {
    journal(after: $after) { position entry { id seq at kind actor subject object data } }
  }
`);

export type Entry = NonNullable<ResultOf<typeof FOLLOW>["journal"]["entry"]>;
type Listener = (entry: Entry) => void;

const listeners = new Set<Listener>();
let position: number | undefined;

/** Hears every entry from now on. */
export function hear(listener: Listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * Follows the whole journal for as long as the page is open: the one stream that tells the shell how far behind it
 * is, and screens what to read again.
 */
export function followJournal(client: Client): () => void {
  let stopped = false;
  let stop = () => {};
  const begin = async () => {
    const { data, error } = await client.query(HEAD, {}, { requestPolicy: "network-only" }).toPromise();
    if (stopped || session.get() === "over") return;
    if (!data) {
      // The answer of a server that is away, or of a right that ended; the connection's state tells which.
      if (error && failureOf(error).code !== "FORBIDDEN") setTimeout(() => !stopped && void begin(), 3_000);
      return;
    }
    position = position === undefined || position > data.journalHead ? data.journalHead : position;
    const run = pipe(
      client.subscription(FOLLOW, { after: position }),
      subscribe(({ data, error }) => {
        if (error) return void ended(failureOf(error).code);
        if (!data) return;
        position = data.journal.position;
        countDown();
        const { entry } = data.journal;
        if (entry) for (const listener of [...listeners]) listener(entry);
      }),
    );
    stop = run.unsubscribe;
  };
  const ended = async (code: string) => {
    stop();
    if (stopped) return;
    if (code === "BAD_USER_INPUT") {
      // The journal is shorter than what we saw: the server was restored from a backup.
      position = undefined;
      return readAnew();
    }
    const { error } = await client.query(VIEWER, {}, { requestPolicy: "network-only" }).toPromise();
    if (error && failureOf(error).code === "UNAUTHENTICATED") return;
    setTimeout(() => !stopped && void begin(), 3_000);
  };
  const unwatch = connection.subscribe(() => {
    const now = connection.get();
    if (now.state === "live" && before !== "live") void measure(client);
    before = now.state;
  });
  let before = connection.get().state;
  void begin();
  return () => {
    stopped = true;
    unwatch();
    stop();
  };
}

/** After a reconnection: how many entries are still to come. */
async function measure(client: Client) {
  const { data } = await client.query(HEAD, {}, { requestPolicy: "network-only" }).toPromise();
  if (!data || position === undefined) return;
  head = data.journalHead;
  countDown();
}

let head = 0;
function countDown() {
  const behind = Math.max(0, head - (position ?? head));
  connection.set((old) => (old.state === "live" && old.behind !== behind ? { state: "live", behind } : old));
}
