import { Box, Button, Group, SegmentedControl, Text } from "@mantine/core";
import { IconInbox, IconPlus, IconUser } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql } from "../../kit/client/graphql";
import { useFresh } from "../../kit/live/use_journal";
import { useViewer } from "../../kit/session/viewer";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { useShortcuts } from "../../kit/shell/shortcuts";
import { Choice } from "../parts/Choice";
import { DeskPage } from "../parts/DeskPage";
import { answeredStates, openStates, requestKinds, type RequestKind } from "../parts/kinds";
import { Pages } from "../parts/Pages";
import { Tag } from "../parts/Tag";
import { useFilter } from "../parts/use_filter";
import { LogRequest } from "./LogRequest";
import { REQUEST_LINE } from "./request";
import { RequestRow } from "./RequestRow";
import { useLiveRequests } from "./use_live_requests";

const REQUESTS = graphql(
  `
    query Requests($first: Int!, $after: String, $filter: RequestFilter, $orderBy: RequestOrder!) {
      requests(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
        nodes { ...RequestLine }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [REQUEST_LINE],
);
const COUNTS = graphql(`query RequestCounts { requestCounts { open overdue dueSoon suspended } }`);

const views = ["open", "overdue", "answered", "all"] as const;
type View = (typeof views)[number];

/** The register of requests. */
export default function Requests() {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const { member } = useViewer();
  const navigate = useNavigate();
  const [view, setView] = useFilter<View>("view", "open");
  const [kind, setKind] = useFilter<RequestKind | "">("kind", "");
  const [whose, setWhose] = useFilter<"all" | "mine">("whose", "all");
  const [asking, setAsking] = useFilter<"" | "yes">("log", "");
  const [logging, setLogging] = useState(asking === "yes");
  const [counts, again] = useQuery({ query: COUNTS });
  useFresh(again, ["request."]);
  useLiveRequests(() => {});
  const log = () => setLogging(true);
  useShortcuts([{ keys: "c", label: t("log.action"), run: log }]);
  useCommands([{ id: "log-request", label: t("log.action"), icon: IconPlus, keys: "c", run: log }]);

  const filter = {
    states: view === "open" ? [...openStates] : view === "answered" ? [...answeredStates] : undefined,
    overdue: view === "overdue" ? true : undefined,
    kinds: kind ? [kind] : undefined,
    assigneeId: whose === "mine" ? member?.id : undefined,
  };
  const number = counts.data?.requestCounts;

  return (
    <DeskPage
      title={t("title")}
      about={t("about")}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={log}>
          {t("log.action")}
        </Button>
      }
    >
      <Group mb="md" gap="sm" align="flex-end">
        <SegmentedControl
          value={view}
          onChange={(next) => setView(next as View)}
          aria-label={t("view.label")}
          data={views.map((one) => ({
            value: one,
            label: (
              <Group gap={6} wrap="nowrap" justify="center">
                {t(`view.${one}`)}
                {one === "open" && number && <Count of={number.open} />}
                {one === "overdue" && number !== undefined && number.overdue > 0 && <Count of={number.overdue} late />}
              </Group>
            ),
          }))}
        />
        <Choice label={t("kindFilter")} of={requestKinds} named={(one) => words(`kind.${one}`)} none={t("everyKind")} value={kind} onChange={setKind} />
        {member && (
          <Button
            variant={whose === "mine" ? "light" : "default"}
            aria-pressed={whose === "mine"}
            leftSection={<IconUser size={15} aria-hidden />}
            onClick={() => setWhose(whose === "mine" ? "all" : "mine")}
          >
            {t("mine")}
          </Button>
        )}
        {number !== undefined && number.suspended > 0 && (
          <Text size="sm" c="dimmed" pb={8}>
            {t("suspended", { count: number.suspended })}
          </Text>
        )}
      </Group>
      <Pages
        document={REQUESTS}
        variables={{ filter, orderBy: view === "open" || view === "overdue" ? "DUE" : "NEWEST" }}
        of={(data) => data.requests}
        label={t("title")}
        fresh={["request."]}
        row={(request) => <RequestRow request={request} />}
        empty={
          <Empty
            icon={IconInbox}
            title={t(`none.${kind || whose === "mine" ? "filtered" : view}`)}
            action={
              <Button variant="default" onClick={log}>
                {t("log.action")}
              </Button>
            }
          >
            {t("none.why")}
          </Empty>
        }
      />
      {logging && (
        <LogRequest
          close={() => (setLogging(false), asking && setAsking(""))}
          logged={(id) => void navigate({ to: `/privacy/requests/${id}` as "/" })}
        />
      )}
    </DeskPage>
  );
}

const Count = ({ of, late }: { of: number; late?: boolean }) => (
  <Box component="span" visibleFrom="xs">
    <Tag size="sm" tone={late ? "late" : "calm"}>
      {of}
    </Tag>
  </Box>
);
