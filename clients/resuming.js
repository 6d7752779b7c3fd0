// Follows Accord's subscriptions without losing or repeating an event, across restarts, failovers and
// sleeping laptops.
//
// graphql-ws and graphql-sse reconnect by themselves, but with the variables of the first time: everything
// since the first `after` comes again. A client wrapped in this resubscribes after the last event it
// delivered, and drops repeats. It works for every subscription that has `$after` and selects `position`,
// and leaves others unchanged.
//
//     const client = resuming(createClient({ url, retryAttempts: Infinity, retryWait, shouldRetry }));
export function resuming(client) {
  const subscribe = (payload, sink) => {
    let last = payload.variables?.after;
    const variables = {
      ...payload.variables,
      // A getter, because the client serialises the message each time it subscribes.
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
          // After the application has handled it: if that throws, the event is delivered again.
          if (position !== undefined) last = position;
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      },
    );
  };
  return { ...client, subscribe, iterate: (payload) => iterate(subscribe, payload) };
}

/** For `for await (const result of client.iterate(…))`; the client's own would bypass `subscribe`. */
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

/**
 * An event's position in the journal. One without `entry` only reports how far the server has read.
 */
function positionOf(result) {
  const [event] = Object.values(result.data ?? {});
  return Number.isInteger(event?.position) ? event.position : undefined;
}

/** Exponential backoff with jitter: half a second, doubled each time up to ten seconds. */
export function retryWait(retries) {
  const longest = Math.min(10_000, 500 * 2 ** retries);
  return new Promise((resume) => setTimeout(resume, longest * (0.5 + Math.random() / 2)));
}

/** Always, except when access has ended (4403): the person must sign in again. */
export const shouldRetry = (event) => event?.code !== 4403;
