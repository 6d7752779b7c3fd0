import type { FilterDef } from "../view/filter";
import type { FilterValue } from "../view/view_state";
import { isSealed, type CustomField } from "./use_fields";

/** Filters by the workspace's own fields, as far as the API filters by them. */
export function customFilters(fields: CustomField[]): FilterDef<{ custom: object[] }>[] {
  return fields
    .filter((field) => field.mayRead && !isSealed(field))
    .map((field) => ({
      key: `custom.${field.key}`,
      label: field.label,
      mayBeEmpty: true,
      options: field.options,
      type: types[field.type] ?? "text",
      make: (value) => {
        const condition = conditionOf(field, value);
        return condition && { custom: [{ key: field.key, ...condition }] };
      },
    }));
}

const types: Partial<Record<CustomField["type"], FilterDef["type"]>> = {
  CHOICE: "choices",
  CHOICES: "choices",
  BOOLEAN: "boolean",
  DATE: "day",
  NUMBER: "number",
  MONEY: "number",
};

function conditionOf({ type }: CustomField, value: FilterValue): object | undefined {
  if (value.none) return { isEmpty: true };
  switch (type) {
    case "CHOICE":
    case "CHOICES":
      return value.in?.length ? { choice: { in: value.in } } : undefined;
    case "BOOLEAN":
      return value.is === undefined ? undefined : { boolean: value.is };
    case "DATE":
      return value.from || value.to ? { date: { gte: value.from || undefined, lte: value.to || undefined } } : undefined;
    case "NUMBER":
    case "MONEY": {
      const factor = type === "MONEY" ? 100 : 1;
      const part = (text: string | undefined) => (text && Number.isFinite(Number(text)) ? Number(text) * factor : undefined);
      return { number: { gte: part(value.min), lte: part(value.max) } };
    }
    default:
      return value.text?.trim() ? { text: { contains: value.text.trim() } } : undefined;
  }
}
