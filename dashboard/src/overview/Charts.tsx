import { Group, SegmentedControl, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { useFresh } from "../kit/live/use_journal";
import { ChartCard, type Series } from "./ChartCard";
import { byWeek, countOf, lastDays, today, type Day } from "./days";
import { counted, DAYS } from "./documents";

const ranges = ["7", "30", "90"] as const;

/** What came in, what was allowed and what was sold, over time. */
export function Charts() {
  const { t } = useTranslation("overview");
  const [range, setRange] = useState<(typeof ranges)[number]>("30");
  const days = Number(range);
  const [result, again] = useQuery({ query: DAYS, variables: { days } });
  useFresh(again, counted);

  const leads: Series[] = [
    { key: "received", name: t("charts.received"), color: "var(--accord-chart-quiet)", of: (day) => countOf(day, "submission.received") },
    { key: "confirmed", name: t("charts.confirmed"), color: "var(--accord-chart-strong)", of: (day) => countOf(day, "opt_in.confirmed") },
  ];
  const consents: Series[] = [
    { key: "given", name: t("charts.given"), color: "var(--accord-chart-strong)", of: (day) => countOf(day, "consent.given") },
    { key: "ended", name: t("charts.ended"), color: "var(--accord-chart-warm)", of: (day) => countOf(day, "consent.withdrawn", "consent.refused") },
  ];
  const deals: Series[] = [
    { key: "created", name: t("charts.dealsCreated"), color: "var(--accord-chart-quiet)", of: (day) => countOf(day, "deal.created") },
    { key: "won", name: t("charts.dealsWon"), color: "var(--accord-chart-strong)", of: (day) => countOf(day, "deal.won") },
    { key: "lost", name: t("charts.dealsLost"), color: "var(--accord-chart-warm)", of: (day) => countOf(day, "deal.lost") },
  ];
  return (
    <section aria-labelledby="charts">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="charts">
          {t("charts.title")}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t("charts.range")}
          value={range}
          onChange={(value) => setRange(value as typeof range)}
          data={ranges.map((value) => ({ value, label: t("charts.days", { count: Number(value) }) }))}
        />
      </Group>
      <Answer of={result} again={again} skeleton={<Outline />}>
        {({ journalDays }) => {
          const all = lastDays(journalDays, days, today());
          const bars: Day[] = days > 30 ? byWeek(all) : all;
          return (
            <>
              <SimpleGrid cols={{ base: 1, md: 3 }}>
                <ChartCard title={t("charts.leads")} days={bars} series={leads} />
                <ChartCard title={t("charts.consents")} days={bars} series={consents} stacked />
                <ChartCard title={t("charts.deals")} days={bars} series={deals} stacked />
              </SimpleGrid>
              {bars !== all && (
                <Text size="xs" c="dimmed" mt="xs">
                  {t("charts.weekly")}
                </Text>
              )}
            </>
          );
        }}
      </Answer>
    </section>
  );
}

const Outline = () => (
  <SimpleGrid cols={{ base: 1, md: 3 }}>
    {[1, 2, 3].map((key) => (
      <Skeleton key={key} height={260} />
    ))}
  </SimpleGrid>
);
