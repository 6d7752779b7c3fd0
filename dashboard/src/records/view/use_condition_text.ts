import { useTranslation } from "react-i18next";
import { useFormat } from "../../kit/format/use_format";
import { useNames } from "../../kit/journal/names";
import type { FilterDef } from "./filter";
import type { Condition } from "./view_state";

/** A condition in words, for its chip: "Owner: Hugo Lavergne". */
export function useConditionText(defs: FilterDef[], conditions: Condition[] = []) {
  const { t } = useTranslation(["records", "kit/journal"]);
  const format = useFormat();
  const nameOf = useNames(conditions.filter(({ key }) => key === "company").flatMap(({ value }) => value.in ?? []));
  return ({ key, value }: Condition): string => {
    const def = defs.find((one) => one.key === key);
    if (!def) return t("filter.unknown");
    return t("filter.chip", { label: def.label, value: words() });

    function words(): string {
      if (value.none) return t("filter.none");
      const labels = (value.in ?? []).map((one) => def!.options?.find((option) => option.value === one)?.label ?? nameOf(one) ?? "…");
      const purpose = def!.purposes?.find((one) => one.value === value.purposeId)?.label ?? "…";
      switch (def!.type) {
        case "choices":
        case "company":
          return labels.join(", ");
        case "text":
          return t("filter.contains", { text: value.text });
        case "time":
        case "day":
          if (value.days) return t("filter.lastDays", { count: value.days });
          if (value.older) return t("filter.olderThan", { count: value.older });
          if (value.from && value.to) return t("filter.between", { from: format.day(value.from), to: format.day(value.to) });
          return value.from ? t("filter.since", { from: format.day(value.from) }) : t("filter.until", { to: format.day(value.to ?? "") });
        case "number":
          return [value.min && `≥ ${value.min}`, value.max && `≤ ${value.max}`].filter(Boolean).join(", ");
        case "boolean":
          return t(value.is ? "yes" : "no");
        case "consent":
          return `${purpose} (${t(`kit/journal:channel.${value.channel}`)}): ${labels.join(", ")}`;
        case "usable":
          return `${purpose} (${t(`kit/journal:channel.${value.channel}`)})`;
      }
    }
  };
}
