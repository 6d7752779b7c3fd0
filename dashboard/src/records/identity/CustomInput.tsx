import { Group, MultiSelect, Select, Textarea, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { CustomField } from "../pick/use_fields";

interface Props {
  field: Pick<CustomField, "type" | "label" | "options" | "labelOf" | "validation" | "required" | "reason">;
  value: string;
  onChange: (value: string) => void;
  error?: string;
  autoFocus?: boolean;
  required?: boolean;
  /** Says why it is collected, for forms. */
  explain?: boolean;
}

const inputTypes = { URL: "url", EMAIL: "email", PHONE: "tel" } as const;

/** The input for a custom field, with its value as the API writes it. */
export function CustomInput({ field, value, onChange, error, autoFocus, required, explain }: Props) {
  const { t } = useTranslation("records");
  const common = { label: field.label, description: explain ? field.reason : undefined, error, required, autoFocus, "data-autofocus": autoFocus || undefined };
  const combobox = { withinPortal: false };
  switch (field.type) {
    case "CHOICE": {
      const old = value && !field.options.some((one) => one.value === value) ? [{ value, label: field.labelOf(value) }] : [];
      return <Select {...common} data={[...field.options, ...old]} value={value || null} onChange={(one) => onChange(one ?? "")} clearable clearButtonProps={{ "aria-label": t("clear") }} comboboxProps={combobox} />;
    }
    case "CHOICES":
      return <MultiSelect {...common} data={field.options} value={value ? value.split("\n") : []} onChange={(list) => onChange(list.join("\n"))} comboboxProps={combobox} />;
    case "BOOLEAN": {
      const data = [{ value: "true", label: t("yes") }, { value: "false", label: t("no") }];
      return <Select {...common} data={data} value={value || null} onChange={(one) => onChange(one ?? "")} clearable clearButtonProps={{ "aria-label": t("clear") }} comboboxProps={combobox} />;
    }
    case "DATE":
      return <TextInput {...common} type="date" value={value} min={field.validation.min ?? undefined} max={field.validation.max ?? undefined} onChange={(event) => onChange(event.currentTarget.value)} />;
    case "MONEY": {
      const [currency = "EUR", amount = ""] = value.includes(" ") ? value.split(" ") : ["EUR", value];
      const say = (code: string, number: string) => onChange(number.trim() ? `${code.toUpperCase()} ${number.trim().replace(",", ".")}` : "");
      return (
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <TextInput {...common} value={amount} inputMode="decimal" onChange={(event) => say(currency, event.currentTarget.value)} style={{ flex: 1 }} />
          <TextInput label={t("currency")} value={currency} maxLength={3} w={72} onChange={(event) => say(event.currentTarget.value, amount)} />
        </Group>
      );
    }
    case "NUMBER":
      return <TextInput {...common} value={value} inputMode="decimal" onChange={(event) => onChange(event.currentTarget.value.replace(",", "."))} />;
    case "TEXT":
      if ((field.validation.maxLength ?? 4000) > 200) {
        return <Textarea {...common} value={value} onChange={(event) => onChange(event.currentTarget.value)} autosize minRows={2} maxRows={10} maxLength={field.validation.maxLength ?? 4000} dir="auto" />;
      }
      return <TextInput {...common} value={value} onChange={(event) => onChange(event.currentTarget.value)} maxLength={field.validation.maxLength ?? undefined} dir="auto" />;
    default:
      return <TextInput {...common} type={inputTypes[field.type as keyof typeof inputTypes] ?? "text"} value={value} onChange={(event) => onChange(event.currentTarget.value)} spellCheck={false} autoComplete="off" />;
  }
}
