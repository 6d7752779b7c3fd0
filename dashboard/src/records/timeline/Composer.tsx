import { Button, Checkbox, Group, Paper, SegmentedControl, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useRef, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { useUnsaved } from "../../kit/shell/unsaved";
import { MemberSelect } from "../pick/MemberSelect";
import { ARCHIVE_ACTIVITY, kinds, LOG, splitNote, type Kind } from "./log";

interface Props {
  about: { contactId?: string; companyId?: string };
  /** Only a person can have taken part. */
  person: boolean;
  kind: Kind;
  setKind: (kind: Kind) => void;
  input: RefObject<HTMLTextAreaElement | null>;
}

const most = 10_000;

/** Writes down a note, a call, a meeting, an e-mail or a task. */
export function Composer({ about, person, kind, setKind, input }: Props) {
  const { t } = useTranslation("records");
  const format = useFormat();
  const [text, setText] = useState("");
  const [at, setAt] = useState("");
  const [dueOn, setDueOn] = useState("");
  const [assigneeId, setAssignee] = useState<string | null>(null);
  const [tookPart, setTookPart] = useState(true);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [log, running] = useAct(LOG);
  const [archive] = useAct(ARCHIVE_ACTIVITY);
  const key = useRef(crypto.randomUUID());
  useUnsaved(text.trim() !== "");
  const talk = kind === "CALL" || kind === "MEETING" || kind === "EMAIL";
  const length = [...text].length;
  const open = text !== "" || kind !== "NOTE";

  async function save() {
    if (!text.trim()) return setErrors({ subject: t("log.write") });
    const done = await log({
      input: {
        kind,
        ...splitNote(text),
        ...about,
        occurredAt: talk && at ? new Date(at).toISOString() : undefined,
        dueOn: kind === "TASK" && dueOn ? dueOn : undefined,
        assigneeId: kind === "TASK" ? (assigneeId ?? undefined) : undefined,
        fromThePerson: talk && person ? tookPart : undefined,
        idempotencyKey: key.current,
      },
    });
    if (!done.ok) {
      key.current = crypto.randomUUID();
      return setErrors(done.fields);
    }
    key.current = crypto.randomUUID();
    setText("");
    setAt("");
    setDueOn("");
    setErrors({});
    setTookPart(true);
    const { activity, notices } = done.data.logActivity;
    for (const { message } of notices) tell.failed(message);
    if (activity) tell.done(t(`log.done.${kind}`), { undo: () => archive({ input: { activityId: activity.id } }) });
    input.current?.focus();
  }

  return (
    <Paper withBorder p="sm">
      <form
        onSubmit={(event) => (event.preventDefault(), void save())}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) (event.preventDefault(), void save());
        }}
      >
        <Stack gap="xs">
          <SegmentedControl
            size="xs"
            value={kind}
            onChange={(value) => setKind(value as Kind)}
            data={kinds.map((value) => ({ value, label: t(`activity.${value}`) }))}
            aria-label={t("log.kind")}
          />
          <Textarea
            ref={input}
            aria-label={t(`log.text.${kind}`)}
            placeholder={t(`log.text.${kind}`)}
            value={text}
            onChange={(event) => (setText(event.currentTarget.value), setErrors({}))}
            error={errors.subject ?? errors.body}
            autosize
            minRows={open ? 3 : 1}
            maxRows={14}
            dir="auto"
          />
          {open && (
            <>
              <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
                {talk && (
                  <TextInput type="datetime-local" size="xs" label={t("log.when")} description={t("log.whenNow")} value={at} onChange={(event) => setAt(event.currentTarget.value)} error={errors.occurredAt} />
                )}
                {kind === "TASK" && (
                  <>
                    <TextInput type="date" size="xs" label={t("log.due")} value={dueOn} onChange={(event) => setDueOn(event.currentTarget.value)} error={errors.dueOn} />
                    <MemberSelect label={t("log.assignee")} value={assigneeId} onChange={setAssignee} error={errors.assigneeId} />
                  </>
                )}
                {talk && person && (
                  <Checkbox mt={4} size="sm" checked={tookPart} onChange={(event) => setTookPart(event.currentTarget.checked)} label={t(`log.tookPart.${kind}`)} description={t("log.tookPartWhy")} />
                )}
              </SimpleGrid>
              <Group justify="space-between">
                <Text size="xs" c={length > most ? "var(--mantine-color-error)" : "dimmed"}>
                  {length > 1_000 ? t("log.length", { length: format.number(length), most: format.number(most) }) : t("log.noArt9")}
                </Text>
                <Button type="submit" size="xs" loading={running} disabled={length > most}>
                  {t(`log.save.${kind}`)}
                </Button>
              </Group>
            </>
          )}
        </Stack>
      </form>
    </Paper>
  );
}
