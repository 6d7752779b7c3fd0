import { Button, Group, Loader, Text } from "@mantine/core";
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Draft } from "./use_draft";
import classes from "./panel.module.css";

interface RowProps {
  label: string;
  draft?: Draft;
  /** Gives the label's id, for what it names. */
  children: (labelId: string) => ReactNode;
  /** How the other person's value reads; without it: as it is. */
  written?: (value: string) => string;
}

/** A field: its name, its value, and what is to say about an edit that is not saved yet. */
export function Row({ label, draft, children, written }: RowProps) {
  const id = useId();
  return (
    <div className={classes.row}>
      <span className={classes.label} id={id}>
        {label}
      </span>
      <div className={classes.value}>
        {children(id)}
        {draft && <Unsaved draft={draft} written={written} />}
      </div>
    </div>
  );
}

/** Why an edit is not saved, and the ways on. */
export function Unsaved({ draft, written = (value) => value }: { draft: Draft; written?: (value: string) => string }) {
  const { t } = useTranslation("board");
  const { problem, saving } = draft;
  if (saving)
    return (
      <Group gap={6} mt={4} role="status">
        <Loader size={12} aria-hidden />
        <Text size="xs" c="dimmed">
          {t("edit.saving")}
        </Text>
      </Group>
    );
  if (!problem || problem.state === "saved") return null;
  const conflict = problem.state === "conflict";
  return (
    <div role="alert" className={classes.unsaved}>
      <Text size="xs">
        {conflict ? t("edit.conflict", { theirs: written(problem.theirs) || t("edit.nothing") }) : t(problem.later ? "edit.later" : "edit.failed", { why: problem.why })}
      </Text>
      <Group gap={6} mt={6}>
        <Button size="compact-xs" onClick={() => void (conflict ? draft.insist() : draft.commit())}>
          {t(conflict ? "edit.mine" : "edit.again")}
        </Button>
        <Button size="compact-xs" variant="default" onClick={draft.drop}>
          {t(conflict ? "edit.theirs" : "edit.drop")}
        </Button>
      </Group>
    </div>
  );
}
