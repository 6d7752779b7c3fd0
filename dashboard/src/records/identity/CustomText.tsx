import { Anchor } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../kit/format/use_format";
import type { CustomField } from "../pick/use_fields";
import classes from "../table/table.module.css";

interface Props {
  field: Pick<CustomField, "type" | "labelOf">;
  value: string;
  /** Text alone, for tables. */
  plain?: boolean;
}

/** A custom field's value as people write it. */
export function CustomText({ field, value, plain }: Props) {
  const words = useCustomWords();
  const text = words(field, value);
  if (!plain && field.type === "URL" && /^https?:\/\//.test(value)) {
    return (
      <Anchor href={value} target="_blank" rel="noreferrer noopener" fz="inherit">
        <bdi>{value}</bdi>
      </Anchor>
    );
  }
  return <bdi className={plain ? classes.clip : undefined} style={plain ? undefined : { whiteSpace: "pre-wrap" }}>{text}</bdi>;
}

export function useCustomWords() {
  const { t } = useTranslation("records");
  const format = useFormat();
  return ({ type, labelOf }: Props["field"], value: string): string => {
    switch (type) {
      case "CHOICE":
        return labelOf(value);
      case "CHOICES":
        return format.list(value.split("\n").map(labelOf));
      case "BOOLEAN":
        return t(value === "true" ? "yes" : "no");
      case "DATE":
        return format.day(value);
      case "NUMBER":
        return Number.isSafeInteger(Number(value)) || value.length < 15 ? format.number(Number(value)) : value;
      case "MONEY": {
        const [currency, decimal] = value.split(" ");
        return currency && decimal ? format.money({ currency, decimal }) : value;
      }
      default:
        return value;
    }
  };
}
