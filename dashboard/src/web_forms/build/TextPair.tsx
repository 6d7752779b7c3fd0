import { Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Texts } from "../model/model";
import classes from "../web_forms.module.css";
import { useEditor } from "./editor";

interface Props {
  label: string;
  description?: string;
  placeholder?: string | ((language: string) => string);
  texts: Texts;
  /** Its path in the definition, like `fields.0.label`. */
  path: string;
  /** What an edit of it is about, where the path may change. */
  about?: string;
  change: (about: string, texts: Texts) => void;
  long?: boolean;
  required?: boolean;
}

/** One text, in every language of the form, side by side. */
export function TextPair({ label, description, placeholder, texts, path, about = path, change, long, required }: Props) {
  const { t } = useTranslation("web_forms");
  const { model, readOnly, problem } = useEditor();
  const several = model.languages.length > 1;
  return (
    <div className={classes.pair}>
      {model.languages.map((language) => {
        const shared = {
          label: several ? t("inLanguage", { label, language: t(`kit:language.${language}`) }) : label,
          description,
          placeholder: typeof placeholder === "function" ? placeholder(language) : placeholder,
          lang: language,
          value: texts[language] ?? "",
          readOnly,
          withAsterisk: required,
          error: problem(`${path}.${language}`),
          onChange: (event: { currentTarget: { value: string } }) => change(`${about}.${language}`, { ...texts, [language]: event.currentTarget.value }),
        };
        return long ? <Textarea key={language} autosize minRows={2} maxRows={8} {...shared} /> : <TextInput key={language} {...shared} />;
      })}
    </div>
  );
}
