import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useStore } from "../../kit/store";
import { language } from "../../kit/i18n/language";
import { purposeText, type Around } from "../form_query";
import type { Change } from "../model/changes";
import classes from "../web_forms.module.css";

/** What changed, in plain words; wordings before and after where they are worth reading. */
export function ChangeList({ changes, around }: { changes: Change[]; around: Pick<Around, "purposes" | "pipelines"> }) {
  const { t } = useTranslation("web_forms");
  const ours = useStore(language);
  const stages = around.pipelines.flatMap(({ name, stages }) => stages.map((stage) => ({ ...stage, pipeline: name })));
  const say = (fact: string, value: string): string => {
    if (fact === "language") return t(`kit:language.${value}`);
    if (fact === "kind") return t(`kind.${value}`);
    if (fact === "channel") return t(`channel.${value}`);
    if (fact === "rule") return t(`ownerRule.${value}`);
    if (fact === "purpose") return purposeText(around.purposes.find(({ id }) => id === value), ours)?.title ?? t("change.gonePurpose");
    if (fact === "stage") {
      const stage = stages.find(({ id }) => id === value);
      return stage ? `${stage.pipeline}, ${stage.name}` : t("change.goneStage");
    }
    return value;
  };
  return (
    <ul className={classes.changes}>
      {changes.map(({ what, facts, from, to }, at) => (
        <li key={at}>
          {t(`change.${what}`, Object.fromEntries(Object.entries(facts).map(([fact, value]) => [fact, say(fact, value)])))}
          {from !== undefined && from !== "" && (
            <Text size="sm" c="dimmed" className={classes.change} td={to === undefined ? undefined : "line-through"} component="div">
              {from}
            </Text>
          )}
          {to !== undefined && to !== "" && (
            <Text size="sm" className={classes.change} component="div">
              {to}
            </Text>
          )}
        </li>
      ))}
    </ul>
  );
}
