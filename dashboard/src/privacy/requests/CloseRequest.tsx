import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import type { DialogProps } from "./Actions";
import { REQUEST_LINE } from "./request";

const CLOSE = graphql(
  `
    mutation CloseRequest($input: CloseRequestInput!) {
      closeRequest(input: $input) { request { ...RequestLine } userErrors { code field message } }
    }
  `,
  [REQUEST_LINE],
);
const reasons = ["WITHDRAWN", "MISTAKEN"] as const satisfies readonly Enum<"ClosingReason">[];

/** Ends a request without an answer. */
export function CloseRequest({ request, close, done: after }: DialogProps) {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const [act] = useAct(CLOSE);
  const [reason, setReason] = useState<(typeof reasons)[number]>("WITHDRAWN");
  const [note, setNote] = useState("");

  async function submit() {
    const done = await act({ input: { requestId: request.id, expectedVersion: request.version, reason, note: note.trim() || undefined } }, { quiet: true });
    if (done.ok) tell.done(t("close.done"));
    if (done.ok) after();
    return done;
  }

  return (
    <ActDialog title={t("close.title")} about={t("close.about")} action={t("close.submit")} submit={submit} close={close}>
      {(wrong) => (
        <>
          <Choice label={t("close.reason")} of={reasons} named={(one) => words(`closing.${one}`)} value={reason} onChange={(one) => one && setReason(one)} error={wrong("reason")} />
          <Textarea label={t("close.note")} autosize minRows={2} maxRows={10} value={note} onChange={(event) => setNote(event.currentTarget.value)} error={wrong("note")} />
        </>
      )}
    </ActDialog>
  );
}
