import { Checkbox, Group, MultiSelect, NumberInput, Radio, Select, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CompanySelect } from "../pick/CompanySelect";
import type { FilterDef } from "./filter";
import type { FilterValue } from "./view_state";

interface Props {
  def: FilterDef;
  value: FilterValue;
  onChange: (value: FilterValue) => void;
}

/** The inputs for one condition. */
export function ConditionEditor({ def, value, onChange }: Props) {
  const { t } = useTranslation("records");
  const set = (part: FilterValue) => onChange({ ...value, ...part });
  const none = def.mayBeEmpty && (
    <Checkbox label={t("filter.none")} checked={value.none ?? false} onChange={(event) => onChange(event.currentTarget.checked ? { none: true } : {})} />
  );
  return (
    <Stack gap="sm">
      {!value.none && <Inputs def={def} value={value} set={set} onChange={onChange} />}
      {none}
    </Stack>
  );
}

function Inputs({ def, value, set, onChange }: Props & { set: (part: FilterValue) => void }) {
  const { t } = useTranslation(["records", "kit/journal"]);
  switch (def.type) {
    case "choices":
      return <Choices def={def} value={value} set={set} />;
    case "company":
      return <CompanySelect label={def.label} value={value.in?.[0] ?? null} onChange={(id) => set({ in: id ? [id] : [] })} />;
    case "text":
      return <TextInput label={t("filter.containsLabel")} value={value.text ?? ""} onChange={(event) => set({ text: event.currentTarget.value })} data-autofocus />;
    case "boolean":
      return (
        <Radio.Group label={def.label} value={value.is === undefined ? "" : String(value.is)} onChange={(is) => set({ is: is === "true" })}>
          <Group mt={4}>
            <Radio value="true" label={t("yes")} />
            <Radio value="false" label={t("no")} />
          </Group>
        </Radio.Group>
      );
    case "number":
      return (
        <Group grow>
          <NumberInput label={t("filter.min")} value={value.min ?? ""} onChange={(min) => set({ min: String(min) })} />
          <NumberInput label={t("filter.max")} value={value.max ?? ""} onChange={(max) => set({ max: String(max) })} />
        </Group>
      );
    case "time":
    case "day":
      return <Time type={def.type} value={value} set={set} onChange={onChange} />;
    case "consent":
    case "usable":
      return (
        <>
          <Select
            label={t("purpose")}
            data={def.purposes ?? []}
            value={value.purposeId ?? null}
            onChange={(id) => id && onChange({ ...value, purposeId: id, channel: def.purposes?.find((one) => one.value === id)?.channels[0] })}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
          />
          <Select
            label={t("channel")}
            data={(def.purposes?.find((one) => one.value === value.purposeId)?.channels ?? []).map((one) => ({ value: one, label: t(`kit/journal:channel.${one}`) }))}
            value={value.channel ?? null}
            onChange={(channel) => channel && set({ channel })}
            allowDeselect={false}
            disabled={!value.purposeId}
            comboboxProps={{ withinPortal: false }}
          />
          {def.type === "consent" && <Choices def={def} value={value} set={set} label={t("filter.consentState")} />}
        </>
      );
  }
}

function Choices({ def, value, set, label }: { def: FilterDef; value: FilterValue; set: (part: FilterValue) => void; label?: string }) {
  const few = (def.options?.length ?? 0) <= 8;
  if (few) {
    return (
      <Checkbox.Group label={label ?? def.label} value={value.in ?? []} onChange={(list) => set({ in: list })}>
        <Stack gap={6} mt={6}>
          {def.options?.map((one) => <Checkbox key={one.value} value={one.value} label={one.label} />)}
        </Stack>
      </Checkbox.Group>
    );
  }
  return <MultiSelect label={label ?? def.label} data={def.options} value={value.in ?? []} onChange={(list) => set({ in: list })} searchable comboboxProps={{ withinPortal: false }} />;
}

const spans = [7, 30, 90, 365];

function Time({ type, value, onChange, set }: { type: "time" | "day"; value: FilterValue; onChange: (value: FilterValue) => void; set: (part: FilterValue) => void }) {
  const { t } = useTranslation("records");
  const chosen = value.days ? `days-${value.days}` : value.older ? `older-${value.older}` : "dates";
  const data = [
    { value: "dates", label: t("filter.dates") },
    ...(type === "time" ? spans.map((count) => ({ value: `days-${count}`, label: t("filter.lastDays", { count }) })) : []),
    ...(type === "time" ? [90, 180, 365, 730].map((count) => ({ value: `older-${count}`, label: t("filter.olderThan", { count }) })) : []),
  ];
  return (
    <>
      {type === "time" && (
        <Select
          label={t("filter.when")}
          data={data}
          value={chosen}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          onChange={(choice) => {
            const [kind, count] = (choice ?? "dates").split("-");
            onChange(kind === "days" ? { days: Number(count) } : kind === "older" ? { older: Number(count) } : {});
          }}
        />
      )}
      {chosen === "dates" && (
        <Group grow>
          <TextInput type="date" label={t("filter.from")} value={value.from ?? ""} onChange={(event) => set({ from: event.currentTarget.value })} />
          <TextInput type="date" label={t("filter.to")} value={value.to ?? ""} onChange={(event) => set({ to: event.currentTarget.value })} />
        </Group>
      )}
    </>
  );
}
