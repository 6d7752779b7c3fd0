import { MultiSelect, Stack, Switch, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import type { ResultOf } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { useFresh } from "../../kit/live/use_journal";
import type { Role } from "../../kit/session/viewer";
import { roles } from "../RoleSelect";
import { RowsSkeleton } from "../Rows";
import classes from "../settings.module.css";
import { CLASSES, UPDATE_CLASS } from "./documents";

type Rule = ResultOf<typeof CLASSES>["classRules"][number];

/** Who may read and set values of each data class, and whether people are told. */
export function ClassRules({ may }: { may: boolean }) {
  const { t } = useTranslation("settings/fields");
  const [result, again] = useQuery({ query: CLASSES });
  useFresh(again, ["class_rule.", "field_class."]);
  return (
    <section aria-labelledby="classes-title">
      <h2 id="classes-title" className={classes.heading}>
        {t("classes")}
      </h2>
      <Text size="sm" c="dimmed" mb="sm">
        {t("classesAbout")}
      </Text>
      <Answer of={result} again={again} skeleton={<RowsSkeleton />}>
        {({ classRules }) => (
          <Stack gap="sm">
            {classRules.map((rule) => (
              <RuleCard key={rule.class} rule={rule} may={may} again={again} />
            ))}
          </Stack>
        )}
      </Answer>
    </section>
  );
}

function RuleCard({ rule, may, again }: { rule: Rule; may: boolean; again: (options: { requestPolicy: "network-only" }) => void }) {
  const { t } = useTranslation(["settings/fields", "kit"]);
  const [update, running] = useAct(UPDATE_CLASS);
  const name = t(`class.${rule.class}`);

  async function set(part: Partial<Omit<Rule, "class">>) {
    const before = Object.fromEntries(Object.keys(part).map((key) => [key, rule[key as keyof Rule]]));
    const done = await update({ input: { class: rule.class, ...part } });
    again({ requestPolicy: "network-only" });
    if (!done.ok) return done.problems.forEach(({ field, message }) => field && tell.failed(message));
    const undo = async () => {
      await update({ input: { class: rule.class, ...before } });
      again({ requestPolicy: "network-only" });
    };
    tell.done(t("classSaved", { name }), { undo });
  }

  const picker = (key: "readers" | "writers") => (
    <MultiSelect
      label={t(key)}
      aria-label={t(`${key}Of`, { name })}
      value={rule[key]}
      disabled={!may || running}
      data={roles.map((one) => ({ value: one, label: t(`kit:role.${one}`) }))}
      onChange={(value) => void set({ [key]: roles.filter((one: Role) => value.includes(one)) })}
    />
  );
  return (
    <div className={classes.card}>
      <Text fw={600} size="sm">
        {name}
      </Text>
      <Text size="sm" c="dimmed" mb="xs">
        {t(`classAbout.${rule.class}`)}
      </Text>
      <div className={classes.pair}>
        {picker("readers")}
        {picker("writers")}
      </div>
      <div className={classes.pair} style={{ marginTop: 12 }}>
        <Switch label={t("notifyOnChange")} aria-label={`${name}: ${t("notifyOnChange")}`} checked={rule.notifyOnChange} disabled={!may || running} onChange={(event) => void set({ notifyOnChange: event.currentTarget.checked })} />
        <Switch label={t("notifyOnReveal")} aria-label={`${name}: ${t("notifyOnReveal")}`} checked={rule.notifyOnReveal} disabled={!may || running} onChange={(event) => void set({ notifyOnReveal: event.currentTarget.checked })} />
      </div>
    </div>
  );
}
