import { Button, Group, Paper, Skeleton, Stack, Switch, Text, Title } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { graphql } from "../kit/client/graphql";
import { Ago } from "../kit/format/Ago";
import { idsOf } from "../kit/journal/ids";
import { useNames } from "../kit/journal/names";
import { Sentence } from "../kit/journal/Sentence";
import type { Entry } from "../kit/live/follow";
import { useJournal } from "../kit/live/use_journal";
import { Empty } from "../kit/shell/Empty";
import classes from "./feed.module.css";

const RECENT = graphql(`
  query RecentEntries($last: Int!) {
    journal(last: $last) { nodes { id seq at kind actor subject object data } }
  }
`);

const page = 30;
const most = 200;

/** What happens in the workspace, newest first, as it happens. It can be held still to read. */
export function Feed() {
  const { t } = useTranslation("overview");
  const [last, setLast] = useState(page);
  const [result, again] = useQuery({ query: RECENT, variables: { last }, requestPolicy: "network-only" });
  const [live, setLive] = useState<Entry[]>([]);
  const [still, setStill] = useState<number>();
  useJournal((entry) => setLive((old) => [entry, ...old].slice(0, most)));

  const entries = useMemo(() => {
    const all = new Map<number, Entry>();
    for (const entry of [...live, ...(result.data?.journal.nodes ?? [])]) all.set(entry.seq, entry);
    return [...all.values()].sort((a, b) => b.seq - a.seq);
  }, [live, result.data]);
  const shown = still === undefined ? entries : entries.filter(({ seq }) => seq <= still);
  const waiting = entries.length - shown.length;

  return (
    <Paper withBorder p="md" component="section" aria-labelledby="feed">
      <Group justify="space-between" mb="sm">
        <Title order={2} id="feed">
          {t("feed.title")}
        </Title>
        <Group gap="md">
          {waiting > 0 && (
            <Text size="sm" c="dimmed" role="status">
              {t("feed.waiting", { count: waiting })}
            </Text>
          )}
          <Switch
            size="sm"
            label={t("feed.hold")}
            checked={still !== undefined}
            onChange={(event) => setStill(event.currentTarget.checked ? (entries[0]?.seq ?? 0) : undefined)}
          />
        </Group>
      </Group>
      <Answer of={result} again={again} skeleton={<Lines />}>
        {() =>
          shown.length ? (
            <>
              <Entries entries={shown} fresh={live} />
              {last < most && (result.data?.journal.nodes.length ?? 0) >= last && (
                <Button variant="subtle" size="xs" mt="sm" loading={result.fetching} onClick={() => setLast(Math.min(most, last + 50))}>
                  {t("feed.more")}
                </Button>
              )}
            </>
          ) : (
            <Empty icon={IconActivity} title={t("feed.empty")}>
              {t("feed.emptyWhy")}
            </Empty>
          )
        }
      </Answer>
    </Paper>
  );
}

function Entries({ entries, fresh }: { entries: Entry[]; fresh: Entry[] }) {
  const pages = useMemo(() => {
    const chunks: Entry[][] = [];
    for (let at = 0; at < entries.length; at += 25) chunks.push(entries.slice(at, at + 25));
    return chunks;
  }, [entries]);
  const isFresh = useMemo(() => new Set(fresh.map(({ id }) => id)), [fresh]);
  return (
    <ol className={classes.list}>
      {pages.map((chunk, index) => (
        <Chunk key={index} entries={chunk} isFresh={isFresh} />
      ))}
    </ol>
  );
}

/** A chunk asks for its names at once. */
function Chunk({ entries, isFresh }: { entries: Entry[]; isFresh: Set<string> }) {
  const ids = useMemo(() => idsOf(entries), [entries]);
  const nameOf = useNames(ids);
  return entries.map((entry) => (
    <li key={entry.id} className={classes.entry} data-fresh={isFresh.has(entry.id) || undefined} data-kind={entry.kind}>
      <span>
        <Sentence entry={entry} nameOf={nameOf} />
      </span>
      <Text span size="xs" c="dimmed">
        <Ago at={entry.at} />
      </Text>
    </li>
  ));
}

function Lines() {
  return (
    <Stack gap="sm">
      {Array.from({ length: 8 }, (_, index) => (
        <Skeleton key={index} height={18} />
      ))}
    </Stack>
  );
}
