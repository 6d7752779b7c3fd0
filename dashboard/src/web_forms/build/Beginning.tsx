import { Checkbox, Group, Select, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { languages } from "../../kit/i18n/language";
import words from "../preview/words.json";
import classes from "../web_forms.module.css";
import { useEditor } from "./editor";
import { Section } from "./Section";
import { TextPair } from "./TextPair";

/** Languages, heading, introduction, button. */
export function Beginning() {
  const { t } = useTranslation("web_forms");
  const { model, edit, readOnly, problem } = useEditor();
  const toggle = (language: string, on: boolean) =>
    edit("languages", { languages: on ? [...model.languages, language] : model.languages.filter((one) => one !== language) });
  return (
    <Section title={t("beginning.title")}>
      <Stack className={classes.card} gap="sm">
        <Group align="flex-end" gap="lg">
          <Checkbox.Group label={t("beginning.languages")} error={problem("languages")} value={model.languages} readOnly={readOnly}>
            <Group gap="md" mt={6}>
              {languages.map((one) => (
                <Checkbox key={one} value={one} label={t(`kit:language.${one}`)} disabled={readOnly} onChange={(event) => toggle(one, event.currentTarget.checked)} />
              ))}
            </Group>
          </Checkbox.Group>
          {model.languages.length > 1 && (
            <Select
              label={t("beginning.first")}
              value={model.languages[0]}
              allowDeselect={false}
              disabled={readOnly}
              data={model.languages.map((one) => ({ value: one, label: t(`kit:language.${one}`) }))}
              onChange={(first) => first && edit("languages", { languages: [first, ...model.languages.filter((one) => one !== first)] })}
            />
          )}
        </Group>
        <TextPair label={t("beginning.heading")} texts={model.title} path="title" required change={(about, title) => edit(about, { title })} />
        <TextPair label={t("beginning.intro")} texts={model.intro} path="intro" long change={(about, intro) => edit(about, { intro })} />
        <TextPair
          label={t("beginning.button")}
          placeholder={(language) => (language === "fr" ? words.fr.send : words.en.send)}
          texts={model.submitLabel}
          path="submitLabel"
          change={(about, submitLabel) => edit(about, { submitLabel })}
        />
      </Stack>
    </Section>
  );
}
