import { Alert, Anchor, Button, Code, CopyButton, Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconCheck, IconCode, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { graphql } from "../../kit/client/graphql";
import { Empty } from "../../kit/shell/Empty";
import type { EditedForm } from "../form_query";
import classes from "../web_forms.module.css";

const PLAIN = graphql(`query FormPlainHtml($id: ID!, $language: String) { form(id: $id) { id plainHtml(language: $language) } }`);

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** The ways onto a website, ready to copy. */
export function Snippets({ form }: { form: EditedForm }) {
  const { t } = useTranslation("web_forms");
  const published = form.publishedVersion;
  if (!published) {
    return (
      <Empty icon={IconCode} title={t("embed.none")}>
        {t("embed.noneAbout")}
      </Empty>
    );
  }
  const origins = published.definition.allowedOrigins;
  const frame = `<iframe src="${escaped(form.hostedUrl)}" title="${escaped(form.name)}" width="100%" height="900" style="border: 0"></iframe>`;
  return (
    <Stack gap="lg" maw={860}>
      {form.archivedAt && <Alert color="yellow">{t("embed.archived")}</Alert>}
      <Alert variant="light" color={origins.length ? "gray" : "yellow"} title={origins.length ? undefined : t("embed.noOrigins")}>
        {origins.length ? t("embed.origins", { origins: origins.join(", ") }) : t("embed.noOriginsAbout")}
      </Alert>
      <Snippet title={t("embed.script")} about={t("embed.scriptAbout")} text={form.embedSnippet} />
      <Snippet title={t("embed.frame")} about={t("embed.frameAbout")} text={frame} />
      <Plain form={form} languages={published.definition.languages} />
      <Snippet title={t("embed.link")} about={t("embed.linkAbout")} text={form.hostedUrl}>
        <Anchor href={form.hostedUrl} target="_blank" rel="noreferrer" size="sm">
          {t("embed.open")}
        </Anchor>
      </Snippet>
    </Stack>
  );
}

function Plain({ form, languages }: { form: EditedForm; languages: string[] }) {
  const { t } = useTranslation("web_forms");
  const [language, setLanguage] = useState(languages[0] ?? "en");
  const [result, again] = useQuery({ query: PLAIN, variables: { id: form.id, language } });
  return (
    <Answer of={result} again={again} skeleton={<Skeleton height={160} />}>
      {({ form }) => (
        <Snippet title={t("embed.plain")} about={t("embed.plainAbout")} text={form?.plainHtml ?? t("embed.plainNone")}>
          {languages.length > 1 && (
            <SegmentedControl
              size="xs"
              aria-label={t("embed.plainLanguage")}
              value={language}
              onChange={setLanguage}
              data={languages.map((one) => ({ value: one, label: t(`kit:language.${one}`) }))}
            />
          )}
        </Snippet>
      )}
    </Answer>
  );
}

function Snippet({ title, about, text, children }: { title: string; about: string; text: string; children?: React.ReactNode }) {
  const { t } = useTranslation("web_forms");
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4}>
        <h2 className={classes.heading}>{title}</h2>
        <Group gap="xs">
          {children}
          <CopyButton value={text} timeout={2_000}>
            {({ copied, copy }) => (
              <Button size="xs" variant="default" onClick={copy} leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />} aria-label={t(copied ? "embed.copiedOne" : "embed.copyOne", { title })}>
                {copied ? t("embed.copied") : t("embed.copy")}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Group>
      <Text size="sm" c="dimmed" mb={6}>
        {about}
      </Text>
      <Code block mah={260} style={{ overflow: "auto", whiteSpace: "pre-wrap", wordBreak: "break-word" }} tabIndex={0} aria-label={title} role="region">
        {text}
      </Code>
    </div>
  );
}
