import { Select, Stack, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { withOptions, type Kind, type Question } from "../model/model";
import classes from "../web_forms.module.css";
import { useEditor } from "./editor";
import { kinds, newOption, once } from "./kinds";
import { Options } from "./Options";
import { TextPair } from "./TextPair";

interface Props {
  question: Question;
  at: number;
  change: (about: string, part: Partial<Question>) => void;
}

/** What can be said of a question. */
export function QuestionBody({ question, at, change }: Props) {
  const { t } = useTranslation("web_forms");
  const { readOnly, problem, model } = useEditor();
  const hidden = question.kind === "HIDDEN";
  const others = new Set(model.questions.filter(({ id }) => id !== question.id).map(({ kind }) => kind));

  function become(kind: Kind) {
    const options = withOptions(kind) && !question.options.length ? [newOption([])] : question.options;
    change("kind", { kind, options, required: kind === "EMAIL" || (kind !== "HIDDEN" && question.required) });
  }

  return (
    <Stack gap="sm">
      {!hidden && (
        <>
          <TextPair label={t("question.label")} texts={question.label} path={`fields.${at}.label`} about="label" required change={(about, label) => change(about, { label })} />
          <TextPair
            label={t("question.reason")}
            placeholder={t("question.reasonHint")}
            texts={question.reason}
            path={`fields.${at}.reason`}
            about="reason"
            required
            change={(about, reason) => change(about, { reason })}
          />
        </>
      )}
      <div className={classes.pair}>
        <Select
          label={t("question.kind")}
          value={question.kind}
          allowDeselect={false}
          disabled={readOnly}
          data={kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`), disabled: once.includes(kind) && others.has(kind) }))}
          onChange={(kind) => kind && become(kind as Kind)}
        />
        <TextInput
          label={t("question.key")}
          description={t("question.keyAbout")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={question.key}
          readOnly={readOnly}
          error={problem(`fields.${at}.key`)}
          onChange={(event) => change("key", { key: event.currentTarget.value })}
          spellCheck={false}
          autoCapitalize="none"
        />
      </div>
      {hidden && (
        <TextInput
          label={t("question.value")}
          description={t("question.valueAbout")}
          value={question.value}
          readOnly={readOnly}
          error={problem(`fields.${at}.value`)}
          onChange={(event) => change("value", { value: event.currentTarget.value })}
        />
      )}
      {withOptions(question.kind) && <Options question={question} at={at} change={change} />}
      {!hidden && (
        <Switch
          label={t("question.required")}
          description={question.kind === "EMAIL" ? t("question.emailRequired") : undefined}
          checked={question.required}
          disabled={readOnly || (question.kind === "EMAIL" && question.required)}
          onChange={(event) => change("required", { required: event.currentTarget.checked })}
        />
      )}
    </Stack>
  );
}
