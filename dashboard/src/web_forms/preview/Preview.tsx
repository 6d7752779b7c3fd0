import { Box, Group, SegmentedControl, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useComputedColorScheme } from "@mantine/core";
import { recall, remember } from "../../kit/remembered";
import type { Around } from "../form_query";
import type { Model } from "../model/model";
import classes from "../web_forms.module.css";
import { FrameDocument, type Theme } from "./FrameDocument";
import { HostedForm } from "./HostedForm";

const widths = ["320", "768", "1024"];

/** The draft as visitors would see it, at three widths, in both themes and every language of the form. */
export function Preview({ model, around }: { model: Model; around: Around }) {
  const { t } = useTranslation("web_forms");
  const ours = useComputedColorScheme("light");
  const [width, setWidth] = useState(() => recall("preview-width") ?? "768");
  const [theme, setTheme] = useState<Theme>(ours);
  const [wanted, setLanguage] = useState<string>();
  const language = wanted && model.languages.includes(wanted) ? wanted : (model.languages[0] ?? "en");
  const chosen = widths.includes(width) ? width : "768";
  return (
    <section aria-labelledby="preview-title">
      <Group justify="space-between" gap="xs" mb="xs">
        <h2 id="preview-title" className={classes.heading}>
          {t("preview.title")}
        </h2>
        <Group gap={6}>
          {model.languages.length > 1 && (
            <SegmentedControl
              size="xs"
              aria-label={t("preview.language")}
              value={language}
              onChange={setLanguage}
              data={model.languages.map((one) => ({ value: one, label: one.toUpperCase() }))}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label={t("preview.theme")}
            value={theme}
            onChange={(value) => setTheme(value as Theme)}
            data={(["light", "dark"] as const).map((one) => ({ value: one, label: t(`preview.${one}`) }))}
          />
          <SegmentedControl
            size="xs"
            aria-label={t("preview.width")}
            value={chosen}
            onChange={(value) => (setWidth(value), remember("preview-width", value))}
            data={widths}
          />
        </Group>
      </Group>
      <Box className={classes.frame}>
        <FrameDocument title={t("preview.frame")} language={language} theme={theme} width={Number(chosen)}>
          <HostedForm model={model} around={around} language={language} />
        </FrameDocument>
      </Box>
      <Text size="xs" c="dimmed" mt={6}>
        {t("preview.about")}
      </Text>
    </section>
  );
}
