import { ActionIcon, Button, Checkbox, Popover, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconColumns } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./view.module.css";

interface Props {
  /** Every column there is; the first always stays. */
  all: { key: string; label: string }[];
  shown: string[];
  onChange: (shown: string[]) => void;
  reset?: () => void;
}

/** Which columns, and in what order: by the mouse and by the keyboard alike. */
export function Columns({ all, shown, onChange, reset }: Props) {
  const { t } = useTranslation("records");
  const [said, setSaid] = useState("");
  const first = shown[0];
  const label = (key: string) => all.find((one) => one.key === key)?.label ?? key;
  const hidden = all.filter(({ key }) => !shown.includes(key));

  function move(key: string, step: number) {
    const at = shown.indexOf(key);
    const to = at + step;
    if (to < 1 || to >= shown.length) return;
    const next = [...shown];
    next.splice(at, 1);
    next.splice(to, 0, key);
    onChange(next);
    setSaid(t("columns.moved", { name: label(key), place: to + 1 }));
  }

  return (
    <Popover width={290} position="bottom-end" trapFocus withArrow shadow="md">
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<IconColumns size={15} aria-hidden />}>
          {t("columns.title")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("columns.title")}>
        <VisuallyHidden role="status">{said}</VisuallyHidden>
        <Stack gap={2} mah={420} style={{ overflow: "auto" }}>
          {shown.map((key, index) => (
            <div key={key} className={classes.column}>
              <Checkbox
                size="xs"
                checked
                disabled={key === first}
                label={label(key)}
                style={{ flex: 1 }}
                onChange={() => onChange(shown.filter((one) => one !== key))}
              />
              {key !== first && (
                <>
                  <ActionIcon variant="subtle" size="sm" aria-label={t("columns.up", { name: label(key) })} disabled={index <= 1} onClick={() => move(key, -1)}>
                    <IconArrowUp size={14} aria-hidden />
                  </ActionIcon>
                  <ActionIcon variant="subtle" size="sm" aria-label={t("columns.down", { name: label(key) })} disabled={index === shown.length - 1} onClick={() => move(key, 1)}>
                    <IconArrowDown size={14} aria-hidden />
                  </ActionIcon>
                </>
              )}
            </div>
          ))}
          {hidden.length > 0 && (
            <Text size="xs" c="dimmed" mt="xs">
              {t("columns.hidden")}
            </Text>
          )}
          {hidden.map(({ key }) => (
            <Checkbox key={key} size="xs" py={4} checked={false} label={label(key)} onChange={() => onChange([...shown, key])} />
          ))}
        </Stack>
        {reset && (
          <Button variant="subtle" size="compact-xs" mt="sm" onClick={reset}>
            {t("columns.reset")}
          </Button>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
