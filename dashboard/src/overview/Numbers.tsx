import { Paper, SimpleGrid, Skeleton, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { graphql, type ResultOf } from "../kit/client/graphql";
import { useFormat } from "../kit/format/use_format";
import { useFresh } from "../kit/live/use_journal";
import classes from "./numbers.module.css";

const NUMBERS = graphql(`
  query OverviewNumbers {
    requestCounts { open overdue dueSoon }
    waiting: submissions(first: 1, state: WAITING) { totalCount }
    contacts(first: 1) { totalCount }
    pipelines { id name }
  }
`);
const PIPELINE = graphql(`
  query PipelineValue($id: ID!) {
    board(pipelineId: $id, perStage: 1) {
      pipeline { id name }
      columns { stage { id kind } totals { count sums { amountMinor currency } weighted { amountMinor currency } } }
    }
  }
`);

const moving = ["contact.", "submission.", "opt_in.", "request.", "pipeline."];

/** How the workspace stands now: it follows the journal. */
export function Numbers() {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const [result, again] = useQuery({ query: NUMBERS });
  useFresh(again, moving);
  return (
    <section aria-label={t("numbers.title")}>
      <Answer of={result} again={again} skeleton={<Tiles>{[1, 2, 3, 4].map((key) => <Skeleton key={key} height={104} />)}</Tiles>}>
        {({ contacts, waiting, requestCounts, pipelines }) => (
          <Tiles>
            <Tile label={t("numbers.contacts")} value={format.number(contacts.totalCount)} />
            <Tile label={t("numbers.waiting")} value={format.number(waiting.totalCount)} about={t("numbers.waitingWhy")} />
            <Tile label={t("numbers.requests")} value={format.number(requestCounts.open)} about={urgency(requestCounts, t)} alarming={requestCounts.overdue > 0} />
            {pipelines.map(({ id }) => (
              <PipelineTile key={id} id={id} />
            ))}
          </Tiles>
        )}
      </Answer>
    </section>
  );
}

const Tiles = ({ children }: { children: ReactNode }) => <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 5 }}>{children}</SimpleGrid>;

function urgency({ overdue, dueSoon }: { overdue: number; dueSoon: number }, t: ReturnType<typeof useTranslation<"overview">>["t"]) {
  if (overdue) return t("numbers.overdue", { count: overdue });
  return dueSoon ? t("numbers.dueSoon", { count: dueSoon }) : t("numbers.notUrgent");
}

interface TileProps {
  label: string;
  value: string;
  about?: string;
  alarming?: boolean;
}

function Tile({ label, value, about, alarming }: TileProps) {
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text className={classes.value}>{value}</Text>
      {about && (
        <Text size="xs" c={alarming ? "var(--mantine-color-error)" : "dimmed"}>
          {about}
        </Text>
      )}
    </Paper>
  );
}

type Board = NonNullable<ResultOf<typeof PIPELINE>["board"]>;

function PipelineTile({ id }: { id: string }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const [result, again] = useQuery({ query: PIPELINE, variables: { id } });
  useFresh(again, ["deal."]);
  return (
    <Answer of={result} again={again} skeleton={<Skeleton height={104} />}>
      {({ board }) => {
        if (!board) return null;
        const open = openOf(board);
        const money = (sums: Map<string, bigint>) => format.list([...sums].map(([currency, minor]) => format.money({ currency, amountMinor: String(minor) }, { cents: false })));
        return (
          <Tile
            label={t("numbers.pipeline", { name: board.pipeline.name })}
            value={open.sums.size ? money(open.sums) : format.number(0)}
            about={t("numbers.pipelineAbout", { count: open.count, weighted: money(open.weighted) || "0" })}
          />
        );
      }}
    </Answer>
  );
}

/** Deals that are neither won nor lost, by currency. */
function openOf({ columns }: Board) {
  const sums = new Map<string, bigint>();
  const weighted = new Map<string, bigint>();
  let count = 0;
  for (const { stage, totals } of columns) {
    if (stage.kind !== "OPEN") continue;
    count += totals.count;
    for (const one of totals.sums) sums.set(one.currency, (sums.get(one.currency) ?? 0n) + BigInt(one.amountMinor));
    for (const one of totals.weighted) weighted.set(one.currency, (weighted.get(one.currency) ?? 0n) + BigInt(one.amountMinor));
  }
  return { sums, weighted, count };
}
