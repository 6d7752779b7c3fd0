import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { erasureGrounds } from "../parts/grounds";
import { PersonPicker } from "../parts/PersonPicker";
import type { DialogProps } from "./Actions";
import { REQUEST_LINE } from "./request";

const FULFIL = graphql(
  `
    mutation FulfilRequest($input: FulfilRequestInput!) {
      fulfilRequest(input: $input) { request { ...RequestLine } userErrors { code field message } }
    }
  `,
  [REQUEST_LINE],
);
type Ground = Enum<"RestrictionGround">;
const restrictionGrounds = ["ACCURACY_CONTESTED", "UNLAWFUL", "NEEDED_FOR_CLAIMS"] as const satisfies readonly Ground[];

/** Carries out what is asked, and tells the person. */
export function Fulfil({ request, close, done: after }: DialogProps) {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const [fulfil] = useAct(FULFIL);
  const [person, setPerson] = useState<string | null>(null);
  const [erasure, setErasure] = useState<Enum<"ErasureGround">>("NO_LONGER_NECESSARY");
  const [restriction, setRestriction] = useState<(typeof restrictionGrounds)[number]>("ACCURACY_CONTESTED");
  const [message, setMessage] = useState("");

  async function submit() {
    const done = await fulfil(
      {
        input: {
          requestId: request.id,
          expectedVersion: request.version,
          contactId: request.contact ? undefined : (person ?? undefined),
          erasureGround: request.kind === "ERASURE" ? erasure : undefined,
          restrictionGround: request.kind === "RESTRICTION" ? restriction : undefined,
          message: message.trim() || undefined,
        },
      },
      { quiet: true },
    );
    if (done.ok) tell.done(t(`fulfil.done.${request.kind}`));
    if (done.ok) after();
    return done;
  }

  return (
    <ActDialog
      title={t("fulfil.title")}
      about={t(`fulfil.about.${request.kind}`)}
      action={t(`fulfil.submit.${request.kind}`)}
      danger={request.kind === "ERASURE"}
      submit={submit}
      close={close}
    >
      {(wrong) => (
        <>
          {!request.contact && <PersonPicker label={t("fulfil.person")} description={t("fulfil.personWhy")} value={person} onChange={setPerson} error={wrong("contactId")} />}
          {request.kind === "ERASURE" && (
            <Choice label={t("ground")} of={erasureGrounds} named={(one) => words(`erasureGround.${one}`)} value={erasure} onChange={(one) => one && setErasure(one)} error={wrong("erasureGround")} />
          )}
          {request.kind === "RESTRICTION" && (
            <Choice label={t("ground")} of={restrictionGrounds} named={(one) => words(`restrictionGround.${one}`)} value={restriction} onChange={(one) => one && setRestriction(one)} error={wrong("restrictionGround")} />
          )}
          <Textarea label={t("fulfil.message")} autosize minRows={2} maxRows={10} maxLength={10_000} value={message} onChange={(event) => setMessage(event.currentTarget.value)} error={wrong("message")} />
        </>
      )}
    </ActDialog>
  );
}
