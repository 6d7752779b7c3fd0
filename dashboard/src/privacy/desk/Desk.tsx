import { SimpleGrid, Skeleton, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { useFresh } from "../../kit/live/use_journal";
import { useCommands } from "../../kit/shell/commands";
import { inDays } from "../parts/days";
import { DeskPage } from "../parts/DeskPage";
import { openStates } from "../parts/kinds";
import classes from "../parts/parts.module.css";
import { Section } from "../parts/Section";
import { Due } from "../parts/Due";
import { Row } from "../parts/Row";
import { REQUEST_LINE } from "../requests/request";
import { RequestRow } from "../requests/RequestRow";
import { useLiveRequests } from "../requests/use_live_requests";
import { Waiting } from "./Waiting";

const DESK = graphql(
  `
    query Desk($in30: DateTime!, $open: RequestFilter!) {
      requestCounts { open overdue dueSoon suspended }
      requests(first: 6, filter: $open, orderBy: DUE) { nodes { ...RequestLine } }
      retentionPreview(on: $in30) { rule { id } going due held told }
      contactsWithoutRetention
      quarantine(first: 1, state: WAITING) { totalCount }
      breaches(first: 5, state: OPEN) { totalCount nodes { id texts { title } dueAt overdue authorityToldAt risk } }
      recipientNotices(first: 1, state: PENDING) { totalCount }
      toInform: contactsToInform(first: 1) { totalCount }
      late: contactsToInform(first: 1, overdue: true) { totalCount }
      holds(first: 1, current: true) { totalCount }
      recipients(first: 100, archived: false) { nodes { id transferAllowed } }
      erasures(first: 5) { nodes { id at scannedAt residues { column } } }
    }
  `,
  [REQUEST_LINE],
);
export type DeskData = ResultOf<typeof DESK>;

const kinds = ["request.", "retention", "text.", "breach.", "recipient", "art14.", "hold.", "erasure.", "contact.created"] as const;

/** What waits for the people who answer for the data. */
export default function Desk() {
  const { t } = useTranslation("privacy/desk");
  const navigate = useNavigate();
  const in30 = useMemo(() => inDays(30), []);
  const [result, again] = useQuery({ query: DESK, variables: { in30, open: { states: [...openStates] } } });
  useFresh(again, kinds);
  useLiveRequests(() => {});
  useCommands([
    { id: "log-request", label: t("command.logRequest"), icon: IconPlus, run: () => void navigate({ to: "/privacy/requests" as "/", search: { log: "yes" } as never }) },
    { id: "record-breach", label: t("command.recordBreach"), icon: IconPlus, run: () => void navigate({ to: "/privacy/breaches" as "/", search: { record: "yes" } as never }) },
  ]);

  return (
    <DeskPage title={t("title")} about={t("about")}>
      <Answer of={result} again={again} skeleton={<Skeleton height={300} />}>
        {(data) => (
          <>
            <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 4 }} spacing="sm" mb="xl">
              <Waiting data={data} />
            </SimpleGrid>
            {data.breaches.nodes.length > 0 && (
              <Section title={t("breaches")}>
                <div className={classes.list} role="list">
                  {data.breaches.nodes.map((breach) => (
                    <div role="listitem" key={breach.id}>
                      <Row
                        to={`/privacy/breaches/${breach.id}`}
                        title={breach.texts.title}
                        detail={t(`risk.${breach.risk}`)}
                        end={
                          breach.authorityToldAt ? (
                            <Text size="xs" c="dimmed">
                              {t("authorityTold")}
                            </Text>
                          ) : (
                            <Due dueAt={breach.dueAt} overdue={breach.overdue} soon={3} />
                          )
                        }
                      />
                    </div>
                  ))}
                </div>
              </Section>
            )}
            <Section title={t("next")} actions={<Link to={"/privacy/requests" as "/"}>{t("allRequests")}</Link>}>
              {data.requests.nodes.length ? (
                <div className={classes.list} role="list">
                  {data.requests.nodes.map((request) => (
                    <div role="listitem" key={request.id}>
                      <RequestRow request={request} />
                    </div>
                  ))}
                </div>
              ) : (
                <Text size="sm" c="dimmed">
                  {t("noRequests")}
                </Text>
              )}
            </Section>
          </>
        )}
      </Answer>
    </DeskPage>
  );
}
