import { Button, Group, SegmentedControl, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import type { Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { inWords } from "../../kit/problems/in_words";
import { useUnsaved } from "../../kit/shell/unsaved";
import { useViewer } from "../../kit/session/viewer";
import { usePeople } from "../context";
import { LOG } from "./documents";
import classes from "./panel.module.css";

const kinds = ["NOTE", "CALL", "MEETING", "EMAIL", "TASK"] as const satisfies Enum<"ActivityKind">[];
type Kind = (typeof kinds)[number];

/** Logs what happened, or plans what is to do. What is typed stays until it is logged. */
export function LogActivity({ dealId, companyId }: { dealId: string; companyId?: string }) {
  const { t } = useTranslation("board");
  const { member } = useViewer();
  const { active } = usePeople();
  const [kind, setKind] = useState<Kind>("NOTE");
  const [subject, setSubject] = useState("");
  const [body, setBody] = useState("");
  const [dueOn, setDueOn] = useState("");
  const [assignee, setAssignee] = useState<string | null>(member?.id ?? null);
  const [problems, setProblems] = useState<Record<string, string>>({});
  const [log, running] = useAct(LOG);
  const key = useRef(crypto.randomUUID());
  const first = useRef<HTMLInputElement>(null);
  useUnsaved(Boolean(subject.trim() || body.trim()));

  async function send() {
    if (!subject.trim()) return setProblems({ subject: t("log.subjectMissing") });
    setProblems({});
    const task = kind === "TASK" && { dueOn: dueOn || null, assigneeId: assignee };
    const done = await log({ input: { kind, subject: subject.trim(), body, dealId, ...(companyId && { companyId }), ...task, idempotencyKey: key.current } });
    if (!done.ok) {
      if (!done.failure) key.current = crypto.randomUUID();
      return setProblems(done.fields);
    }
    key.current = crypto.randomUUID();
    const { notices } = done.data.logActivity;
    tell.done(notices.length ? notices.map(({ message }) => inWords(message) ?? message).join(" ") : t(kind === "TASK" ? "log.doneTask" : "log.doneOther"));
    setSubject("");
    setBody("");
    setDueOn("");
    first.current?.focus();
  }

  function press(event: KeyboardEvent) {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      void send();
    }
  }

  return (
    <form className={classes.part} aria-label={t("log.title")} onKeyDown={press} onSubmit={(event) => (event.preventDefault(), void send())}>
      <Stack gap={8}>
        <SegmentedControl size="xs" fullWidth aria-label={t("log.kind")} value={kind} onChange={(value) => setKind(value as Kind)} data={kinds.map((value) => ({ value, label: t(`activity.${value}`) }))} />
        <TextInput ref={first} size="sm" aria-label={t("log.subject")} placeholder={t(`log.hint_${kind}`)} value={subject} maxLength={300} error={problems.subject} dir="auto" onChange={(event) => setSubject(event.currentTarget.value)} />
        {(subject || body) && (
          <>
            <Textarea size="sm" aria-label={t("log.body")} placeholder={t("log.body")} autosize minRows={2} maxRows={12} value={body} maxLength={10_000} error={problems.body} dir="auto" onChange={(event) => setBody(event.currentTarget.value)} />
            {kind === "TASK" && (
              <Group grow gap="xs">
                <TextInput size="xs" type="date" label={t("task.dueOn")} value={dueOn} error={problems.dueOn} onChange={(event) => setDueOn(event.currentTarget.value)} />
                <Select size="xs" label={t("task.assignee")} clearable value={assignee} onChange={setAssignee} data={active.map(({ id, name }) => ({ value: id, label: name }))} />
              </Group>
            )}
            <Group justify="flex-end">
              <Button size="xs" type="submit" loading={running}>
                {t(kind === "TASK" ? "log.addTask" : "log.log")}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </form>
  );
}
