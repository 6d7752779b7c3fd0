import { Button, Group, NumberInput, Select, Switch, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { language } from "../../kit/i18n/language";
import { useStore } from "../../kit/store";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { clocksOf, lifecycles, RULE, subjects, useRuleName } from "./rule";
import type { FullRule } from "./Rules";
import { Trial } from "./Trial";

const PURPOSES = graphql(`query RulePurposes { purposes { id archivedAt currentVersion { id texts { language title } } } }`);
const CREATE = graphql(
  `
    mutation CreateRetentionRule($input: CreateRetentionRuleInput!) {
      createRetentionRule(input: $input) { rule { ...Rule } userErrors { code field message } }
    }
  `,
  [RULE],
);
const UPDATE = graphql(
  `
    mutation UpdateRetentionRule($input: UpdateRetentionRuleInput!) {
      updateRetentionRule(input: $input) { rule { ...Rule } userErrors { code field message } }
    }
  `,
  [RULE],
);

interface Props {
  /** Absent: a new rule. */
  rule?: FullRule;
  close: () => void;
  saved: () => void;
}

/** Writes or changes a rule, and shows beforehand what it would end. */
export function EditRule({ rule, close, saved }: Props) {
  const { t } = useTranslation("privacy/retention");
  const tongue = useStore(language);
  const named = useRuleName();
  const [create] = useAct(CREATE);
  const [update] = useAct(UPDATE);
  const [subject, setSubject] = useState<Enum<"RetentionSubject">>(rule?.subject ?? "CONTACTS");
  const [lifecycle, setLifecycle] = useState<Enum<"Lifecycle">>(rule?.lifecycle ?? "CUSTOMER");
  const [purpose, setPurpose] = useState<string | null>(rule?.purpose?.id ?? null);
  const [clock, setClock] = useState<Enum<"RetentionClock">>(rule?.clock ?? "LAST_CONTACT");
  const [months, setMonths] = useState<number>(rule?.months ?? 36);
  const [asks, setAsks] = useState(rule ? rule.warnDays !== null : true);
  const [warnDays, setWarnDays] = useState<number>(rule?.warnDays ?? 30);
  const [why, setWhy] = useState(rule?.justification ?? "");
  const [{ data }] = useQuery({ query: PURPOSES, pause: rule !== undefined });
  const contacts = subject === "CONTACTS";
  const original = rule?.preset && rule.version > 1 ? rule.versions.find(({ number }) => number === 1) : undefined;

  async function submit() {
    const warn = contacts && asks ? warnDays : null;
    const done = rule
      ? await update({ input: { ruleId: rule.id, expectedVersion: rule.version, clock, months, warnDays: contacts ? warn : undefined, justification: why } }, { quiet: true })
      : await create(
          { input: { subject, lifecycle: contacts ? lifecycle : undefined, purposeId: contacts && purpose ? purpose : undefined, clock, months, warnDays: warn ?? undefined, justification: why } },
          { quiet: true },
        );
    if (done.ok) {
      tell.done(t("rule.saved"));
      saved();
    }
    return done;
  }

  return (
    <ActDialog title={rule ? t("rule.changeOf", { rule: named(rule) }) : t("rule.new")} about={t("rule.editAbout")} action={t("rule.save")} size="lg" submit={submit} close={close}>
      {(wrong) => (
        <>
          {!rule && (
            <Group grow align="flex-start">
              <Choice
                label={t("rule.subject")}
                of={subjects}
                named={(one) => t(`subject.${one}`)}
                value={subject}
                onChange={(one) => one && (setSubject(one), setClock(clocksOf[one][0]!))}
                error={wrong("subject")}
              />
              {contacts && <Choice label={t("rule.lifecycle")} of={lifecycles} named={(one) => t(`contacts.${one}`)} value={lifecycle} onChange={(one) => one && setLifecycle(one)} error={wrong("lifecycle")} />}
            </Group>
          )}
          {!rule && contacts && (
            <Select
              label={t("rule.purpose")}
              description={t("rule.purposeWhy")}
              placeholder={t("rule.everyPurpose")}
              clearable
              clearButtonProps={{ "aria-label": t("rule.everyPurpose") }}
              data={(data?.purposes ?? []).filter(({ archivedAt }) => !archivedAt).map(({ id, currentVersion: { texts } }) => ({ value: id, label: (texts.find((one) => one.language === tongue) ?? texts[0])?.title ?? id }))}
              value={purpose}
              onChange={setPurpose}
              error={wrong("purposeId")}
            />
          )}
          <Group grow align="flex-start">
            <NumberInput label={t("rule.months")} min={subject === "SUPPRESSIONS" ? 36 : 1} max={600} required value={months} onChange={(value) => setMonths(Number(value))} error={wrong("months")} />
            <Choice label={t("rule.clock")} of={clocksOf[subject]} named={(one) => t(`clock.${one}`)} value={clock} onChange={(one) => one && setClock(one)} error={wrong("clock")} />
          </Group>
          {contacts && (
            <Group align="flex-end">
              <Switch label={t("rule.asks")} checked={asks} onChange={(event) => setAsks(event.currentTarget.checked)} />
              {asks && <NumberInput label={t("rule.warnDays")} min={1} max={180} value={warnDays} onChange={(value) => setWarnDays(Number(value))} error={wrong("warnDays")} />}
            </Group>
          )}
          <Textarea label={t("rule.why")} description={t("rule.whyWhy")} required autosize minRows={2} maxRows={8} maxLength={2_000} value={why} onChange={(event) => setWhy(event.currentTarget.value)} error={wrong("justification")} />
          {original && (
            <Group>
              <Button
                size="xs"
                variant="subtle"
                onClick={() => (setMonths(original.months), setClock(original.clock), setWhy(original.justification), setAsks(original.warnDays !== null), setWarnDays(original.warnDays ?? 30))}
              >
                {t("rule.backToPreset", { months: t("months", { count: original.months }) })}
              </Button>
            </Group>
          )}
          <Trial
            rule={{
              replacesId: rule?.id,
              subject,
              lifecycle: contacts ? lifecycle : undefined,
              purposeId: contacts && purpose ? purpose : undefined,
              clock,
              months,
            }}
          />
        </>
      )}
    </ActDialog>
  );
}
