import { MultiSelect, Select } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { PersonPicker } from "../parts/PersonPicker";
import { means } from "./recipient";
import { useFieldWords } from "./use_field_words";

const CHOICES = graphql(`
  query DisclosureChoices {
    recipients(first: 100, archived: false) { nodes { id name purposes { id currentVersion { id texts { language title } } } } }
  }
`);
const LOG = graphql(`
  mutation LogDisclosure($input: LogDisclosureInput!) { logDisclosure(input: $input) { disclosure { id } userErrors { code field message } } }
`);

/** Notes that data of a person were disclosed: which fields, never their values. */
export function LogDisclosure({ recipientId, close }: { recipientId?: string; close: () => void }) {
  const { t, i18n } = useTranslation("privacy/recipients");
  const [{ data }] = useQuery({ query: CHOICES });
  const [log] = useAct(LOG);
  const fieldWords = useFieldWords();
  const key = useRef(crypto.randomUUID());
  const [person, setPerson] = useState<string | null>(null);
  const [recipient, setRecipient] = useState<string | null>(recipientId ?? null);
  const [purpose, setPurpose] = useState<string | null>(null);
  const [how, setHow] = useState<Enum<"DisclosureMeans">>("EMAIL");
  const [fields, setFields] = useState<string[]>([]);
  const all = data?.recipients.nodes ?? [];
  const purposes = all.find(({ id }) => id === recipient)?.purposes ?? [];

  async function submit() {
    const missing = [!person && "contactId", !recipient && "recipientId", !fields.length && "fields"].filter((one) => one !== false);
    if (!person || !recipient || missing.length) {
      return { ok: false as const, fields: {}, problems: missing.map((field) => ({ code: "REQUIRED" as const, field, message: t("kit:problem.REQUIRED") })) };
    }
    const done = await log({ input: { contactId: person, recipientId: recipient, purposeId: purpose ?? undefined, means: how, fields, idempotencyKey: key.current } }, { quiet: true });
    if (done.ok) tell.done(t("log.done"));
    else key.current = crypto.randomUUID();
    return done;
  }

  return (
    <ActDialog title={t("log.action")} about={t("log.about")} action={t("log.submit")} submit={submit} close={close}>
      {(wrong) => (
        <>
          <PersonPicker label={t("log.person")} value={person} onChange={setPerson} error={wrong("contactId")} required />
          <Select label={t("log.recipient")} required searchable data={all.map(({ id, name }) => ({ value: id, label: name }))} value={recipient} onChange={(id) => (setRecipient(id), setPurpose(null))} error={wrong("recipientId")} />
          {purposes.length > 0 && (
            <Select
              label={t("log.purpose")}
              clearable
              clearButtonProps={{ "aria-label": t("log.noPurpose") }}
              data={purposes.map(({ id, currentVersion: { texts } }) => ({ value: id, label: (texts.find(({ language }) => language === i18n.language) ?? texts[0])?.title ?? id }))}
              value={purpose}
              onChange={setPurpose}
              error={wrong("purposeId")}
            />
          )}
          <Choice label={t("log.means")} of={means} named={(one) => t(`means.${one}`)} value={how} onChange={(one) => one && setHow(one)} error={wrong("means")} />
          <MultiSelect label={t("log.fields")} description={t("log.fieldsWhy")} data={fieldWords.all} value={fields} onChange={setFields} searchable error={wrong("fields")} />
        </>
      )}
    </ActDialog>
  );
}
