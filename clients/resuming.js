// Follows Accord's subscriptions without loss and without doubles, across restarts, failovers and sleeping
// laptops.
//
// graphql-ws and graphql-sse connect again by themselves, but subscribe with the variables of the first time:
// what came after the first `after` comes again. Wrapped in this, a client subscribes after the last event it
// handed over, and what comes twice all the same is dropped. Works for every subscription that has `$after`
// and selects `position`; leaves everything else alone.
//
//     const client = resuming(createClient({ url, retryAttempts: Infinity, retryWait, shouldRetry }));
export function resuming(client) {
  const subscribe = (payload, sink) => {
    let last = payload.variables?.after;
    const variables = {
      ...payload.variables,
      // Read each time that the client subscribes, because it writes the message as JSON only then.
      get after() {
        return last;
      },
    };
    return client.subscribe(
      { ...payload, variables },
      {
        next(result) {
          const position = positionOf(result);
          if (position !== undefined && position <= (last ?? -1)) return;
          sink.next(result);
          // After the app has taken it: if that throws, it comes again.
          if (position !== undefined) last = position;
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      },
    );
  };
  return { ...client, subscribe, iterate: (payload) => iterate(subscribe, payload) };
}

/** For `for await (const result of client.iterate(…))`; the clients' own would go past us. */
async function* iterate(subscribe, payload) {
  const heard = [];
  let end;
  let wake = () => {};
  const tell = (act) => (value) => (act(value), wake());
  const stop = subscribe(payload, {
    next: tell((result) => heard.push(result)),
    error: tell((error) => (end = { error })),
    complete: tell(() => (end = {})),
  });
  try {
    for (;;) {
      while (heard.length) yield heard.shift();
      if (end?.error) throw end.error;
      if (end) return;
      await new Promise((resume) => (wake = resume));
    }
  } finally {
    stop();
  }
}

/** Where an event stands in the journal. An event without `entry` only says how far the server has looked: nothing else in it is new. */
function positionOf(result) {
  const [event] = Object.values(result.data ?? {});
  return Number.isInteger(event?.position) ? event.position : undefined;
}

/** Half a second, doubled each time up to ten, and never all clients at once. */
export function retryWait(retries) {
  const longest = Math.min(10_000, 500 * 2 ** retries);
  return new Promise((resume) => setTimeout(resume, longest * (0.5 + Math.random() / 2)));
}

/** Always, but when access has ended (4403): then the person signs in again. */
export const shouldRetry = (event) => event?.code !== 4403;
