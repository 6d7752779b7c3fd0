import { Button, Table, Text } from "@mantine/core";
import { IconDownload, IconHistory } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { Empty } from "../../kit/shell/Empty";
import { csv } from "../parts/csv";
import { DeskPage } from "../parts/DeskPage";
import { download } from "../parts/download";
import { Pages } from "../parts/Pages";
import classes from "../parts/parts.module.css";
import { useRuleName } from "./rule";
import { useRetentionTabs } from "./tabs";
import { useLiveRetention } from "./use_live_retention";

const RUNS = graphql(`
  query RetentionRuns($first: Int!, $after: String) {
    retentionRuns(first: $first, after: $after) {
      nodes {
        id cause startedAt endedAt
        counts { rule { id subject lifecycle months clock } ruleVersion warned erased archived held restricted failed }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
type Run = ResultOf<typeof RUNS>["retentionRuns"]["nodes"][number];
const numbers = ["warned", "erased", "archived", "held", "restricted", "failed"] as const;

/** What each run of the rules did. */
export default function Runs() {
  const { t } = useTranslation("privacy/retention");
  const tabs = useRetentionTabs();
  useLiveRetention(() => {});
  return (
    <DeskPage title={t("title")} about={t("runs.about")} tabs={tabs}>
      <Pages
        document={RUNS}
        of={(data) => data.retentionRuns}
        label={t("tab.runs")}
        fresh={["retention."]}
        size={10}
        row={(run) => <Report run={run} />}
        empty={
          <Empty icon={IconHistory} title={t("runs.none")}>
            {t("runs.noneWhy")}
          </Empty>
        }
      />
    </DeskPage>
  );
}

function Report({ run }: { run: Run }) {
  const { t } = useTranslation("privacy/retention");
  const format = useFormat();
  const named = useRuleName();
  function save() {
    const head = [t("column.what"), t("runs.version"), ...numbers.map((one) => t(`runs.${one}`))];
    const lines = run.counts.map((count) => [named(count.rule), count.ruleVersion, ...numbers.map((one) => count[one])]);
    download(`${run.id}.csv`, csv([head, ...lines]), "text/csv");
  }
  return (
    <div className={classes.row} style={{ alignItems: "flex-start" }}>
      <div className={classes.what}>
        <Text size="sm" fw={500}>
          {format.moment(run.startedAt)} · {t(`runs.cause.${run.cause}`)}
        </Text>
        <Text size="xs" c="dimmed" mb={run.counts.length ? 8 : 0}>
          {run.endedAt ? t("runs.ended", { at: format.moment(run.endedAt) }) : t("runs.underWay")}
          {run.endedAt && !run.counts.length && ` · ${t("runs.nothing")}`}
        </Text>
        {run.counts.length > 0 && (
          <div className={classes.wide} tabIndex={0} role="group" aria-label={t("runs.table", { at: format.moment(run.startedAt) })}>
            <Table fz="xs" miw={520} withRowBorders={false} verticalSpacing={3}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("column.what")}</Table.Th>
                  {numbers.map((one) => (
                    <Table.Th key={one} ta="right">
                      {t(`runs.${one}`)}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {run.counts.map((count) => (
                  <Table.Tr key={count.rule.id}>
                    <Table.Td>{named(count.rule)}</Table.Td>
                    {numbers.map((one) => (
                      <Table.Td key={one} ta="right" c={one === "failed" && count.failed ? "red" : undefined}>
                        {format.number(count[one])}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </div>
      {run.counts.length > 0 && (
        <Button size="xs" variant="default" leftSection={<IconDownload size={14} aria-hidden />} onClick={save}>
          CSV
        </Button>
      )}
    </div>
  );
}
