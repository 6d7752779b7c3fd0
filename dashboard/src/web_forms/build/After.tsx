import { Stack, TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "../web_forms.module.css";
import { useEditor } from "./editor";
import { Section } from "./Section";
import { TextPair } from "./TextPair";

/** Where it may stand, and what visitors see after sending. */
export function After() {
  const { t } = useTranslation("web_forms");
  const { model, edit, readOnly, problem } = useEditor();
  const origin = model.allowedOrigins.map((_, at) => problem(`allowedOrigins.${at}`)).find(Boolean);
  return (
    <>
      <Section title={t("places.title")} about={t("places.about")}>
        <div className={classes.card}>
          <TagsInput
            label={t("places.origins")}
            description={t("places.originsAbout")}
            placeholder={model.allowedOrigins.length ? undefined : "https://www.example.org"}
            value={model.allowedOrigins}
            readOnly={readOnly}
            splitChars={[",", " ", "\n"]}
            acceptValueOnBlur
            error={problem("allowedOrigins") ?? origin}
            onChange={(allowedOrigins) => edit("origins", { allowedOrigins })}
            clearButtonProps={{ "aria-label": t("clear") }}
          />
        </div>
      </Section>
      <Section title={t("after.title")} about={t("after.about")}>
        <Stack className={classes.card} gap="sm">
          <TextPair label={t("after.message")} texts={model.successMessage} path="successMessage" long change={(about, successMessage) => edit(about, { successMessage })} />
          <TextInput
            label={t("after.redirect")}
            description={t("after.redirectAbout")}
            placeholder="https://www.example.org/thank-you"
            type="url"
            value={model.redirectUrl}
            readOnly={readOnly}
            error={problem("redirectUrl")}
            onChange={(event) => edit("redirectUrl", { redirectUrl: event.currentTarget.value })}
          />
        </Stack>
      </Section>
    </>
  );
}
