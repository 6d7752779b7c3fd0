import { Checkbox, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { clock } from "../../kit/format/server_clock";
import { useFormat } from "../../kit/format/use_format";
import { dayOf } from "../state/filter";
import { FINISH, REOPEN, type Task } from "./documents";
import classes from "./panel.module.css";

interface Props {
  tasks: Task[];
  readOnly: boolean;
  again: () => void;
}

/** What is to do next, the most urgent first. */
export function Tasks({ tasks, readOnly, again }: Props) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const [finish, running] = useAct(FINISH);
  const [reopen] = useAct(REOPEN);
  const today = dayOf(clock());

  async function done({ id, subject }: Task) {
    const result = await finish({ input: { activityId: id } });
    if (!result.ok) return;
    again();
    tell.done(t("task.finished", { subject }), {
      undo: async () => {
        await reopen({ input: { activityId: id } });
        again();
      },
    });
  }

  return (
    <section className={classes.part} aria-labelledby="deal-tasks">
      <Title order={3} id="deal-tasks" mb={4}>
        {t("task.next")}
      </Title>
      {!tasks.length && (
        <Text size="sm" c="dimmed">
          {t("task.none")}
        </Text>
      )}
      <ul className={classes.items}>
        {tasks.map((task) => {
          const day = task.dueOn ?? task.dueAt?.slice(0, 10);
          const late = day && day < today;
          return (
            <li key={task.id} className={classes.task}>
              <Checkbox
                checked={false}
                disabled={readOnly || running}
                onChange={() => void done(task)}
                label={<bdi>{task.subject}</bdi>}
                description={
                  <Text span size="xs" c={late ? "var(--mantine-color-error)" : "dimmed"}>
                    {[day ? t(late ? "task.late" : "task.due", { date: task.dueOn ? format.day(task.dueOn) : format.moment(task.dueAt!) }) : t("task.noDate"), task.assignee?.name].filter(Boolean).join(" · ")}
                  </Text>
                }
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
