import { Alert, Button, Group, Skeleton, Table, Text } from "@mantine/core";
import { IconAlertTriangle, IconDownload, IconPrinter } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { useFresh } from "../../kit/live/use_journal";
import { useViewer } from "../../kit/session/viewer";
import { useCommands } from "../../kit/shell/commands";
import { NotFound } from "../../kit/shell/NotFound";
import { DeskPage } from "../parts/DeskPage";
import { download } from "../parts/download";
import { Facts } from "../parts/Facts";
import classes from "../parts/parts.module.css";
import { Section } from "../parts/Section";
import { Tag } from "../parts/Tag";
import { Archive } from "./Archive";
import { ScanTag } from "./ScanTag";

const ERASURE = graphql(`
  query Erasure($id: ID!) {
    erasure(id: $id) {
      id contactId cause ground requestId at scannedAt
      erased { table rows }
      held { table rows reason until }
      residues { column values }
      recipients { recipientId name state }
    }
  }
`);
type Whole = NonNullable<ResultOf<typeof ERASURE>["erasure"]>;

/** A certificate of an erasure: ids and numbers only, to keep or print. */
export default function Certificate() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { t } = useTranslation("privacy/certificates");
  const [result, again] = useQuery({ query: ERASURE, variables: { id } });
  useFresh(again, ["erasure.", "recipient_notice.", "archive.destroyed"]);
  const erasure = result.data?.erasure;
  if (result.data && !erasure) return <NotFound />;
  return (
    <DeskPage title={t("certificate")} about={erasure && <ScanTag erasure={erasure} />} actions={erasure && <Papers erasure={erasure} />}>
      <Answer of={result} again={again} skeleton={<Skeleton height={320} />}>
        {({ erasure }) => erasure && <Body erasure={erasure} />}
      </Answer>
    </DeskPage>
  );
}

function Papers({ erasure }: { erasure: Whole }) {
  const { t } = useTranslation("privacy/certificates");
  const save = () => download(`${erasure.id}.json`, `${JSON.stringify(erasure, null, 2)}\n`, "application/json");
  const print = () => window.print();
  useCommands([
    { id: "certificate-download", label: t("download"), icon: IconDownload, run: save },
    { id: "certificate-print", label: t("print"), icon: IconPrinter, run: print },
  ]);
  return (
    <>
      <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={save}>
        {t("download")}
      </Button>
      <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={print}>
        {t("print")}
      </Button>
    </>
  );
}

function Body({ erasure }: { erasure: Whole }) {
  const { t } = useTranslation("privacy/certificates");
  const words = useTranslation("privacy").t;
  const format = useFormat();
  const { workspace } = useViewer();
  return (
    <div style={{ maxWidth: 860 }}>
      <div className={classes.paper} style={{ marginBottom: 28 }}>
        <Facts
          of={[
            [t("controller"), workspace.name],
            [t("at"), format.full(erasure.at)],
            [t("causeLabel"), t(`cause.${erasure.cause}`)],
            [t("ground"), words(`erasureGround.${erasure.ground}`)],
            [t("contactId"), <span className={classes.mono}>{erasure.contactId}</span>],
            [t("requestId"), erasure.requestId && <span className={classes.mono}>{erasure.requestId}</span>],
            [t("id"), <span className={classes.mono}>{erasure.id}</span>],
          ]}
        />
      </div>
      <Section title={t("scan.title")}>
        {!erasure.scannedAt ? (
          <Text size="sm">{t("scan.runningWhy")}</Text>
        ) : erasure.residues?.length ? (
          <Alert color="red" icon={<IconAlertTriangle />} title={t("scan.foundTitle", { at: format.moment(erasure.scannedAt) })}>
            <ul style={{ margin: 0, paddingInlineStart: 18 }}>
              {erasure.residues.map(({ column, values }) => (
                <li key={column}>{t("scan.residue", { column, count: values })}</li>
              ))}
            </ul>
            {t("scan.foundWhy")}
          </Alert>
        ) : (
          <Text size="sm">{t("scan.cleanWhy", { at: format.moment(erasure.scannedAt) })}</Text>
        )}
      </Section>
      <Section title={t("erased")}>
        <Rows head={[t("table"), t("rows")]} rows={erasure.erased.map(({ table, rows }) => [table, format.number(rows)])} label={t("erased")} />
      </Section>
      <Section title={t("held")}>
        {erasure.held.length ? (
          <Rows
            head={[t("where"), t("rows"), t("why"), t("until")]}
            rows={erasure.held.map(({ table, rows, reason, until }) => [t(`heldIn.${table}`, table), format.number(rows), t(`reason.${reason}`, reason), until ? format.date(until) : t("forever")])}
            label={t("held")}
          />
        ) : (
          <Text size="sm">{t("nothingHeld")}</Text>
        )}
        {erasure.held.some(({ table }) => table === "archive_item") && <Archive contactId={erasure.contactId} />}
      </Section>
      <Section title={t("recipients")}>
        {erasure.recipients.length ? (
          <Group gap="xs">
            {erasure.recipients.map(({ recipientId, name, state }) => (
              <Tag key={recipientId} tone={state === "ACKNOWLEDGED" ? "good" : state === "PENDING" ? "soon" : "active"}>
                {name}: {t(`recipientState.${state}`)}
              </Tag>
            ))}
          </Group>
        ) : (
          <Text size="sm">{t("noRecipients")}</Text>
        )}
      </Section>
    </div>
  );
}

function Rows({ head, rows, label }: { head: string[]; rows: string[][]; label: string }) {
  return (
    <div className={`${classes.list} ${classes.wide}`} tabIndex={0} role="group" aria-label={label}>
      <Table fz="sm" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            {head.map((one, index) => (
              <Table.Th key={one} ta={index === 1 ? "right" : undefined}>
                {one}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.join(" ")}>
              {row.map((cell, index) => (
                <Table.Td key={head[index]} ta={index === 1 ? "right" : undefined} ff={index === 0 && row.length === 2 ? "monospace" : undefined}>
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
