import type { TadaDocumentNode } from "gql.tada";
import { useEffect, useEffectEvent } from "react";
import { pipe, subscribe } from "wonka";
import { useClient } from "urql";
import { failureOf } from "../client/failure";

interface Options<Data> {
  /** Every event, in order, once. Events without `entry` only move the position. */
  heard: (data: Data) => void;
  /** The stream ended: the journal is shorter than `after` (a restored server). Read the list again. */
  lost?: () => void;
  /** While the list was not read yet. */
  pause?: boolean;
}

/**
 * A subscription with `$after`, begun at the position that was read before the rows. It resumes by itself after the
 * last event that `heard` handled; what events say of objects is in the cache before `heard` is called.
 */
export function useLive<Data, Variables extends { after?: number | null }>(
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
  { heard, lost, pause }: Options<Data>,
) {
  const client = useClient();
  const hear = useEffectEvent(heard);
  const lose = useEffectEvent(() => lost?.());
  const key = JSON.stringify(variables);
  useEffect(() => {
    if (pause) return;
    const run = pipe(
      client.subscription(document, JSON.parse(key) as Variables),
      subscribe(({ data, error }) => {
        if (data) hear(data);
        else if (error && failureOf(error).code === "BAD_USER_INPUT") lose();
      }),
    );
    return run.unsubscribe;
  }, [client, document, key, pause]);
}
