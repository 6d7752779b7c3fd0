import { Button, Group, Menu, Text, Textarea, TextInput } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { perform, useAct } from "../../kit/client/act";
import { failureOf } from "../../kit/client/failure";
import { useFailureText } from "../../kit/client/failure_text";
import { graphql } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { languages, type Language } from "../../kit/i18n/language";
import { ActDialog } from "../parts/ActDialog";
import { fromLocal, nowLocal } from "../parts/days";
import { download } from "../parts/download";
import { Section } from "../parts/Section";
import { BREACH_LINE, type Breach } from "./breach";

const NOTICE = graphql(`query AuthorityNotice($id: ID!, $language: String!) { breach(id: $id) { id authorityNotice(language: $language) { html text } } }`);
const TOLD = graphql(
  `
    mutation RecordAuthorityTold($input: RecordAuthorityToldInput!) {
      recordAuthorityTold(input: $input) { breach { ...BreachLine } userErrors { code field message } }
    }
  `,
  [BREACH_LINE],
);

/** The notice to the authority, and that it was handed in. */
export function Authority({ breach, again }: { breach: Breach; again: () => void }) {
  const { t } = useTranslation("privacy/breaches");
  const words = useTranslation("privacy").t;
  const client = useClient();
  const failureText = useFailureText();
  const [recording, setRecording] = useState(false);

  async function save(language: Language, format: "html" | "text") {
    const { data, error } = await perform(client, NOTICE, { id: breach.id, language });
    const notice = data?.breach?.authorityNotice;
    if (!notice) return tell.failed(error ? failureText(failureOf(error)) : failureText({ code: "NOT_FOUND", message: "" }));
    const name = `${breach.id}-${language}`;
    if (format === "html") download(`${name}.html`, notice.html, "text/html");
    else download(`${name}.txt`, notice.text, "text/plain");
  }

  return (
    <Section title={t("authority.title")}>
      <Text size="sm" c="dimmed" mb="sm">
        {t("authority.about")}
      </Text>
      <Group gap="xs">
        <Menu>
          <Menu.Target>
            <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
              {t("authority.download")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {languages.flatMap((language) =>
              (["html", "text"] as const).map((format) => (
                <Menu.Item key={`${language} ${format}`} onClick={() => void save(language, format)}>
                  {t(`authority.${format}`, { language: words(`language.${language}`) })}
                </Menu.Item>
              )),
            )}
          </Menu.Dropdown>
        </Menu>
        {breach.state === "OPEN" && (
          <Button variant="default" onClick={() => setRecording(true)}>
            {t(breach.authorityToldAt ? "authority.recordMore" : "authority.record")}
          </Button>
        )}
      </Group>
      {recording && <Told breach={breach} close={() => setRecording(false)} done={again} />}
    </Section>
  );
}

function Told({ breach, close, done: after }: { breach: Breach; close: () => void; done: () => void }) {
  const { t } = useTranslation("privacy/breaches");
  const [record] = useAct(TOLD);
  const [at, setAt] = useState(nowLocal);
  const [touched, setTouched] = useState(false);
  const [reference, setReference] = useState("");
  async function submit() {
    const done = await record({ input: { breachId: breach.id, at: touched ? fromLocal(at) : undefined, reference } }, { quiet: true });
    if (done.ok) {
      tell.done(t("authority.recorded"));
      after();
    }
    return done;
  }
  return (
    <ActDialog title={t("authority.record")} about={t("authority.recordAbout")} action={t("authority.record")} submit={submit} close={close}>
      {(wrong) => (
        <>
          <TextInput type="datetime-local" label={t("authority.at")} max={nowLocal()} value={at} onChange={(event) => (setAt(event.currentTarget.value), setTouched(true))} error={wrong("at")} />
          <Textarea label={t("authority.reference")} autosize minRows={2} maxLength={1_000} value={reference} onChange={(event) => setReference(event.currentTarget.value)} error={wrong("reference")} />
        </>
      )}
    </ActDialog>
  );
}
