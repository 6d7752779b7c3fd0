import { Alert, Checkbox, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { erasureGrounds } from "../parts/grounds";
import { PersonPicker } from "../parts/PersonPicker";

const ERASE = graphql(`
  mutation EraseForGood($input: EraseContactInput!) { eraseContact(input: $input) { erasure { id } userErrors { code field message } } }
`);

/** Erases a person at once and for good, on a ground. */
export function Erase({ close, erased }: { close: () => void; erased: (id: string) => void }) {
  const { t } = useTranslation("privacy/certificates");
  const words = useTranslation("privacy").t;
  const [erase] = useAct(ERASE);
  const [person, setPerson] = useState<string | null>(null);
  const [ground, setGround] = useState<Enum<"ErasureGround">>("NO_LONGER_NECESSARY");
  const [remember, setRemember] = useState(false);
  const [claims, setClaims] = useState(true);
  const [accounting, setAccounting] = useState(true);
  const [sure, setSure] = useState(false);

  async function submit() {
    const wrong = [!person && { field: "contactId", message: t("erase.who") }, !sure && { field: "sure", message: t("erase.tick") }].filter((one) => one !== false);
    if (!person || wrong.length) return { ok: false as const, fields: {}, problems: wrong.map((one) => ({ ...one, code: "REQUIRED" as const })) };
    const done = await erase({ input: { contactId: person, ground, remember, keep: { claims, accounting } } }, { quiet: true });
    if (done.ok) {
      tell.done(t("erase.done"));
      if (done.data.eraseContact.erasure) erased(done.data.eraseContact.erasure.id);
    }
    return done;
  }

  function choose(next: Enum<"ErasureGround">) {
    setGround(next);
    setClaims(next !== "UNLAWFUL" && next !== "CHILD_SERVICE");
  }

  return (
    <ActDialog title={t("erase.title")} action={t("erase.submit")} danger submit={submit} close={close}>
      {(wrong) => (
        <>
          <Alert color="red">{t("erase.body")}</Alert>
          <PersonPicker label={t("erase.person")} value={person} onChange={setPerson} error={wrong("contactId")} required />
          <Choice label={t("ground")} of={erasureGrounds} named={(one) => words(`erasureGround.${one}`)} value={ground} onChange={(one) => one && choose(one)} error={wrong("ground")} />
          <Stack gap="xs">
            <Text size="sm" fw={500}>
              {t("erase.keep")}
            </Text>
            <Checkbox label={t("erase.claims")} checked={claims} onChange={(event) => setClaims(event.currentTarget.checked)} />
            <Checkbox label={t("erase.accounting")} checked={accounting} onChange={(event) => setAccounting(event.currentTarget.checked)} />
            <Checkbox label={t("erase.remember")} checked={remember} onChange={(event) => setRemember(event.currentTarget.checked)} />
          </Stack>
          <Checkbox label={t("erase.sure")} checked={sure} onChange={(event) => setSure(event.currentTarget.checked)} error={wrong("sure")} />
        </>
      )}
    </ActDialog>
  );
}
