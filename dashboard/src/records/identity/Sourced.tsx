import { Badge, Popover, Stack, Text } from "@mantine/core";
import { useId, useState, type HTMLAttributes, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../kit/format/use_format";
import type { Source } from "./model";

interface Props {
  label: string;
  source: Source | undefined;
  nameOf: (id: string) => string | null | undefined;
  children: (target: HTMLAttributes<HTMLElement>) => ReactNode;
}

/** On hover and focus: where a value came from, who set it, and when. */
export function Sourced({ label, source, nameOf, children }: Props) {
  const { t } = useTranslation(["records", "kit/journal"]);
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const id = useId();
  if (!source) return children({});
  const known = ["staff", "integration", "person", "domain", "merge"].includes(source.source);
  const from = known ? t(`source.${source.source}`) : t("source.form", { name: nameOf(source.source) ?? "…" });
  const who = source.actor.includes("_") ? (nameOf(source.actor) ?? "…") : t(`kit/journal:actor.${source.actor}`);
  return (
    <Popover opened={open} position="top-start" withArrow shadow="md" width={280} withRoles={false} returnFocus={false} trapFocus={false}>
      <Popover.Target>
        <span style={{ display: "block" }}>
          {children({
            "aria-describedby": open ? id : undefined,
            onMouseEnter: () => setOpen(true),
            onMouseLeave: () => setOpen(false),
            onFocus: () => setOpen(true),
            onBlur: () => setOpen(false),
            onKeyDown: (event) => event.key === "Escape" && setOpen(false),
          })}
        </span>
      </Popover.Target>
      <Popover.Dropdown id={id} role="tooltip" p="sm">
        <Stack gap={4}>
          <Text size="xs" c="dimmed">
            {t("source.of", { label })}
          </Text>
          <Text size="sm" fw={500}>
            <bdi>{from}</bdi>
          </Text>
          <Text size="sm">
            <bdi>{who}</bdi>
          </Text>
          <Text size="sm">{format.full(source.at)}</Text>
          <Badge size="sm" tt="none" variant="light" color={source.proven ? "teal" : "gray"}>
            {t(source.proven ? "source.proven" : "source.unproven")}
          </Badge>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
