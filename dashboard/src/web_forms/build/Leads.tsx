import { MultiSelect, Select, Stack, Switch, TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { OwnerRule, Routing } from "../model/model";
import classes from "../web_forms.module.css";
import { useEditor } from "./editor";
import { Section } from "./Section";

const rules: OwnerRule[] = ["NONE", "FIXED", "ROUND_ROBIN", "COMPANY_OWNER"];

/** Turns confirmed answers into deals, if wanted. */
export function Leads() {
  const { t } = useTranslation("web_forms");
  const { model, around, edit, readOnly, problem } = useEditor();
  const { routing } = model;
  const open = around.pipelines.map(({ name, stages }) => ({
    group: name,
    items: stages.filter(({ kind }) => kind === "OPEN").map(({ id, name }) => ({ value: id, label: name })),
  }));
  const first = open.flatMap(({ items }) => items)[0]?.value;
  const set = (about: string, part: Partial<Routing>) => routing && edit(`routing ${about}`, { routing: { ...routing, ...part } });
  const start = (on: boolean) =>
    edit("routing", { routing: on && first ? { stageId: first, ownerRule: "NONE", memberIds: [], tags: [], dealTitle: "" } : null });
  const members = around.members.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Section title={t("leads.title")} about={t("leads.about")}>
      <Stack className={classes.card} gap="sm">
        <Switch label={t("leads.on")} description={first ? undefined : t("leads.noPipeline")} checked={Boolean(routing)} disabled={readOnly || !first} onChange={(event) => start(event.currentTarget.checked)} />
        {routing && (
          <>
            <Select
              label={t("leads.stage")}
              value={routing.stageId}
              allowDeselect={false}
              disabled={readOnly}
              data={open}
              error={problem("routing.stageId") ?? (open.some(({ items }) => items.some(({ value }) => value === routing.stageId)) ? undefined : t("leads.stageGone"))}
              onChange={(stageId) => stageId && set("stage", { stageId })}
            />
            <Select
              label={t("leads.owner")}
              value={routing.ownerRule}
              allowDeselect={false}
              disabled={readOnly}
              data={rules.map((rule) => ({ value: rule, label: t(`ownerRule.${rule}`) }))}
              error={problem("routing.ownerRule")}
              onChange={(rule) => rule && set("rule", { ownerRule: rule as OwnerRule, memberIds: rule === "NONE" ? [] : rule === "FIXED" ? routing.memberIds.slice(0, 1) : routing.memberIds })}
            />
            {routing.ownerRule === "FIXED" && (
              <Select
                label={t("leads.member")}
                value={routing.memberIds[0] ?? null}
                disabled={readOnly}
                data={members}
                searchable
                error={problem("routing.memberIds")}
                onChange={(id) => set("members", { memberIds: id ? [id] : [] })}
              />
            )}
            {(routing.ownerRule === "ROUND_ROBIN" || routing.ownerRule === "COMPANY_OWNER") && (
              <MultiSelect
                label={t("leads.members")}
                value={routing.memberIds}
                disabled={readOnly}
                data={members}
                searchable
                error={problem("routing.memberIds")}
                onChange={(memberIds) => set("members", { memberIds })}
              />
            )}
            <TextInput
              label={t("leads.dealTitle")}
              description={t("leads.dealTitleAbout", { form: "{form}" })}
              placeholder={model.name}
              value={routing.dealTitle}
              readOnly={readOnly}
              error={problem("routing.dealTitle")}
              onChange={(event) => set("dealTitle", { dealTitle: event.currentTarget.value })}
            />
            <TagsInput
              label={t("leads.tags")}
              description={t("leads.tagsAbout")}
              value={routing.tags}
              readOnly={readOnly}
              maxTags={20}
              acceptValueOnBlur
              error={problem("routing.tags")}
              onChange={(tags) => set("tags", { tags })}
              clearButtonProps={{ "aria-label": t("clear") }}
            />
          </>
        )}
      </Stack>
    </Section>
  );
}
