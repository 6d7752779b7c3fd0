import { Alert, Button, Skeleton, Table, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { clock } from "../../kit/format/server_clock";
import { useFormat } from "../../kit/format/use_format";
import { useFresh } from "../../kit/live/use_journal";
import { useCommands } from "../../kit/shell/commands";
import { csv } from "../parts/csv";
import { inDays } from "../parts/days";
import { DeskPage } from "../parts/DeskPage";
import { dated, download } from "../parts/download";
import classes from "../parts/parts.module.css";
import { useFilter } from "../parts/use_filter";
import { DueList } from "./DueList";
import { RULE, useRuleName } from "./rule";
import { useRetentionTabs } from "./tabs";
import { useLiveRetention } from "./use_live_retention";
import calendar from "./retention.module.css";
import { Weeks } from "./Weeks";

const CALENDAR = graphql(
  `
    query RetentionCalendar($in30: DateTime!, $in60: DateTime!, $in90: DateTime!) {
      in30: retentionPreview(on: $in30) { rule { ...Rule } due going held restricted told }
      in60: retentionPreview(on: $in60) { rule { id } due going held restricted told }
      in90: retentionPreview(on: $in90) { rule { id } due going held restricted told }
      contactsWithoutRetention
    }
  `,
  [RULE],
);
const RUN = graphql(`
  mutation RunRetention { runRetention(input: { confirm: true }) { userErrors { code field message } } }
`);
type Data = ResultOf<typeof CALENDAR>;
const horizons = ["in30", "in60", "in90"] as const;

/** What goes in 30, 60 and 90 days, by rule, and why. */
export default function Calendar() {
  const { t } = useTranslation("privacy/retention");
  // One moment for the whole visit, so that every number on the page is about the same days.
  const start = useMemo(() => clock(), []);
  const variables = { in30: inDays(30, start), in60: inDays(60, start), in90: inDays(90, start) };
  const [result, again] = useQuery({ query: CALENDAR, variables });
  const [run, running] = useAct(RUN);
  const tabs = useRetentionTabs();
  const afresh = () => again({ requestPolicy: "network-only" });
  useFresh(again, ["retention", "hold.", "contact.", "restriction.", "erasure."]);
  useLiveRetention(afresh);

  async function runNow() {
    const yes = await confirm({ title: t("run.title"), body: t("run.body"), action: t("run.action"), danger: true });
    if (yes && (await run({})).ok) tell.done(t("run.done"));
  }
  useCommands([{ id: "run-retention", label: t("run.action"), icon: IconPlayerPlay, run: () => void runNow() }]);

  return (
    <DeskPage
      title={t("title")}
      about={t("about")}
      tabs={tabs}
      actions={
        <Button variant="default" loading={running} leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => void runNow()}>
          {t("run.action")}
        </Button>
      }
    >
      <Answer of={result} again={again} skeleton={<Skeleton height={320} />}>
        {(data) => <Body data={data} start={start} />}
      </Answer>
    </DeskPage>
  );
}

function Body({ data, start }: { data: Data; start: number }) {
  const { t } = useTranslation("privacy/retention");
  const format = useFormat();
  const named = useRuleName();
  const [rule, setRule] = useFilter<string>("rule", "");
  const [days, setDays] = useFilter<string>("days", "30");
  const shown = data.in30.find((one) => one.rule.id === rule)?.rule;
  const at = (horizon: (typeof horizons)[number], id: string) => data[horizon].find((one) => one.rule.id === id);
  const show = (id: string, horizon: string) => {
    setRule(id);
    setDays(horizon.slice(2));
  };

  function save() {
    const head = [t("csv.rule"), t("csv.period"), t("csv.clock"), t("csv.why"), ...horizons.flatMap((one) => ["due", "going", "held", "restricted"].map((what) => `${t(`csv.${what}`)} (${one.slice(2)})`))];
    const lines = data.in30.map(({ rule }) => [
      named(rule),
      t("months", { count: rule.months }),
      t(`clock.${rule.clock}`),
      rule.justification,
      ...horizons.flatMap((one) => [at(one, rule.id)?.due, at(one, rule.id)?.going, at(one, rule.id)?.held, at(one, rule.id)?.restricted]),
    ]);
    download(dated("retention", "csv"), csv([head, ...lines]), "text/csv");
  }

  return (
    <>
      <Weeks start={start} />
      {data.contactsWithoutRetention > 0 && (
        <Alert color="accent" variant="light" mb="md">
          {t("without", { count: data.contactsWithoutRetention })} <Link to={"/privacy/retention/rules" as "/"}>{t("withoutLink")}</Link>
        </Alert>
      )}
      <div className={`${classes.list} ${classes.wide}`} tabIndex={0} role="group" aria-label={t("table")}>
        <Table verticalSpacing="xs" className={calendar.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("column.what")}</Table.Th>
              {horizons.map((one) => (
                <Table.Th key={one} ta="right">
                  {t("column.in", { days: one.slice(2) })}
                  <Text size="xs" c="dimmed" fw={400}>
                    {format.date(inDays(Number(one.slice(2)), start))}
                  </Text>
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.in30.map(({ rule }) => (
              <Table.Tr key={rule.id}>
                <Table.Td>
                  <Text size="sm" fw={500}>
                    {named(rule)}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {t("period", { months: t("months", { count: rule.months }), clock: t(`clock.${rule.clock}`) })}
                  </Text>
                </Table.Td>
                {horizons.map((one) => {
                  const found = at(one, rule.id);
                  if (!found) return <Table.Td key={one} />;
                  const stay = found.held + found.restricted;
                  return (
                    <Table.Td key={one} ta="right">
                      <Text size="sm" fw={found.going ? 600 : 400} c={found.going ? undefined : "dimmed"} component="span">
                        {format.number(found.going)}
                      </Text>
                      {stay > 0 && (
                        <Text size="xs" c="dimmed">
                          {t("stay", { count: stay })}
                        </Text>
                      )}
                      {rule.subject === "CONTACTS" && found.due > 0 && (
                        <div>
                          <Button
                            size="compact-xs"
                            variant="subtle"
                            aria-label={t("showOf", { rule: named(rule), days: one.slice(2) })}
                            onClick={() => show(rule.id, one)}
                          >
                            {t("show")}
                          </Button>
                        </div>
                      )}
                    </Table.Td>
                  );
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      <Button variant="subtle" size="xs" mt="xs" mb="lg" onClick={save}>
        {t("downloadCsv")}
      </Button>
      {shown && <DueList key={`${rule} ${days}`} rule={shown} days={Number(days)} start={start} close={() => setRule("")} />}
    </>
  );
}
