import { NumberInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "../settings.module.css";
import type { FieldType } from "./documents";

export interface Limit {
  min: string;
  max: string;
  maxLength: number | null;
  pattern: string;
}

const ranged = (type: FieldType) => type === "NUMBER" || type === "MONEY" || type === "DATE";

/** Only what the type of the field knows; nothing is no limit. */
export function toValidation(type: FieldType, { min, max, maxLength, pattern }: Limit) {
  if (ranged(type)) return min || max ? { min: min || null, max: max || null } : null;
  if (type === "TEXT") return maxLength || pattern ? { maxLength, pattern: pattern || null } : null;
  return null;
}

interface Props {
  type: FieldType;
  limit: Limit;
  onChange: (limit: Limit) => void;
  errors: Record<string, string>;
}

export function Limits({ type, limit, onChange, errors }: Props) {
  const { t } = useTranslation("settings/fields");
  if (ranged(type)) {
    const kind = type === "DATE" ? "date" : "text";
    return (
      <div className={classes.pair}>
        <TextInput type={kind} inputMode={kind === "text" ? "decimal" : undefined} label={t("limit.min")} value={limit.min} onChange={(event) => onChange({ ...limit, min: event.currentTarget.value })} error={errors["validation.min"]} />
        <TextInput type={kind} inputMode={kind === "text" ? "decimal" : undefined} label={t("limit.max")} value={limit.max} onChange={(event) => onChange({ ...limit, max: event.currentTarget.value })} error={errors["validation.max"]} />
      </div>
    );
  }
  if (type !== "TEXT") return null;
  return (
    <div className={classes.pair}>
      <NumberInput label={t("limit.maxLength")} value={limit.maxLength ?? ""} min={1} max={4000} allowDecimal={false} onChange={(value) => onChange({ ...limit, maxLength: typeof value === "number" ? value : null })} error={errors["validation.maxLength"]} />
      <TextInput label={t("limit.pattern")} description={t("limit.patternAbout")} inputWrapperOrder={["label", "input", "description", "error"]} value={limit.pattern} onChange={(event) => onChange({ ...limit, pattern: event.currentTarget.value })} error={errors["validation.pattern"]} spellCheck={false} ff="monospace" />
    </div>
  );
}
