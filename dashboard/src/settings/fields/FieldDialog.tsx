import { Select, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { languages } from "../../kit/i18n/language";
import { Dialog } from "../Dialog";
import { GroundSelect, type Ground } from "../GroundSelect";
import classes from "../settings.module.css";
import { CREATE, dataClasses, types, UPDATE, type DataClass, type Entity, type Field, type FieldType } from "./documents";
import { FieldOptions, fromOptions, toOptions } from "./FieldOptions";
import { Limits, toValidation, type Limit } from "./Limits";

const withOptions = (type: FieldType) => type === "CHOICE" || type === "CHOICES";

/** Makes or changes a field. Key, type and data class stay as they were made. */
export default function FieldDialog({ entity, field, close }: { entity: Entity; field?: Field; close: () => void }) {
  const { t } = useTranslation(["settings/fields", "settings", "kit"]);
  const [before] = useState(field);
  const [key, setKey] = useState(field?.key ?? "");
  const [label, setLabel] = useState<Record<string, string>>(() => Object.fromEntries((field?.label ?? []).map(({ language, text }) => [language, text])));
  const [type, setType] = useState<FieldType>(field?.type ?? "TEXT");
  const [dataClass, setClass] = useState<DataClass>(field?.dataClass ?? "INTERNAL");
  const [reason, setReason] = useState(field?.reason ?? "");
  const [required, setRequired] = useState(field?.required ?? false);
  const [options, setOptions] = useState(() => fromOptions(field?.options ?? []));
  const [limit, setLimit] = useState<Limit>(() => ({ min: field?.validation.min ?? "", max: field?.validation.max ?? "", maxLength: field?.validation.maxLength ?? null, pattern: field?.validation.pattern ?? "" }));
  const [ground, setGround] = useState<Ground | null>(null);
  const [special, setSpecial] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [token] = useState(() => crypto.randomUUID());
  const [create, creating] = useAct(CREATE);
  const [update, updating] = useAct(UPDATE);

  async function submit() {
    const shared = {
      label: Object.entries(label).filter(([, text]) => text.trim()).map(([language, text]) => ({ language, text })),
      reason,
      required,
      options: withOptions(type) ? toOptions(options) : [],
      validation: toValidation(type, limit),
      specialCategoryGround: ground,
    };
    const done = before
      ? await update({ input: { fieldId: before.id, expectedVersion: before.version, ...shared } })
      : await create({ input: { entity, key, type, dataClass, idempotencyKey: token, ...shared } });
    if (done.ok) {
      tell.done(t(before ? "saved" : "created"));
      return close();
    }
    if (done.problems.some(({ code }) => code === "SPECIAL_CATEGORY")) setSpecial(true);
    const stale = done.problems.find(({ code }) => code === "STALE");
    if (stale) tell.failed(stale.message);
    setErrors(done.fields);
  }

  return (
    <Dialog title={before ? t("editTitle", { key }) : t("newTitle", { entity: t(`entity.${entity}`) })} action={before ? t("settings:save") : t("createAction")} running={creating || updating} submit={submit} close={close} size="lg">
      <div className={classes.pair}>
        {languages.map((language) => (
          <TextInput
            key={language}
            lang={language}
            label={t("settings:inLanguage", { label: t("label"), language: t(`kit:language.${language}`) })}
            value={label[language] ?? ""}
            onChange={(event) => setLabel({ ...label, [language]: event.currentTarget.value })}
            error={errors[`label.${language}`] ?? (language === languages[0] ? errors.label : undefined)}
            data-autofocus={language === languages[0] || undefined}
          />
        ))}
      </div>
      <Textarea label={t("reason")} description={t("reasonAbout")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} error={errors.reason} autosize minRows={1} withAsterisk />
      {!before && (
        <>
          <TextInput label={t("key")} description={t("keyAbout")} value={key} onChange={(event) => setKey(event.currentTarget.value)} error={errors.key} withAsterisk spellCheck={false} autoCapitalize="none" />
          <div className={classes.pair}>
            <Select label={t("typeLabel")} value={type} allowDeselect={false} data={types.map((one) => ({ value: one, label: t(`type.${one}`) }))} onChange={(value) => value && setType(value as FieldType)} error={errors.type} />
            <div>
              <Select label={t("classLabel")} value={dataClass} allowDeselect={false} data={dataClasses.map((one) => ({ value: one, label: t(`class.${one}`) }))} onChange={(value) => value && setClass(value as DataClass)} error={errors.dataClass} />
              <Text size="xs" c="dimmed" mt={4}>
                {t(`classAbout.${dataClass}`)}
              </Text>
            </div>
          </div>
          <Text size="sm" c="dimmed">
            {t("forGood")}
          </Text>
        </>
      )}
      {withOptions(type) && <FieldOptions options={options} onChange={setOptions} errors={errors} />}
      <Limits type={type} limit={limit} onChange={setLimit} errors={errors} />
      <Switch label={t("required")} description={t("requiredAbout")} checked={required} onChange={(event) => setRequired(event.currentTarget.checked)} />
      {special && <GroundSelect value={ground} onChange={setGround} />}
    </Dialog>
  );
}
