import { ActionIcon, Anchor, Badge, Checkbox, Group, Menu, Text } from "@mantine/core";
import { IconDots, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { ARCHIVE_ACTIVITY, FINISH, REOPEN, RESTORE_ACTIVITY } from "./log";

export interface Shown {
  id: string;
  kind: "CALL" | "MEETING" | "DEMO" | "NOTE" | "TASK" | "EMAIL";
  subject: string;
  body: string;
  dueAt: string | null;
  dueOn: string | null;
  doneAt: string | null;
  assignee: { id: string; name: string } | null;
}

/** What staff wrote down, folded when it is long. */
export function ActivityItem({ activity, may }: { activity: Shown; may: boolean }) {
  const { t } = useTranslation("records");
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const [finish] = useAct(FINISH);
  const [reopen] = useAct(REOPEN);
  const [archive] = useAct(ARCHIVE_ACTIVITY);
  const [restore] = useAct(RESTORE_ACTIVITY);
  const { id, kind, subject, body, doneAt, dueAt, dueOn, assignee } = activity;
  const long = [...body].length > 360 || body.split("\n").length > 6;
  const task = kind === "TASK";
  const input = { activityId: id };

  async function toggle() {
    const done = await (doneAt ? reopen({ input }) : finish({ input }));
    if (done.ok && !doneAt) tell.done(t("task.done"), { undo: () => reopen({ input }) });
  }
  async function remove() {
    const done = await archive({ input });
    if (done.ok) tell.done(t("activity.removed"), { undo: () => restore({ input }) });
  }

  return (
    <div>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        {task && <Checkbox size="xs" mt={3} checked={doneAt !== null} disabled={!may} onChange={() => void toggle()} aria-label={t(doneAt ? "task.reopen" : "task.finish", { subject })} />}
        <Text size="sm" fw={500} dir="auto" style={{ flex: 1, overflowWrap: "anywhere" }} td={task && doneAt ? "line-through" : undefined}>
          {subject}
        </Text>
        {may && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon variant="subtle" size="sm" color="gray" aria-label={t("activity.menu", { subject })}>
                <IconDots size={15} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconTrash size={15} aria-hidden />} onClick={() => void remove()}>
                {t("activity.remove")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      {task && (dueAt || dueOn || assignee) && (
        <Group gap={6} mt={4}>
          {(dueAt || dueOn) && (
            <Badge size="sm" variant="light" tt="none" color={doneAt ? "gray" : "yellow"}>
              {t("task.due", { at: dueAt ? format.moment(dueAt) : format.day(dueOn!) })}
            </Badge>
          )}
          {assignee && (
            <Badge size="sm" variant="default" tt="none">
              <bdi>{assignee.name}</bdi>
            </Badge>
          )}
        </Group>
      )}
      {body && (
        <>
          <Text size="sm" mt={4} dir="auto" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere", unicodeBidi: "plaintext" }} lineClamp={long && !open ? 5 : undefined}>
            {body}
          </Text>
          {long && (
            <Anchor component="button" size="xs" onClick={() => setOpen(!open)} aria-expanded={open}>
              {t(open ? "less" : "more")}
            </Anchor>
          )}
        </>
      )}
    </div>
  );
}
