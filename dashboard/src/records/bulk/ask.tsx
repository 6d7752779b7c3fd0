import { Button, Group, Popover } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props<Value> {
  label: string;
  icon: ReactNode;
  start: Value;
  /** The input for what to set; `ready` once it says enough. */
  input: (value: Value, set: (value: Value) => void) => ReactNode;
  ready: (value: Value) => boolean;
  go: (value: Value) => void;
}

/** A button of the bulk bar that asks for one thing first. */
export function Ask<Value>({ label, icon, start, input, ready, go }: Props<Value>) {
  const { t } = useTranslation("records");
  const [value, setValue] = useState<Value>();
  return (
    <Popover opened={value !== undefined} onChange={(open) => !open && setValue(undefined)} width={300} position="bottom-start" trapFocus withArrow shadow="md">
      <Popover.Target>
        <Button size="compact-sm" variant="default" leftSection={icon} onClick={() => setValue(value === undefined ? start : undefined)}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        {value !== undefined && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (!ready(value)) return;
              setValue(undefined);
              go(value);
            }}
          >
            {input(value, setValue)}
            <Group justify="flex-end" mt="sm">
              <Button type="submit" size="xs" disabled={!ready(value)}>
                {t("bulk.apply")}
              </Button>
            </Group>
          </form>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
