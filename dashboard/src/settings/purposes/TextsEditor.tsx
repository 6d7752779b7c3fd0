import { Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { languages } from "../../kit/i18n/language";
import classes from "../settings.module.css";

export interface Written {
  title: string;
  description: string;
  wording: string;
}
export type Writing = Record<string, Written>;

export const nothingWritten: Written = { title: "", description: "", wording: "" };

/** Languages in which something is written. */
export const toTexts = (writing: Writing) =>
  Object.entries(writing)
    .filter(([, { title, description, wording }]) => title.trim() || description.trim() || wording.trim())
    .map(([language, text]) => ({ language, ...text }));

interface Props {
  writing: Writing;
  onChange: (writing: Writing) => void;
  errors: Record<string, string>;
  consent: boolean;
}

/** The texts of a purpose, one language beside the other. */
export function TextsEditor({ writing, onChange, errors, consent }: Props) {
  const { t } = useTranslation(["settings/purposes", "kit"]);
  const sent = toTexts(writing).map(({ language }) => language);
  const error = (language: string, key: string) => errors[`texts.${sent.indexOf(language)}.${key}`] ?? errors[`texts.${language}.${key}`];
  return (
    <div className={classes.pair}>
      {languages.map((language) => {
        const now = writing[language] ?? nothingWritten;
        const set = (part: Partial<Written>) => onChange({ ...writing, [language]: { ...now, ...part } });
        return (
          <fieldset key={language} style={{ border: 0, padding: 0, margin: 0, display: "grid", gap: 10, alignContent: "start" }}>
            <legend style={{ fontWeight: 600, padding: 0, marginBottom: 6 }}>{t(`kit:language.${language}`)}</legend>
            <TextInput lang={language} label={t("text.title")} value={now.title} onChange={(event) => set({ title: event.currentTarget.value })} error={error(language, "title")} />
            <Textarea lang={language} label={t(consent ? "text.wording" : "text.wordingOther")} description={t(consent ? "text.wordingAbout" : "text.wordingOtherAbout")} autosize minRows={3} value={now.wording} onChange={(event) => set({ wording: event.currentTarget.value })} error={error(language, "wording")} />
            <Textarea lang={language} label={t("text.description")} autosize minRows={2} value={now.description} onChange={(event) => set({ description: event.currentTarget.value })} error={error(language, "description")} />
          </fieldset>
        );
      })}
    </div>
  );
}
