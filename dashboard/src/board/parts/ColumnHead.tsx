import { Badge, Group, Text, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../kit/format/use_format";
import type { Sum } from "../documents";
import type { Column } from "../state/board";
import classes from "./board.module.css";

/** A stage's name, how many deals it has and what they are worth, each currency by itself. */
export function ColumnHead({ column: { stage, totals }, matching, children }: { column: Column; matching?: { count: number; sums: Sum[] }; children: ReactNode }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const sums = (matching?.sums ?? totals.sums).filter(({ amountMinor }) => amountMinor !== "0");
  const written = (list: Sum[]) => list.map((sum) => format.money(sum, { cents: false })).join(" + ");
  const weighted = totals.weighted.filter(({ amountMinor }) => amountMinor !== "0");
  const count = matching ? t("column.of", { count: matching.count, all: format.number(totals.count) }) : format.number(totals.count);
  return (
    <header className={classes.head}>
      <Group gap={8} wrap="nowrap" justify="space-between" h={26}>
        <Group gap={8} wrap="nowrap" miw={0}>
          <span className={classes.dot} aria-hidden />
          <Text component="h2" id={`head-${stage.id}`} size="sm" fw={600} truncate dir="auto">
            {stage.name}
          </Text>
          <Badge variant="light" color="gray" size="sm" tt="none" fw={600} className={classes.count} aria-label={t("column.count", { count: matching?.count ?? totals.count })} role="img">
            {count}
          </Badge>
        </Group>
        {children}
      </Group>
      <Tooltip disabled={!weighted.length || stage.kind !== "OPEN" || Boolean(matching)} label={t("column.weighted", { sum: written(weighted), probability: format.percent(stage.probability / 100) })} openDelay={300}>
        <Text size="xs" c="dimmed" className={classes.sums} data-sums>
          {sums.length ? written(sums) : "–"}
        </Text>
      </Tooltip>
    </header>
  );
}
