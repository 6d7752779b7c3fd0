import { ActionIcon, Button, Fieldset, Group, Text, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Option, Question } from "../model/model";
import { useEditor } from "./editor";
import { moved, newOption } from "./kinds";

interface Props {
  question: Question;
  at: number;
  change: (about: string, part: Partial<Question>) => void;
}

/** The answers to choose from: their stored value, and their label in every language. */
export function Options({ question, at, change }: Props) {
  const { t } = useTranslation("web_forms");
  const { model, readOnly, problem } = useEditor();
  const { options } = question;
  const set = (about: string, list: Option[]) => change(`options ${about}`, { options: list });
  const patch = (id: string, about: string, part: Partial<Option>) =>
    set(`${id} ${about}`, options.map((one) => (one.id === id ? { ...one, ...part } : one)));
  const error = problem(`fields.${at}.options`);
  return (
    <Fieldset legend={t("options.title")} p="sm">
      {error && (
        <Text size="sm" c="var(--mantine-color-error)" mb={6}>
          {error}
        </Text>
      )}
      {options.map((option, index) => (
        <Group key={option.id} gap={6} mb={8} wrap="nowrap" align="center">
          <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(110px, 1fr))", gap: 6, flex: 1 }}>
            <TextInput
              size="xs"
              aria-label={t("options.value", { number: index + 1 })}
              placeholder={t("options.valueHint")}
              value={option.value}
              readOnly={readOnly}
              onChange={(event) => patch(option.id, "value", { value: event.currentTarget.value })}
            />
            {model.languages.map((language) => (
              <TextInput
                key={language}
                size="xs"
                lang={language}
                aria-label={t("options.label", { number: index + 1, language: t(`kit:language.${language}`) })}
                placeholder={t(`kit:language.${language}`)}
                value={option.label[language] ?? ""}
                readOnly={readOnly}
                onChange={(event) => patch(option.id, language, { label: { ...option.label, [language]: event.currentTarget.value } })}
              />
            ))}
          </div>
          {!readOnly && (
            <ActionIcon.Group>
              <ActionIcon variant="default" size={28} disabled={index === 0} aria-label={t("options.up", { number: index + 1 })} onClick={() => set("move", moved(options, index, index - 1))}>
                <IconArrowUp size={14} />
              </ActionIcon>
              <ActionIcon variant="default" size={28} disabled={index === options.length - 1} aria-label={t("options.down", { number: index + 1 })} onClick={() => set("move", moved(options, index, index + 1))}>
                <IconArrowDown size={14} />
              </ActionIcon>
              <ActionIcon variant="default" size={28} aria-label={t("options.remove", { number: index + 1 })} onClick={() => set("remove", options.filter(({ id }) => id !== option.id))}>
                <IconX size={14} />
              </ActionIcon>
            </ActionIcon.Group>
          )}
        </Group>
      ))}
      {!readOnly && (
        <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => set("add", [...options, newOption(options)])}>
          {t("options.add")}
        </Button>
      )}
    </Fieldset>
  );
}
