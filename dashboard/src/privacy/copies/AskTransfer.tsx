import { Alert, Checkbox, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { ActDialog } from "../parts/ActDialog";
import { dayIn, endOfDay } from "../parts/days";

const RECIPIENTS = graphql(`query TransferRecipients { recipients(first: 100, archived: false) { nodes { id name transferAllowed contactEmail } } }`);
const ASK = graphql(`
  mutation AskTransfer($input: AskTransferInput!) { askTransfer(input: $input) { authorisation { id } userErrors { code field message } } }
`);
const categories = ["IDENTITY", "CONTACT_DETAILS", "ANSWERS", "CONSENTS"] as const satisfies readonly Enum<"TransferCategory">[];

/** Asks a person whether their data may be passed on. */
export function AskTransfer({ contactId, close, asked }: { contactId: string; close: () => void; asked: () => void }) {
  const { t } = useTranslation("privacy/copies");
  const [{ data }] = useQuery({ query: RECIPIENTS });
  const [ask] = useAct(ASK);
  const [recipient, setRecipient] = useState<string | null>(null);
  const [scope, setScope] = useState<string[]>(["IDENTITY", "CONTACT_DETAILS"]);
  const [purpose, setPurpose] = useState("");
  const [until, setUntil] = useState(dayIn(90));
  const recipients = data?.recipients.nodes ?? [];

  async function submit() {
    const wrong = [!recipient && { field: "recipientId", message: t("kit:problem.REQUIRED") }, !scope.length && { field: "scope", message: t("ask.scopeMissing") }].filter((one) => one !== false);
    if (!recipient || wrong.length) return { ok: false as const, fields: {}, problems: wrong.map((one) => ({ ...one, code: "REQUIRED" as const })) };
    const done = await ask(
      { input: { contactId, recipientId: recipient, scope: categories.filter((one) => scope.includes(one)), purpose, validUntil: endOfDay(until) } },
      { quiet: true },
    );
    if (done.ok) {
      tell.done(t("ask.done"));
      asked();
    }
    return done;
  }

  return (
    <ActDialog title={t("ask.title")} about={t("ask.about")} action={t("ask.action")} submit={submit} close={close}>
      {(wrong) => (
        <>
          {data && !recipients.length && <Alert color="yellow">{t("ask.noRecipients")}</Alert>}
          <Select label={t("ask.recipient")} required searchable data={recipients.map(({ id, name }) => ({ value: id, label: name }))} value={recipient} onChange={setRecipient} error={wrong("recipientId")} />
          <Checkbox.Group label={t("ask.scope")} value={scope} onChange={setScope} error={wrong("scope")}>
            <Stack gap="xs" mt="xs">
              {categories.map((one) => (
                <Checkbox key={one} value={one} label={t(`category.${one}`)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Textarea label={t("ask.purpose")} description={t("ask.purposeWhy")} required autosize minRows={2} maxLength={1_000} value={purpose} onChange={(event) => setPurpose(event.currentTarget.value)} error={wrong("purpose")} />
          <TextInput type="date" label={t("ask.until")} required min={dayIn(1)} max={dayIn(365)} value={until} onChange={(event) => setUntil(event.currentTarget.value)} error={wrong("validUntil")} />
        </>
      )}
    </ActDialog>
  );
}
