import { ActionIcon, Button, Fieldset, Group, Text, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { languages } from "../../kit/i18n/language";
import { moved } from "../Sortable";

export interface Option {
  id: string;
  value: string;
  label: Record<string, string>;
}

export const fromOptions = (options: { value: string; label: { language: string; text: string }[] }[]): Option[] =>
  options.map(({ value, label }) => ({ id: value, value, label: Object.fromEntries(label.map(({ language, text }) => [language, text])) }));

export const toOptions = (options: Option[]) =>
  options.map(({ value, label }) => ({ value, label: Object.entries(label).filter(([, text]) => text.trim()).map(([language, text]) => ({ language, text })) }));

interface Props {
  options: Option[];
  onChange: (options: Option[]) => void;
  errors: Record<string, string>;
}

/** What can be chosen. A removed choice stays on the records that hold it. */
export function FieldOptions({ options, onChange, errors }: Props) {
  const { t } = useTranslation(["settings/fields", "kit"]);
  const patch = (id: string, part: Partial<Option>) => onChange(options.map((one) => (one.id === id ? { ...one, ...part } : one)));
  return (
    <Fieldset legend={t("options.title")} p="sm">
      <Text size="xs" c="dimmed" mb={8}>
        {t("options.about")}
      </Text>
      {errors.options && (
        <Text size="sm" c="var(--mantine-color-error)" mb={6}>
          {errors.options}
        </Text>
      )}
      {options.map((option, at) => (
        <Group key={option.id} gap={6} mb={8} wrap="nowrap" align="flex-start">
          <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(110px, 1fr))", gap: 6, flex: 1 }}>
            <TextInput size="xs" aria-label={t("options.value", { number: at + 1 })} placeholder={t("options.valueHint")} value={option.value} onChange={(event) => patch(option.id, { value: event.currentTarget.value })} error={errors[`options.${at}.value`]} />
            {languages.map((language) => (
              <TextInput
                key={language}
                size="xs"
                lang={language}
                aria-label={t("options.label", { number: at + 1, language: t(`kit:language.${language}`) })}
                placeholder={t(`kit:language.${language}`)}
                value={option.label[language] ?? ""}
                onChange={(event) => patch(option.id, { label: { ...option.label, [language]: event.currentTarget.value } })}
                error={errors[`options.${at}.label.${language}`] ?? (language === languages[0] ? errors[`options.${at}.label`] : undefined)}
              />
            ))}
          </div>
          <ActionIcon.Group>
            <ActionIcon variant="default" size={28} disabled={at === 0} aria-label={t("options.up", { number: at + 1 })} onClick={() => onChange(moved(options, at, at - 1))}>
              <IconArrowUp size={14} />
            </ActionIcon>
            <ActionIcon variant="default" size={28} disabled={at === options.length - 1} aria-label={t("options.down", { number: at + 1 })} onClick={() => onChange(moved(options, at, at + 1))}>
              <IconArrowDown size={14} />
            </ActionIcon>
            <ActionIcon variant="default" size={28} aria-label={t("options.remove", { number: at + 1 })} onClick={() => onChange(options.filter(({ id }) => id !== option.id))}>
              <IconX size={14} />
            </ActionIcon>
          </ActionIcon.Group>
        </Group>
      ))}
      <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => onChange([...options, { id: crypto.randomUUID(), value: "", label: {} }])}>
        {t("options.add")}
      </Button>
    </Fieldset>
  );
}
