import type { TadaDocumentNode } from "gql.tada";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient, type AnyVariables, type Client, type OperationResult } from "urql";
import { askStepUp } from "../dialogs/step_up";
import { tell } from "../dialogs/notify";
import { loadWords } from "../problems/in_words";
import { failureOf, type Failure } from "./failure";
import { useFailureText } from "./failure_text";
import { problemsOf, fieldMessages, type Problem } from "./problems";

/** What became of an act. When it is not `ok`, nothing was changed (except possibly after TIMEOUT). */
export type Done<Data> =
  | { ok: true; data: Data }
  | { ok: false; problems: Problem[]; fields: Record<string, string>; failure?: Failure };

interface Options {
  /** Leave it to the caller to say what went wrong. */
  quiet?: boolean;
}

/**
 * A mutation as a function, and whether it is running. It asks for the second factor when the API wants it and then
 * repeats itself, waits when the server is busy, and tells in a notification what no field can show.
 */
export function useAct<Data, Variables extends AnyVariables>(document: TadaDocumentNode<Data, Variables>) {
  const client = useClient();
  const { t } = useTranslation("kit");
  const failureText = useFailureText();
  const [running, setRunning] = useState(0);

  const act = useCallback(
    async (variables: Variables, { quiet }: Options = {}): Promise<Done<Data>> => {
      setRunning((count) => count + 1);
      const result = await perform(client, document, variables).finally(() => setRunning((count) => count - 1));
      if (result.error || !result.data) {
        const failure = result.error ? failureOf(result.error) : { code: "INTERNAL", message: "" };
        if (!quiet && failure.code !== "UNAUTHENTICATED") tell.failed(failureText(failure));
        return { ok: false, problems: [], fields: {}, failure };
      }
      if (!problemsOf(result.data, t).length) return { ok: true, data: result.data };
      await loadWords();
      const problems = problemsOf(result.data, t);
      const unplaced = problems.filter(({ field }) => !field);
      if (!quiet && unplaced.length) tell.failed(unplaced.map(({ message }) => message).join(" "));
      return { ok: false, problems, fields: fieldMessages(problems) };
    },
    [client, document, failureText, t],
  );
  return [act, running > 0] as const;
}

/** The same for code outside components: one operation, with step-up and patience. */
export async function perform<Data, Variables extends AnyVariables>(
  client: Client,
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<OperationResult<Data, Variables>> {
  let result = await run(client, document, variables);
  for (let patience = 3; patience > 0 && result.error; patience -= 1) {
    const { code, retryAfterMs = 500 } = failureOf(result.error);
    if (code === "BUSY" && retryAfterMs <= 5_000) await new Promise((resume) => setTimeout(resume, retryAfterMs));
    else if (code === "SECOND_FACTOR_REQUIRED") {
      if (!(await askStepUp())) return result;
    } else return result;
    result = await run(client, document, variables);
  }
  return result;
}

function run<Data, Variables extends AnyVariables>(
  client: Client,
  document: TadaDocumentNode<Data, Variables>,
  variables: Variables,
) {
  const [definition] = document.definitions;
  const reads = definition && "operation" in definition && definition.operation === "query";
  return reads
    ? client.query(document, variables, { requestPolicy: "network-only" }).toPromise()
    : client.mutation(document, variables).toPromise();
}
