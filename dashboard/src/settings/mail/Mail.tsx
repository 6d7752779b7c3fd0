import { Alert, Badge, Button, Code, Group, Stack, Text } from "@mantine/core";
import { IconMailCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { Ago } from "../../kit/format/Ago";
import { idsOf } from "../../kit/journal/ids";
import { useNames } from "../../kit/journal/names";
import { Sentence } from "../../kit/journal/Sentence";
import { useFresh } from "../../kit/live/use_journal";
import { useMay } from "../../kit/session/viewer";
import { Empty } from "../../kit/shell/Empty";
import { Page } from "../../kit/shell/Page";
import { RowsSkeleton } from "../Rows";
import classes from "../settings.module.css";

const PARKED = graphql(`query ParkedJobs { parkedJobs(first: 100) { id kind reason attempts parkedAt } }`);
const RETRY = graphql(`mutation RetryJob($input: RetryJobInput!) { retryJob(input: $input) { job { id } userErrors { code field message } } }`);
const troubles = ["mail.bounced", "mail.failed", "mail.held", "mail.withheld", "mail.unanswered", "job.parked"];
const TROUBLES = graphql(`
  query MailTroubles($kinds: [String!]!) {
    journal(last: 30, filter: { kinds: $kinds }) { nodes { id seq at kind actor subject object data } }
  }
`);
type Job = ResultOf<typeof PARKED>["parkedJobs"][number];

/** Whether mails go out: what waits for a person, and what went wrong lately. */
export default function Mail() {
  const { t } = useTranslation("settings/mail");
  const may = useMay("administer");
  return (
    <Page title={t("title")} about={t("about")}>
      <Stack maw={920} gap="xl">
        {may ? <Parked /> : <Alert variant="light" color="gray">{t("mayNot")}</Alert>}
        <Troubles />
      </Stack>
    </Page>
  );
}

function Parked() {
  const { t } = useTranslation("settings/mail");
  const [result, again] = useQuery({ query: PARKED });
  const [retry, running] = useAct(RETRY);
  useFresh(again, ["job."]);

  async function all(jobs: Job[]) {
    let count = 0;
    for (const job of jobs) if ((await retry({ input: { jobId: job.id } })).ok) count += 1;
    if (count) tell.done(t("retried", { count }));
    again({ requestPolicy: "network-only" });
  }

  return (
    <section aria-labelledby="parked-title">
      <Answer of={result} again={again} skeleton={<RowsSkeleton count={2} />}>
        {({ parkedJobs }) => (
          <>
            <Group justify="space-between" mb="xs">
              <h2 id="parked-title" className={classes.heading}>
                {t("parked")}
              </h2>
              {parkedJobs.length > 1 && (
                <Button size="xs" variant="default" loading={running} onClick={() => void all(parkedJobs)}>
                  {t("retryAll")}
                </Button>
              )}
            </Group>
            {!parkedJobs.length && (
              <Empty icon={IconMailCheck} title={t("nothingParked")}>
                {t("nothingParkedAbout")}
              </Empty>
            )}
            <ul className={classes.list}>
              {parkedJobs.map((job) => (
                <li key={job.id} className={classes.row}>
                  <div className={classes.grow}>
                    <Text size="sm" fw={500}>
                      {t([`job.${job.kind}`, "job.other"], { kind: job.kind })}
                    </Text>
                    <Text size="sm" c="dimmed" component="div">
                      {t([`reason.${job.reason}`, "reason.other"], { reason: job.reason })} · {t("attempts", { count: job.attempts })} · <Ago at={job.parkedAt} />
                    </Text>
                  </div>
                  <Badge variant="light" color="yellow" tt="none" c="var(--mantine-color-text)">
                    <Code bg="transparent">{job.reason}</Code>
                  </Badge>
                  <Button size="xs" variant="default" loading={running} onClick={() => void all([job])}>
                    {t("retry")}
                  </Button>
                </li>
              ))}
            </ul>
          </>
        )}
      </Answer>
    </section>
  );
}

function Troubles() {
  const { t } = useTranslation("settings/mail");
  const [result, again] = useQuery({ query: TROUBLES, variables: { kinds: troubles } });
  useFresh(again, ["mail.", "job.parked"]);
  const entries = result.data?.journal.nodes ?? [];
  const nameOf = useNames(idsOf(entries));
  return (
    <section aria-labelledby="troubles-title">
      <h2 id="troubles-title" className={classes.heading}>
        {t("troubles")}
      </h2>
      <Text size="sm" c="dimmed" mb="xs">
        {t("troublesAbout")}
      </Text>
      <Answer of={result} again={again} skeleton={<RowsSkeleton count={3} height={40} />}>
        {() =>
          entries.length ? (
            <ul className={classes.list}>
              {[...entries].reverse().map((entry) => (
                <li key={entry.id} className={classes.row} style={{ padding: "7px 14px" }}>
                  <Text size="sm" className={classes.grow}>
                    <Sentence entry={entry} nameOf={nameOf} />
                  </Text>
                  <Text size="sm" c="dimmed" component="div">
                    <Ago at={entry.at} />
                  </Text>
                </li>
              ))}
            </ul>
          ) : (
            <Text size="sm">{t("noTroubles")}</Text>
          )
        }
      </Answer>
    </section>
  );
}
