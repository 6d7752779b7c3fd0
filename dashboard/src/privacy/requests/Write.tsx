import { SegmentedControl, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { ActDialog } from "../parts/ActDialog";
import type { DialogProps } from "./Actions";
import { REQUEST_LINE } from "./request";

const ANSWER = graphql(
  `
    mutation AnswerRequest($input: AnswerRequestInput!) {
      answerRequest(input: $input) { request { ...RequestLine } userErrors { code field message } }
    }
  `,
  [REQUEST_LINE],
);

/** Writes to the person, or notes what they wrote. The request stays open. */
export function Write({ request, close, done: after }: DialogProps) {
  const { t } = useTranslation("privacy/requests");
  const [answer] = useAct(ANSWER);
  const [from, setFrom] = useState<"us" | "them">(request.email ? "us" : "them");
  const [message, setMessage] = useState("");

  async function submit() {
    const done = await answer(
      { input: { requestId: request.id, expectedVersion: request.version, message, fromThePerson: from === "them" || undefined } },
      { quiet: true },
    );
    if (done.ok) tell.done(t(`write.done.${from}`));
    if (done.ok) after();
    return done;
  }

  return (
    <ActDialog title={t("write.title")} action={t(`write.submit.${from}`)} submit={submit} close={close}>
      {(wrong) => (
        <>
          <SegmentedControl
            value={from}
            onChange={(value) => setFrom(value as "us" | "them")}
            aria-label={t("write.direction")}
            data={[
              { value: "us", label: t("write.us"), disabled: !request.email },
              { value: "them", label: t("write.them") },
            ]}
          />
          <Textarea
            label={t(`write.message.${from}`)}
            description={t(`write.why.${from}`, { email: request.email })}
            required
            autosize
            minRows={5}
            maxRows={16}
            maxLength={10_000}
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
            error={wrong("message")}
            data-autofocus
          />
        </>
      )}
    </ActDialog>
  );
}
