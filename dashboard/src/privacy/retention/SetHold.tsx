import { TextInput, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { dayIn, endOfDay } from "../parts/days";
import { PersonPicker } from "../parts/PersonPicker";

const SET = graphql(`
  mutation SetHold($input: SetHoldInput!) {
    setHold(input: $input) { hold { id state until reason note since releasedAt } userErrors { code field message } }
  }
`);
export const holdReasons = ["DISPUTE", "LEGAL_CLAIM", "AUDIT", "LEGAL_OBLIGATION"] as const satisfies readonly Enum<"HoldReason">[];

/** Keeps a person for now, for a reason and until a day. */
export function SetHold({ contactId, close }: { contactId?: string; close: () => void }) {
  const { t } = useTranslation("privacy/retention");
  const [set] = useAct(SET);
  const [person, setPerson] = useState<string | null>(contactId ?? null);
  const [reason, setReason] = useState<(typeof holdReasons)[number]>("DISPUTE");
  const [until, setUntil] = useState(dayIn(180));
  const [note, setNote] = useState("");

  async function submit() {
    if (!person) return { ok: false as const, problems: [{ code: "REQUIRED" as const, field: "contactId", message: t("hold.who") }], fields: {} };
    const done = await set({ input: { contactId: person, reason, until: endOfDay(until), note } }, { quiet: true });
    if (done.ok) tell.done(t("hold.done"));
    return done;
  }

  return (
    <ActDialog title={t("hold.title")} about={t("hold.about")} action={t("hold.set")} submit={submit} close={close}>
      {(wrong) => (
        <>
          <PersonPicker label={t("hold.person")} value={person} onChange={setPerson} error={wrong("contactId")} required />
          <Choice label={t("hold.reason")} of={holdReasons} named={(one) => t(`holdReason.${one}`)} value={reason} onChange={(one) => one && setReason(one)} error={wrong("reason")} />
          <TextInput type="date" label={t("hold.until")} description={t("hold.untilWhy")} min={dayIn(1)} required value={until} onChange={(event) => setUntil(event.currentTarget.value)} error={wrong("until")} />
          <Textarea label={t("hold.note")} description={t("hold.noteWhy")} autosize minRows={2} maxRows={10} maxLength={4_000} value={note} onChange={(event) => setNote(event.currentTarget.value)} error={wrong("note")} />
        </>
      )}
    </ActDialog>
  );
}
