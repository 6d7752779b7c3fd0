// clients/resuming.js of the repository, typed: goes on after the last event that was handled, drops repeats.
import type { FormattedExecutionResult } from "graphql";
import type { Client, Sink, SubscribePayload } from "graphql-ws";

export interface Resuming {
  subscribe(payload: SubscribePayload, sink: Sink<FormattedExecutionResult<any, any>>): () => void;
}

/** For every subscription that has `$after` and selects `position`; others are left unchanged. */
export function resuming(client: Client): Resuming {
  return {
    subscribe(payload, sink) {
      let last = payload.variables?.after as number | null | undefined;
      const variables = {
        ...payload.variables,
        // A getter, because the client serialises the message each time it subscribes.
        get after() {
          return last;
        },
      };
      return client.subscribe<any, any>(
        { ...payload, variables },
        {
          next(result) {
            const position = positionOf(result);
            if (position !== undefined && position <= (last ?? -1)) return;
            sink.next(result);
            if (position !== undefined) last = position;
          },
          error: (error) => sink.error(error),
          complete: () => sink.complete(),
        },
      );
    },
  };
}

function positionOf(result: FormattedExecutionResult<any, any>): number | undefined {
  const [event] = Object.values((result.data ?? {}) as Record<string, { position?: unknown } | null>);
  return typeof event?.position === "number" ? event.position : undefined;
}
