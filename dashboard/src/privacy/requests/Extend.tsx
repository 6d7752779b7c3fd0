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

const EXTEND = graphql(
  `
    mutation ExtendRequest($input: ExtendRequestInput!) {
      extendRequest(input: $input) { request { ...RequestLine extendedAt extensionReason } userErrors { code field message } }
    }
  `,
  [REQUEST_LINE],
);
const reasons = ["COMPLEXITY", "NUMBER"] as const satisfies readonly Enum<"ExtensionReason">[];

/** Adds two months, and tells the person why. */
export function Extend({ request, close, done: after }: DialogProps) {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const [extend] = useAct(EXTEND);
  const [reason, setReason] = useState<(typeof reasons)[number]>("COMPLEXITY");
  const [message, setMessage] = useState("");

  async function submit() {
    const done = await extend(
      { input: { requestId: request.id, expectedVersion: request.version, reason, message: message.trim() || undefined } },
      { quiet: true },
    );
    if (done.ok) tell.done(t("extend.done"));
    if (done.ok) after();
    return done;
  }

  return (
    <ActDialog title={t("extend.title")} about={t("extend.about")} action={t("extend.submit")} submit={submit} close={close}>
      {(wrong) => (
        <>
          <Choice label={t("extend.reason")} of={reasons} named={(one) => words(`extension.${one}`)} value={reason} onChange={(one) => one && setReason(one)} error={wrong("reason")} />
          <Textarea label={t("extend.message")} description={t("extend.messageWhy")} autosize minRows={3} maxRows={12} maxLength={10_000} value={message} onChange={(event) => setMessage(event.currentTarget.value)} error={wrong("message")} />
        </>
      )}
    </ActDialog>
  );
}
