import { Alert, Badge, Checkbox, Group, Select, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useStore } from "../../kit/store";
import { language } from "../../kit/i18n/language";
import type { Channel, Offer } from "../model/model";
import { purposeText, type Purpose } from "../form_query";
import classes from "../web_forms.module.css";
import { useEditor } from "./editor";
import { Section } from "./Section";

const same = (one: Offer, purposeId: string, channel: Channel) => one.purposeId === purposeId && one.channel === channel;

/** Which consents are offered (purpose by channel), with the exact words that will stand beside each box; and another legal basis. */
export function Consents() {
  const { t } = useTranslation("web_forms");
  const { model, around, edit, readOnly, problem } = useEditor();
  const ours = useStore(language);
  const onConsent = around.purposes.filter((one) => one.legalBasis === "CONSENT" && (!one.archivedAt || model.consents.some(({ purposeId }) => purposeId === one.id)));
  const others = around.purposes.filter((one) => one.legalBasis !== "CONSENT" && (!one.archivedAt || one.id === model.basisPurposeId));
  const basis = around.purposes.find(({ id }) => id === model.basisPurposeId);
  const phones = model.consents.findIndex((_, at) => problem(`consents.${at}`));

  function toggle(purposeId: string, channel: Channel, on: boolean) {
    const consents = on ? [...model.consents, { purposeId, channel }] : model.consents.filter((one) => !same(one, purposeId, channel));
    edit(`consent ${purposeId} ${channel}`, { consents });
  }

  return (
    <Section title={t("consents.title")} about={t("consents.about")}>
      {(problem("consents") || phones >= 0) && (
        <Text c="var(--mantine-color-error)" size="sm" mb="xs">
          {problem("consents") ?? problem(`consents.${phones}`)}
        </Text>
      )}
      <Stack gap="xs">
        {!onConsent.length && (
          <Alert variant="light" color="gray">
            {t("consents.none")} <Link to={"/settings/purposes" as "/"}>{t("consents.toPurposes")}</Link>
          </Alert>
        )}
        {onConsent.map((purpose) => (
          <div key={purpose.id} className={classes.card}>
            <Group justify="space-between" gap="xs">
              <Text fw={600} size="sm">
                {purposeText(purpose, ours)?.title ?? purpose.key}
                {purpose.archivedAt && (
                  <Badge ml="xs" size="sm" color="red" variant="light" tt="none" c="var(--mantine-color-error)">
                    {t("consents.archived")}
                  </Badge>
                )}
              </Text>
              <Group gap="md">
                {purpose.channels.map((channel) => (
                  <Checkbox
                    key={channel}
                    size="sm"
                    label={t(`channel.${channel}`)}
                    disabled={readOnly}
                    checked={model.consents.some((one) => same(one, purpose.id, channel))}
                    onChange={(event) => toggle(purpose.id, channel, event.currentTarget.checked)}
                  />
                ))}
              </Group>
            </Group>
            {model.consents.some(({ purposeId }) => purposeId === purpose.id) && <Wordings purpose={purpose} languages={model.languages} />}
          </div>
        ))}
        <div className={classes.card}>
          <Select
            label={t("basis.label")}
            description={t("basis.about")}
            value={model.basisPurposeId ?? ""}
            allowDeselect={false}
            disabled={readOnly}
            error={problem("basisPurposeId")}
            data={[{ value: "", label: t("basis.consent") }, ...others.map((one) => ({ value: one.id, label: `${purposeText(one, ours)?.title ?? one.key} (${t(`legalBasis.${one.legalBasis}`)})` }))]}
            onChange={(value) => edit("basis", { basisPurposeId: value || null })}
          />
          {basis && <Wordings purpose={basis} languages={model.languages} />}
        </div>
      </Stack>
    </Section>
  );
}

/** The frozen words, side by side. A language that is missing cannot be published. */
function Wordings({ purpose, languages }: { purpose: Purpose; languages: string[] }) {
  const { t } = useTranslation("web_forms");
  return (
    <div className={classes.pair}>
      {languages.map((one) => {
        const text = purpose.currentVersion.texts.find((text) => text.language === one);
        return (
          <div key={one} className={classes.change} lang={one}>
            <Text size="xs" c="dimmed" lang={undefined}>
              {t("consents.version", { language: t(`kit:language.${one}`), number: purpose.currentVersion.number })}
            </Text>
            {text ? <Text size="sm">{text.wording}</Text> : <Text size="sm" c="var(--mantine-color-error)">{t("consents.missing")}</Text>}
          </div>
        );
      })}
    </div>
  );
}
