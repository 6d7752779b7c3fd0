import { Button, Group, Stack, Text, TextInput, Textarea, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useUnsaved } from "../../kit/shell/unsaved";
import { Conflict } from "./Conflict";
import classes from "./identity.module.css";
import { sourceOf, type Saving, type Source, type Value } from "./model";
import { Sourced } from "./Sourced";

interface Props {
  of: Value;
  saving: Saving;
  provenance: readonly Source[];
  nameOf: (id: string) => string | null | undefined;
  may: boolean;
}

interface Theirs {
  value: string | null;
  version: number;
  source?: Source;
}

/**
 * A value that becomes its own input. If somebody changed the same value meanwhile, both are shown side by side and
 * nobody's work is overwritten unseen; a change of another value is no conflict.
 */
export function EditableValue({ of, saving, provenance, nameOf, may }: Props) {
  const { t } = useTranslation("records");
  const { key, label, value, lines, say } = of;
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [running, setRunning] = useState(false);
  const [theirs, setTheirs] = useState<Theirs>();
  const base = useRef({ value, version: saving.version });
  const button = useRef<HTMLButtonElement>(null);
  const flash = useFlash(value, draft !== undefined);
  const editing = draft !== undefined;
  useUnsaved(editing && draft !== (base.current.value ?? ""));

  function begin() {
    base.current = { value, version: saving.version };
    setDraft(value ?? "");
    setProblem(undefined);
    setTheirs(undefined);
  }

  function end() {
    setDraft(undefined);
    setTheirs(undefined);
    requestAnimationFrame(() => button.current?.focus());
  }

  async function save(version: number = base.current.version) {
    const next = (lines ? draft?.trimEnd() : draft?.trim()) || null;
    if (next === base.current.value && !theirs) return end();
    setRunning(true);
    setProblem(undefined);
    const saved = await saving.save(key, next, version).finally(() => setRunning(false));
    if (saved.ok) return end();
    if (!saved.stale) return setProblem(saved.problem);
    const now = await saving.fresh();
    if (!now) return setProblem(t("edit.gone"));
    const current = now.values[key] ?? null;
    if (current === base.current.value || current === next) {
      // Somebody changed something else: that is theirs, and this is ours.
      base.current = { value: current, version: now.version };
      if (current === next) return end();
      const again = await saving.save(key, next, now.version);
      if (again.ok) return end();
      if (!again.stale) return setProblem(again.problem);
    }
    setTheirs({ value: current, version: now.version, source: sourceOf(now.provenance, key) });
  }

  function press(event: KeyboardEvent) {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      end();
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing && (!lines || event.ctrlKey || event.metaKey) && (event.target as HTMLElement).role !== "combobox") {
      event.preventDefault();
      void save();
    }
  }

  const shown = value !== null && value !== "" ? (say?.(value) ?? value) : null;
  if (!editing) {
    const body = shown ?? <Text span c="dimmed" size="sm">{may && !of.readOnly ? (of.prompt ?? t("edit.add")) : "–"}</Text>;
    return (
      <div className={of.prompt ? classes.alone : classes.line} data-flash={flash || undefined} data-value={key}>
        {!of.prompt && (
          <Text size="xs" c="dimmed" className={classes.label}>
            {label}
          </Text>
        )}
        <Sourced label={label} source={shown === null ? undefined : sourceOf(provenance, key)} nameOf={nameOf}>
          {(target) =>
            may && !of.readOnly ? (
              <UnstyledButton ref={button} {...target} className={classes.value} onClick={begin}>
                <VisuallyHidden>{t("edit.open", { label })} </VisuallyHidden>
                <span dir="auto" className={classes.text}>{body}</span>
              </UnstyledButton>
            ) : (
              <div {...target} className={classes.value} tabIndex={shown === null ? undefined : 0}>
                <span dir="auto" className={classes.text}>{body}</span>
              </div>
            )
          }
        </Sourced>
        {flash && <VisuallyHidden role="status">{t("edit.changedNow", { label })}</VisuallyHidden>}
      </div>
    );
  }
  const moved = !theirs && value !== base.current.value && value !== draft;
  const input = { label, value: draft, onChange: setDraft, error: problem };
  return (
    <form className={classes.editing} onKeyDown={press} onSubmit={(event) => (event.preventDefault(), void save())} data-value={key}>
      <Stack gap="xs">
        {theirs ? (
          <Conflict
            label={label}
            mine={draft}
            theirs={theirs}
            say={say}
            nameOf={nameOf}
            running={running}
            takeTheirs={end}
            takeMine={() => ((base.current = { value: theirs.value, version: theirs.version }), void save(theirs.version))}
            edit={() => ((base.current = { value: theirs.value, version: theirs.version }), setTheirs(undefined))}
          />
        ) : (
          <>
            {of.input?.(input) ??
              (lines ? (
                <Textarea {...input} onChange={(event) => setDraft(event.currentTarget.value)} autosize minRows={2} maxRows={10} dir="auto" autoFocus />
              ) : (
                <TextInput {...input} onChange={(event) => setDraft(event.currentTarget.value)} dir="auto" autoComplete="off" autoFocus />
              ))}
            {moved && (
              <Text size="xs" role="status" c="var(--mantine-color-error)">
                {t("edit.moved")}
              </Text>
            )}
            <Group gap="xs">
              <Button type="submit" size="compact-sm" loading={running}>
                {t("edit.save")}
              </Button>
              <Button size="compact-sm" variant="default" onClick={end}>
                {t("cancel")}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </form>
  );
}

/** True for a moment after somebody else changed the value. */
function useFlash(value: string | null, editing: boolean) {
  const [flash, setFlash] = useState(false);
  const before = useRef(value);
  const mine = useRef(false);
  if (editing) mine.current = true;
  useEffect(() => {
    if (before.current === value) return;
    before.current = value;
    if (mine.current) return void (mine.current = false);
    setFlash(true);
    const timer = setTimeout(() => setFlash(false), 2_500);
    return () => clearTimeout(timer);
  }, [value]);
  return flash;
}
