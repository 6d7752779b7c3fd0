import { Button, Select } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconTag, IconTagOff, IconUser, IconUserHeart } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Ask } from "../records/bulk/ask";
import type { Task } from "../records/bulk/use_bulk";
import { MemberSelect } from "../records/pick/MemberSelect";
import { TagPicker } from "../records/pick/TagPicker";
import { useBulkTasks } from "./use_bulk_tasks";

const lifecycles = ["PROSPECT", "CUSTOMER", "FORMER"] as const;

/** The buttons of what can be done with the contacts that are chosen. */
export function BulkActs({ archived, go }: { archived: boolean; go: (task: Task) => void }) {
  const { t } = useTranslation("contacts");
  const tasks = useBulkTasks();
  const icon = { size: 15, "aria-hidden": true } as const;
  const tagInput = (label: string, create: boolean) => (value: string[], set: (value: string[]) => void) => <TagPicker label={label} value={value} onChange={set} create={create} />;
  if (archived) {
    return (
      <Button size="compact-sm" variant="default" leftSection={<IconArchiveOff {...icon} />} onClick={() => go(tasks.restore())}>
        {t("bulk.restore")}
      </Button>
    );
  }
  return (
    <>
      <Ask label={t("bulk.tag")} icon={<IconTag {...icon} />} start={[] as string[]} input={tagInput(t("bulk.tagWhich"), true)} ready={(names) => names.length > 0} go={(names) => go(tasks.tag(names))} />
      <Ask label={t("bulk.untag")} icon={<IconTagOff {...icon} />} start={[] as string[]} input={tagInput(t("bulk.untagWhich"), false)} ready={(names) => names.length > 0} go={(names) => go(tasks.untag(names))} />
      <Ask
        label={t("bulk.owner")}
        icon={<IconUser {...icon} />}
        start={{ id: null as string | null }}
        input={({ id }, set) => <MemberSelect label={t("field.owner")} value={id} onChange={(next) => set({ id: next })} autoFocus />}
        ready={() => true}
        go={({ id }) => go(tasks.own(id))}
      />
      <Ask
        label={t("bulk.lifecycle")}
        icon={<IconUserHeart {...icon} />}
        start={"PROSPECT" as (typeof lifecycles)[number]}
        input={(value, set) => (
          <Select
            label={t("field.lifecycle")}
            data={lifecycles.map((one) => ({ value: one, label: t(`lifecycle.${one}`) }))}
            value={value}
            onChange={(one) => one && set(one as typeof value)}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
          />
        )}
        ready={() => true}
        go={(lifecycle) => go(tasks.live(lifecycle))}
      />
      <Button size="compact-sm" variant="default" leftSection={<IconArchive {...icon} />} onClick={() => go(tasks.archive())}>
        {t("bulk.archive")}
      </Button>
    </>
  );
}
