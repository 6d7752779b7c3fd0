import { Button, Menu, SegmentedControl, Skeleton, Stack } from "@mantine/core";
import { IconDownload, IconPrinter } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { language, type Language } from "../../kit/i18n/language";
import { useFresh } from "../../kit/live/use_journal";
import { useCommands } from "../../kit/shell/commands";
import { useStore } from "../../kit/store";
import { DeskPage } from "../parts/DeskPage";
import { dated, download } from "../parts/download";
import { Facts } from "../parts/Facts";
import classes from "../parts/parts.module.css";
import { Section } from "../parts/Section";
import { useRecordTabs } from "./tabs";

const RECORD = graphql(`
  query RecordOfProcessing($language: String!) {
    recordOfProcessing(language: $language) {
      language generatedAt
      controller { legalName postalAddress contactEmail dpoEmail jurisdiction }
      processings {
        purposeId title description legalBasis justification people data forms retention
        recipients { name role countries safeguard }
      }
      security csv html
    }
  }
`);
type Whole = ResultOf<typeof RECORD>["recordOfProcessing"];

/** The record of processing (GDPR Art. 30), as it is now. */
export default function Record() {
  const { t } = useTranslation("privacy/record");
  const mine = useStore(language);
  const [tongue, setTongue] = useState<Language>();
  const [result, again] = useQuery({ query: RECORD, variables: { language: tongue ?? mine }, requestPolicy: "network-only" });
  const tabs = useRecordTabs();
  useFresh(again, ["purpose.", "recipient.", "retention_rule.", "form.", "field.", "workspace."]);
  const record = result.data?.recordOfProcessing;
  return (
    <DeskPage title={t("title")} about={t("about")} tabs={tabs} actions={record && <Papers record={record} />}>
      <SegmentedControl
        data-screen-only
        mb="md"
        size="xs"
        aria-label={t("language")}
        value={tongue ?? mine}
        onChange={(value) => setTongue(value as Language)}
        data={[
          { value: "en", label: "English" },
          { value: "fr", label: "Français" },
        ]}
      />
      <Answer of={result} again={again} skeleton={<Skeleton height={400} />}>
        {({ recordOfProcessing }) => <Body record={recordOfProcessing} />}
      </Answer>
    </DeskPage>
  );
}

function Papers({ record }: { record: Whole }) {
  const { t } = useTranslation("privacy/record");
  const name = t("file");
  const saveCsv = () => download(dated(name, "csv"), record.csv, "text/csv");
  const saveHtml = () => download(dated(name, "html"), record.html, "text/html");
  const print = () => window.print();
  useCommands([
    { id: "record-csv", label: t("csv"), icon: IconDownload, run: saveCsv },
    { id: "record-html", label: t("html"), icon: IconDownload, run: saveHtml },
    { id: "record-print", label: t("print"), icon: IconPrinter, run: print },
  ]);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
            {t("download")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={saveCsv}>{t("csv")}</Menu.Item>
          <Menu.Item onClick={saveHtml}>{t("html")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={print}>
        {t("print")}
      </Button>
    </>
  );
}

function Body({ record }: { record: Whole }) {
  const { t } = useTranslation("privacy/record");
  const words = useTranslation("privacy").t;
  const format = useFormat();
  const lines = (texts: string[]) => texts.length > 0 && <Lines of={texts} />;
  return (
    <Stack gap="md" maw={980}>
      <Section title={t("controller")}>
        <div className={classes.paper}>
          <Facts
            of={[
              [t("name"), record.controller.legalName],
              [t("address"), <span className={classes.text}>{record.controller.postalAddress}</span>],
              [t("contact"), record.controller.contactEmail],
              [t("dpo"), record.controller.dpoEmail ?? t("noDpo")],
              [t("law"), record.controller.jurisdiction],
              [t("generated"), format.moment(record.generatedAt)],
            ]}
          />
        </div>
      </Section>
      {record.processings.map((one) => (
        <Section key={one.purposeId ?? one.title} title={one.title}>
          <div className={classes.paper} lang={record.language}>
            <Facts
              of={[
                [t("purpose"), one.description],
                [t("basis"), words(`basis.${one.legalBasis}`)],
                [t("justification"), one.justification],
                [t("people"), lines(one.people) || null],
                [t("data"), lines(one.data) || null],
                [t("forms"), lines(one.forms) || null],
                [
                  t("recipients"),
                  one.recipients.length ? <Lines of={one.recipients.map((to) => [to.name, t(`role.${to.role}`), to.countries.join(", "), to.safeguard].filter(Boolean).join(" · "))} /> : t("noRecipients"),
                ],
                [t("retention"), lines(one.retention) || null],
              ]}
            />
          </div>
        </Section>
      ))}
      <Section title={t("security")}>
        <div className={classes.paper} lang={record.language}>
          <Lines of={record.security} />
        </div>
      </Section>
    </Stack>
  );
}

function Lines({ of }: { of: string[] }) {
  return of.length === 1 ? (
    <>{of[0]}</>
  ) : (
    <ul style={{ margin: 0, paddingInlineStart: 18, fontSize: "var(--mantine-font-size-sm)" }}>
      {of.map((one) => (
        <li key={one}>{one}</li>
      ))}
    </ul>
  );
}
