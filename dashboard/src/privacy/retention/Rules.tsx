import { Button, Collapse, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { language } from "../../kit/i18n/language";
import { useFresh } from "../../kit/live/use_journal";
import { useCommands } from "../../kit/shell/commands";
import { useShortcuts } from "../../kit/shell/shortcuts";
import { useStore } from "../../kit/store";
import { DeskPage } from "../parts/DeskPage";
import classes from "../parts/parts.module.css";
import { Tag } from "../parts/Tag";
import { EditRule } from "./EditRule";
import { RULE, useRuleName } from "./rule";
import { useRetentionTabs } from "./tabs";
import { useLiveRetention } from "./use_live_retention";

const RULES = graphql(
  `
    query RetentionRules {
      retentionRules(archived: true) { ...Rule versions { number clock months warnDays justification at } }
    }
  `,
  [RULE],
);
const ARCHIVE = graphql(`
  mutation ArchiveRetentionRule($input: ArchiveRetentionRuleInput!) {
    archiveRetentionRule(input: $input) { rule { id archivedAt version } userErrors { code field message } }
  }
`);
export type FullRule = ResultOf<typeof RULES>["retentionRules"][number];

/** The rules: what goes when, and why. */
export default function Rules() {
  const { t } = useTranslation("privacy/retention");
  const tabs = useRetentionTabs();
  const [result, again] = useQuery({ query: RULES });
  const [editing, setEditing] = useState<FullRule | "new">();
  const afresh = () => again({ requestPolicy: "network-only" });
  useFresh(again, ["retention_rule."]);
  useLiveRetention(() => {});
  const create = () => setEditing("new");
  useShortcuts([{ keys: "c", label: t("rule.new"), run: create }]);
  useCommands([{ id: "new-rule", label: t("rule.new"), icon: IconPlus, keys: "c", run: create }]);
  return (
    <DeskPage
      title={t("title")}
      about={t("rule.about")}
      tabs={tabs}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={create}>
          {t("rule.new")}
        </Button>
      }
    >
      <Answer of={result} again={again} skeleton={<Skeleton height={320} />}>
        {({ retentionRules }) => (
          <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
            {[...retentionRules]
              .sort((one, other) => Number(one.archivedAt !== null) - Number(other.archivedAt !== null))
              .map((rule) => (
                <li key={rule.id}>
                  <One rule={rule} edit={() => setEditing(rule)} />
                </li>
              ))}
          </Stack>
        )}
      </Answer>
      {editing && <EditRule rule={editing === "new" ? undefined : editing} close={() => setEditing(undefined)} saved={afresh} />}
    </DeskPage>
  );
}

function One({ rule, edit }: { rule: FullRule; edit: () => void }) {
  const { t } = useTranslation("privacy/retention");
  const format = useFormat();
  const tongue = useStore(language);
  const named = useRuleName();
  const [open, setOpen] = useState(false);
  const [archive, archiving] = useAct(ARCHIVE);
  const texts = rule.purpose?.currentVersion.texts ?? [];
  const purpose = (texts.find((one) => one.language === tongue) ?? texts[0])?.title;

  async function end() {
    const yes = await confirm({ title: t("rule.archiveTitle", { rule: named(rule) }), body: t("rule.archiveBody"), action: t("rule.archive"), danger: true });
    if (yes && (await archive({ input: { ruleId: rule.id } })).ok) tell.done(t("rule.archived"));
  }

  return (
    <div className={classes.paper}>
      <Group justify="space-between" align="flex-start" wrap="wrap" gap="sm">
        <div style={{ flex: "1 1 300px" }}>
          <Group gap="xs">
            <Text fw={600} size="sm">
              {named(rule)}
            </Text>
            {rule.preset && (
              <Tag>
                {t(rule.version > 1 ? "rule.presetChanged" : "rule.preset")}
              </Tag>
            )}
            {rule.archivedAt && (
              <Tag>
                {t("rule.archivedOn", { at: format.date(rule.archivedAt) })}
              </Tag>
            )}
          </Group>
          <Text size="sm">
            {t("period", { months: t("months", { count: rule.months }), clock: t(`clock.${rule.clock}`) })}
            {rule.warnDays !== null && ` ${t("rule.asked", { count: rule.warnDays })}`}
            {purpose && ` ${t("rule.onlyPurpose", { purpose })}`}
          </Text>
          <Text size="sm" c="dimmed" mt={4} className={classes.text}>
            {rule.justification}
          </Text>
        </div>
        <Group gap="xs">
          <Button size="xs" variant="subtle" color="gray" onClick={() => setOpen(!open)} aria-expanded={open} aria-label={t("rule.historyOf", { rule: named(rule), versions: t("rule.history", { count: rule.versions.length }) })}>
            {t("rule.history", { count: rule.versions.length })}
          </Button>
          {!rule.archivedAt && (
            <>
              <Button size="xs" variant="default" onClick={edit} aria-label={t("rule.changeOf", { rule: named(rule) })}>
                {t("rule.change")}
              </Button>
              <Button size="xs" variant="subtle" color="gray" loading={archiving} onClick={() => void end()} aria-label={t("rule.archiveOf", { rule: named(rule) })}>
                {t("rule.archive")}
              </Button>
            </>
          )}
        </Group>
      </Group>
      <Collapse expanded={open}>
        <Stack gap="xs" mt="sm" component="ol" p={0} style={{ listStyle: "none" }}>
          {rule.versions.map((version) => (
            <li key={version.number}>
              <Text size="xs" fw={500}>
                {t("rule.version", { number: version.number, at: format.moment(version.at) })} ·{" "}
                {t("period", { months: t("months", { count: version.months }), clock: t(`clock.${version.clock}`) })}
                {version.warnDays !== null && ` ${t("rule.asked", { count: version.warnDays })}`}
              </Text>
              <Text size="xs" c="dimmed">
                {version.justification}
              </Text>
            </li>
          ))}
        </Stack>
      </Collapse>
    </div>
  );
}
