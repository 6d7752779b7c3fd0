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

const REFUSE = graphql(
  `
    mutation RefuseRequest($input: RefuseRequestInput!) {
      refuseRequest(input: $input) { request { ...RequestLine } userErrors { code field message } }
    }
  `,
  [REQUEST_LINE],
);
const reasons = [
  "RIGHT_DOES_NOT_APPLY",
  "NOT_IDENTIFIED",
  "LEGAL_OBLIGATION",
  "LEGAL_CLAIMS",
  "RIGHTS_OF_OTHERS",
  "ACCURATE_ALREADY",
  "MANIFESTLY_UNFOUNDED",
  "EXCESSIVE",
] as const satisfies readonly Enum<"RefusalReason">[];

/** Refuses with a ground and reasons; the person's remedies are added. */
export function Refuse({ request, close, done: after }: DialogProps) {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const [refuse] = useAct(REFUSE);
  const [reason, setReason] = useState<(typeof reasons)[number]>("RIGHT_DOES_NOT_APPLY");
  const [message, setMessage] = useState("");

  async function submit() {
    const done = await refuse({ input: { requestId: request.id, expectedVersion: request.version, reason, message } }, { quiet: true });
    if (done.ok) tell.done(t("refuse.done"));
    if (done.ok) after();
    return done;
  }

  return (
    <ActDialog title={t("refuse.title")} about={t("refuse.about")} action={t("refuse.submit")} danger submit={submit} close={close}>
      {(wrong) => (
        <>
          <Choice label={t("ground")} of={reasons} named={(one) => words(`refusal.${one}`)} value={reason} onChange={(one) => one && setReason(one)} error={wrong("reason")} />
          <Textarea
            label={t("refuse.message")}
            description={t(reason === "MANIFESTLY_UNFOUNDED" || reason === "EXCESSIVE" ? "refuse.demonstrate" : "refuse.messageWhy")}
            required
            autosize
            minRows={4}
            maxRows={14}
            maxLength={10_000}
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
            error={wrong("message")}
          />
        </>
      )}
    </ActDialog>
  );
}
