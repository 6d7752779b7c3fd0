import { Textarea, TextInput } from "@mantine/core";
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Row, Unsaved } from "./Row";
import { useDraft, type Saved } from "./use_draft";
import classes from "./panel.module.css";

interface Props {
  label: string;
  value: string;
  /** How the value reads while nobody edits it. */
  shown?: ReactNode;
  written?: (value: string) => string;
  save: (text: string, base: string) => Promise<Saved>;
  readOnly?: boolean;
  kind?: "text" | "date" | "decimal" | "long";
  hint?: string;
  maxLength?: number;
  heading?: boolean;
}

/** A field that becomes an input where it stands. Enter or leaving it saves, Escape gives up. */
export function TextRow({ label, value, shown, written, save, readOnly, kind = "text", hint, maxLength, heading }: Props) {
  const { t } = useTranslation("board");
  const draft = useDraft(value, save);
  const button = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const editing = draft.text !== undefined;
  const wasEditing = useRef(false);
  // An input that goes away may still tell that it lost the focus.
  const gaveUp = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !editing && (document.activeElement === document.body || !document.activeElement)) button.current?.focus();
    wasEditing.current = editing;
  }, [editing]);

  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      gaveUp.current = true;
      draft.drop();
    } else if (event.key === "Enter" && (kind !== "long" || event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      void draft.commit();
    }
  }

  const input = {
    ref: field,
    size: heading ? ("md" as const) : ("xs" as const),
    value: draft.text ?? "",
    maxLength,
    autoFocus: true,
    placeholder: hint,
    readOnly: draft.saving,
    dir: kind === "text" || kind === "long" ? "auto" : undefined,
    onChange: (event: { currentTarget: { value: string } }) => draft.write(event.currentTarget.value),
    onKeyDown: press,
    onBlur: () => !draft.problem && !gaveUp.current && void draft.commit(),
  };
  const content = (labelId: string) => {
    if (editing) {
      if (kind === "long") return <Textarea {...input} autosize minRows={2} maxRows={12} aria-labelledby={labelId} />;
      return <TextInput {...input} type={kind === "date" ? "date" : "text"} inputMode={kind === "decimal" ? "decimal" : undefined} aria-labelledby={labelId} />;
    }
    const text = shown ?? value;
    if (readOnly) return <span className={heading ? classes.heading : classes.still} dir="auto">{text || "–"}</span>;
    return (
      <button ref={button} type="button" className={heading ? classes.headingButton : classes.edit} onClick={() => ((gaveUp.current = false), draft.begin())} id={`${labelId}-value`} aria-labelledby={`${labelId} ${labelId}-value`}>
        {text ? <bdi>{text}</bdi> : <span className={classes.empty}>{t("edit.add")}</span>}
      </button>
    );
  };
  if (heading)
    return (
      <div>
        <span hidden id="deal-title-label">
          {label}
        </span>
        {content("deal-title-label")}
        <Unsaved draft={draft} />
      </div>
    );
  return (
    <Row label={label} draft={draft} written={written}>
      {content}
    </Row>
  );
}
