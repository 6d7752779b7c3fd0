import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { languages } from "../../kit/i18n/language";
import classes from "../settings.module.css";
import type { PurposeText } from "./documents";

/** The exact texts, one language beside the other, with what proves them. */
export function Wordings({ texts }: { texts: PurposeText[] }) {
  const { t } = useTranslation(["settings/purposes", "kit"]);
  return (
    <div className={classes.pair}>
      {languages.map((language) => {
        const text = texts.find((one) => one.language === language);
        return (
          <div key={language} className={classes.wording}>
            <Text size="xs" c="dimmed">
              {t(`kit:language.${language}`)}
            </Text>
            {text ? (
              <div lang={language}>
                <Text size="sm" fw={600}>
                  {text.title}
                </Text>
                <Text size="sm" mt={2}>
                  {text.wording}
                </Text>
                {text.description && (
                  <Text size="sm" c="dimmed" mt={4}>
                    {text.description}
                  </Text>
                )}
                <Text size="xs" c="dimmed" mt={4} ff="monospace" title={t("hashAbout")} style={{ wordBreak: "break-all" }}>
                  SHA-256 {text.wordingSha256}
                </Text>
              </div>
            ) : (
              <Text size="sm" c="dimmed">
                {t("noText")}
              </Text>
            )}
          </div>
        );
      })}
    </div>
  );
}
