import { Button, Group, Paper, Skeleton, Table, Text, Title } from "@mantine/core";
import { lazy, Suspense, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../kit/format/use_format";
import classes from "./charts.module.css";
import type { Day } from "./days";

/** A row of bars: its name, its colour, and its value on a day. */
export interface Series {
  key: string;
  name: string;
  color: string;
  of: (day: Day) => number;
}

interface Props {
  title: string;
  days: Day[];
  series: Series[];
  /** Whether bars of a day stand on each other: where no series is a part of another. */
  stacked?: boolean;
}

// The library of the charts is fetched after the screen is there.
const Bars = lazy(() => import("./Bars"));

/** Bars over days with their sums, and the same as a table for whoever would rather read. */
export function ChartCard({ title, days, series, stacked }: Props) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const sums = series.map((one) => ({ ...one, sum: days.reduce((sum, day) => sum + one.of(day), 0) }));
  const nothing = sums.every(({ sum }) => sum === 0);
  return (
    <Paper withBorder p="md" component="figure" m={0} aria-labelledby={id}>
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Title order={3} id={id}>
          {title}
        </Title>
        <Button variant="subtle" size="compact-xs" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? t("charts.asChart") : t("charts.asTable")}
          <span className={classes.unseen}> – {title}</span>
        </Button>
      </Group>
      <ul className={classes.legend}>
        {sums.map(({ key, name, color, sum }) => (
          <li key={key}>
            <span className={classes.mark} style={{ background: color }} aria-hidden />
            {name} <strong>{format.number(sum)}</strong>
          </li>
        ))}
      </ul>
      {asTable ? (
        <Rows title={title} days={days} series={series} />
      ) : nothing ? (
        <Text size="sm" c="dimmed" className={classes.nothing}>
          {t("charts.nothing")}
        </Text>
      ) : (
        // The legend above says the sums, and the table the rest: the drawing itself is left out when it is read aloud.
        <div className={classes.drawing} aria-hidden>
          <Suspense fallback={<Skeleton height={180} />}>
            <Bars days={days} series={series} stacked={stacked} />
          </Suspense>
        </div>
      )}
    </Paper>
  );
}

function Rows({ title, days, series }: { title: string; days: Day[]; series: Series[] }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const filled = days.filter((day) => series.some((one) => one.of(day)));
  return (
    <div className={classes.rows} tabIndex={0} role="region" aria-label={title}>
      <Table stickyHeader verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("charts.day")}</Table.Th>
            {series.map(({ key, name }) => (
              <Table.Th key={key} ta="right">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {filled.map((day) => (
            <Table.Tr key={day.date}>
              <Table.Td>{format.day(day.date)}</Table.Td>
              {series.map((one) => (
                <Table.Td key={one.key} ta="right">
                  {format.number(one.of(day))}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {!filled.length && (
        <Text size="sm" c="dimmed" mt="sm">
          {t("charts.nothing")}
        </Text>
      )}
    </div>
  );
}
