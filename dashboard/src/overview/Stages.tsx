import { Paper, SimpleGrid, Skeleton, Text, Title } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { graphql } from "../kit/client/graphql";
import { useFormat } from "../kit/format/use_format";
import { useFresh } from "../kit/live/use_journal";
import classes from "./charts.module.css";
import { PIPELINE } from "./documents";

const PIPELINES = graphql(`
  query PipelinesOfOverview {
    pipelines { id }
  }
`);

/** What lies in each stage of each pipeline. */
export function Stages() {
  const { t } = useTranslation("overview");
  const [result, again] = useQuery({ query: PIPELINES });
  useFresh(again, ["pipeline."]);
  return (
    <section aria-label={t("stages.title")}>
      <Answer of={result} again={again} skeleton={<Skeleton height={180} />}>
        {({ pipelines }) => (
          <SimpleGrid cols={{ base: 1, md: Math.min(2, Math.max(1, pipelines.length)) }}>
            {pipelines.map(({ id }) => (
              <PipelineStages key={id} id={id} />
            ))}
          </SimpleGrid>
        )}
      </Answer>
    </section>
  );
}

function PipelineStages({ id }: { id: string }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const title = useId();
  const [result, again] = useQuery({ query: PIPELINE, variables: { id } });
  useFresh(again, ["deal.", "stage."]);
  return (
    <Answer of={result} again={again} skeleton={<Skeleton height={180} />}>
      {({ board }) => {
        if (!board) return null;
        const open = board.columns.filter(({ stage }) => stage.kind === "OPEN");
        // Bars compare amounts of one currency; where there are several, they compare numbers of deals.
        const currencies = new Set(open.flatMap(({ totals }) => totals.sums.map(({ currency }) => currency)));
        const size = ({ totals }: (typeof open)[number]) => (currencies.size === 1 ? Number(totals.sums[0]?.amountMinor ?? 0) : totals.count);
        const largest = Math.max(1, ...open.map(size));
        return (
          <Paper withBorder p="md" component="figure" m={0} aria-labelledby={title}>
            <Title order={3} id={title} mb="sm">
              {t("stages.of", { name: board.pipeline.name })}
            </Title>
            <ul className={classes.stages}>
              {open.map((column) => (
                <li key={column.stage.id}>
                  <span>{column.stage.name}</span>
                  <span aria-hidden>
                    <span className={classes.bar} style={{ display: "block", width: `${(size(column) / largest) * 100}%` }} />
                  </span>
                  <span className={classes.value}>
                    {format.list(column.totals.sums.map((sum) => format.money(sum, { cents: false })))}{" "}
                    <Text span size="xs" c="dimmed">
                      {t("stages.count", { count: column.totals.count })}
                    </Text>
                  </span>
                </li>
              ))}
            </ul>
          </Paper>
        );
      }}
    </Answer>
  );
}
