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

const BALANCE = graphql(
  `
    mutation RecordBalance($input: RecordBalanceInput!) {
      recordBalance(input: $input) { request { ...RequestLine balance } userErrors { code field message } }
    }
  `,
  [REQUEST_LINE],
);
const outcomes = ["UPHELD", "COMPELLING_GROUNDS"] as const satisfies readonly Enum<"BalanceOutcome">[];

/** Decides on an objection to processing on legitimate interests. */
export function Balance({ request, close, done: after }: DialogProps) {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const [record] = useAct(BALANCE);
  const [outcome, setOutcome] = useState<(typeof outcomes)[number]>("UPHELD");
  const [reasons, setReasons] = useState("");

  async function submit() {
    const done = await record(
      { input: { requestId: request.id, expectedVersion: request.version, outcome, reasons: reasons.trim() || undefined } },
      { quiet: true },
    );
    if (done.ok) tell.done(t("balance.done"));
    if (done.ok) after();
    return done;
  }

  return (
    <ActDialog title={t("balance.title")} about={t(`balance.about.${outcome}`)} action={t("balance.submit")} danger={outcome === "COMPELLING_GROUNDS"} submit={submit} close={close}>
      {(wrong) => (
        <>
          <Choice label={t("balance.outcome")} of={outcomes} named={(one) => words(`balance.${one}`)} value={outcome} onChange={(one) => one && setOutcome(one)} error={wrong("outcome")} />
          <Textarea
            label={t("balance.reasons")}
            required={outcome === "COMPELLING_GROUNDS"}
            autosize
            minRows={3}
            maxRows={12}
            maxLength={10_000}
            value={reasons}
            onChange={(event) => setReasons(event.currentTarget.value)}
            error={wrong("reasons")}
          />
        </>
      )}
    </ActDialog>
  );
}
