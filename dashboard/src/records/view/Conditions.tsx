import { Button, CloseButton, Group, Popover, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconFilter } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConditionEditor } from "./ConditionEditor";
import { isComplete, type FilterDef } from "./filter";
import { useConditionText } from "./use_condition_text";
import classes from "./view.module.css";
import type { Condition, FilterValue } from "./view_state";

interface Props {
  defs: FilterDef[];
  conditions: Condition[];
  onChange: (conditions: Condition[]) => void;
}

/** The conditions as chips, each with its editor behind it, and the button that adds one. */
export function Conditions({ defs, conditions, onChange }: Props) {
  const { t } = useTranslation("records");
  const text = useConditionText(defs, conditions);
  return (
    <>
      {conditions.map((condition, index) => {
        const def = defs.find(({ key }) => key === condition.key);
        const words = text(condition);
        return (
          <Group key={`${condition.key}-${index}`} gap={0} wrap="nowrap" className={classes.chip}>
            <Editing
              def={def}
              value={condition.value}
              onDone={(value) => onChange(conditions.map((one, at) => (at === index ? { ...one, value } : one)))}
              target={(toggle) => (
                <UnstyledButton className={classes.chipText} onClick={toggle} disabled={!def}>
                  <bdi>{words}</bdi>
                </UnstyledButton>
              )}
            />
            <CloseButton size={24} iconSize={14} aria-label={t("filter.remove", { what: words })} onClick={() => onChange(conditions.filter((_, at) => at !== index))} />
          </Group>
        );
      })}
      <Adding defs={defs} add={(condition) => onChange([...conditions, condition])} />
    </>
  );
}

function Editing({ def, value, onDone, target }: { def?: FilterDef; value: FilterValue; onDone: (value: FilterValue) => void; target: (toggle: () => void) => React.ReactNode }) {
  const { t } = useTranslation("records");
  const [draft, setDraft] = useState<FilterValue>();
  return (
    <Popover opened={draft !== undefined} onChange={(open) => !open && setDraft(undefined)} width={300} position="bottom-start" trapFocus withArrow shadow="md">
      <Popover.Target>
        {target(() => setDraft(draft ? undefined : value))}
      </Popover.Target>
      <Popover.Dropdown aria-label={def?.label}>
        {def && draft && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (isComplete(def, draft)) onDone(draft);
              setDraft(undefined);
            }}
          >
            <ConditionEditor def={def} value={draft} onChange={setDraft} />
            <Button type="submit" mt="md" size="xs" fullWidth disabled={!isComplete(def, draft)}>
              {t("filter.apply")}
            </Button>
          </form>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function Adding({ defs, add }: { defs: FilterDef[]; add: (condition: Condition) => void }) {
  const { t } = useTranslation("records");
  const [open, setOpen] = useState(false);
  const [def, setDef] = useState<FilterDef>();
  const [value, setValue] = useState<FilterValue>({});
  const close = () => (setOpen(false), setDef(undefined), setValue({}));
  return (
    <Popover opened={open} onChange={(now) => !now && close()} width={300} position="bottom-start" trapFocus withArrow shadow="md">
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<IconFilter size={15} aria-hidden />} onClick={() => (open ? close() : setOpen(true))}>
          {t("filter.add")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("filter.add")}>
        {!def && (
          <Stack gap={0} mah={360} style={{ overflow: "auto" }} role="group" aria-label={t("filter.by")}>
            {defs.map((one) => (
              <UnstyledButton key={one.key} className={classes.option} onClick={() => setDef(one)}>
                {one.label}
              </UnstyledButton>
            ))}
          </Stack>
        )}
        {def && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (!isComplete(def, value)) return;
              add({ key: def.key, value });
              close();
            }}
          >
            <Text fw={600} size="sm" mb="xs">
              {def.label}
            </Text>
            <ConditionEditor def={def} value={value} onChange={setValue} />
            <Group mt="md" grow>
              <Button size="xs" variant="default" onClick={() => (setDef(undefined), setValue({}))}>
                {t("back")}
              </Button>
              <Button type="submit" size="xs" disabled={!isComplete(def, value)}>
                {t("filter.apply")}
              </Button>
            </Group>
          </form>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
