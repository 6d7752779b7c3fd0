import { Paper, SimpleGrid, Skeleton, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { graphql, type ResultOf } from "../kit/client/graphql";
import { clock } from "../kit/format/server_clock";
import { useFormat } from "../kit/format/use_format";
import { useFresh } from "../kit/live/use_journal";
import { lastDays, today, total } from "./days";
import { counted, DAYS, PIPELINE } from "./documents";
import classes from "./numbers.module.css";

const NUMBERS = graphql(`
  query OverviewNumbers {
    requestCounts { open overdue dueSoon }
    waiting: submissions(first: 1, state: WAITING) { totalCount }
    contacts(first: 1) { totalCount }
    pipelines { id name }
  }
`);
const WON = graphql(`
  query WonThisMonth($since: DateTime!) {
    deals(first: 100, filter: { kinds: [WON], closedAt: { gte: $since } }) { totalCount nodes { id amount { amountMinor currency } } }
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
            <DayTiles />
            <Tile label={t("numbers.waiting")} value={format.number(waiting.totalCount)} about={t("numbers.waitingWhy")} />
            <Tile label={t("numbers.requests")} value={format.number(requestCounts.open)} about={urgency(requestCounts, t)} alarming={requestCounts.overdue > 0} />
            <WonTile />
            {pipelines.map(({ id }) => (
              <PipelineTile key={id} id={id} />
            ))}
          </Tiles>
        )}
      </Answer>
    </section>
  );
}

const Tiles = ({ children }: { children: ReactNode }) => <SimpleGrid cols={{ base: 2, md: 3, xl: 5 }}>{children}</SimpleGrid>;

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

/** What the last days brought: of leads and of consents. */
function DayTiles() {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const [result, again] = useQuery({ query: DAYS, variables: { days: 30 } });
  useFresh(again, counted);
  return (
    <Answer of={result} again={again} skeleton={<Skeleton height={104} />}>
      {({ journalDays }) => {
        const days = lastDays(journalDays, 30, today());
        const received = total(days, "submission.received");
        const confirmed = total(days, "opt_in.confirmed");
        const ended = total(days, "consent.withdrawn", "consent.refused");
        return (
          <>
            <Tile label={t("numbers.leadsToday")} value={format.number(total(days.slice(-1), "submission.received"))} about={t("numbers.leadsMonth", { count: received })} />
            <Tile
              label={t("numbers.confirmed")}
              value={received ? format.percent(Math.min(1, confirmed / received)) : "–"}
              about={t("numbers.confirmedOf", { count: received, confirmed: format.number(confirmed) })}
            />
            <Tile label={t("numbers.consents")} value={format.number(total(days, "consent.given"))} about={t("numbers.consentsEnded", { count: ended })} />
          </>
        );
      }}
    </Answer>
  );
}

function WonTile() {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const [since] = useState(() => {
    const at = new Date(clock());
    return new Date(at.getFullYear(), at.getMonth(), 1).toISOString();
  });
  const [result, again] = useQuery({ query: WON, variables: { since } });
  useFresh(again, ["deal."]);
  return (
    <Answer of={result} again={again} skeleton={<Skeleton height={104} />}>
      {({ deals }) => {
        const sums = new Map<string, bigint>();
        for (const { amount } of deals.nodes) if (amount) sums.set(amount.currency, (sums.get(amount.currency) ?? 0n) + BigInt(amount.amountMinor));
        // Of more deals than were read, the sum would be wrong: only their number is told.
        const whole = deals.nodes.length === deals.totalCount;
        const money = [...sums].map(([currency, minor]) => format.money({ currency, amountMinor: String(minor) }, { cents: false }));
        return <Tile label={t("numbers.won")} value={format.number(deals.totalCount)} about={whole && money.length ? format.list(money) : undefined} />;
      }}
    </Answer>
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
