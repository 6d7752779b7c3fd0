import { Accordion, Button, Group, SegmentedControl, Skeleton, Table, Text, TextInput } from "@mantine/core";
import { IconDownload, IconSearch } from "@tabler/icons-react";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { graphql, type Enum, type ResultOf } from "../../kit/client/graphql";
import { useCommands } from "../../kit/shell/commands";
import { Choice } from "../parts/Choice";
import { csv } from "../parts/csv";
import { DeskPage } from "../parts/DeskPage";
import { dated, download } from "../parts/download";
import classes from "../parts/parts.module.css";
import { Tag } from "../parts/Tag";
import { useRecordTabs } from "./tabs";

const MAP = graphql(`query DataMap { dataMap { name subject why columns { name class onErasure keptBecause } } }`);
type Whole = ResultOf<typeof MAP>["dataMap"];
type Subject = Enum<"DataMapSubject">;
const subjects = ["CONTACT", "STAFF", "BUSINESS", "NOBODY"] as const satisfies readonly Subject[];

/** Every table and column: whom it is about, why it is held, and what an erasure makes of it. */
export default function DataMap() {
  const { t } = useTranslation("privacy/record");
  const [result, again] = useQuery({ query: MAP });
  const tabs = useRecordTabs();
  const whole = result.data?.dataMap;
  const save = () => whole && download(dated(t("map.file"), "csv"), asCsv(whole, t), "text/csv");
  useCommands([{ id: "map-csv", label: t("map.download"), icon: IconDownload, run: () => void save() }]);
  return (
    <DeskPage
      title={t("map.title")}
      about={t("map.about")}
      tabs={tabs}
      actions={
        <Button variant="default" disabled={!whole} leftSection={<IconDownload size={16} aria-hidden />} onClick={() => void save()}>
          {t("map.download")}
        </Button>
      }
    >
      <Answer of={result} again={again} skeleton={<Skeleton height={400} />}>
        {({ dataMap }) => <Tables all={dataMap} />}
      </Answer>
    </DeskPage>
  );
}

function Tables({ all }: { all: Whole }) {
  const { t } = useTranslation("privacy/record");
  const [subject, setSubject] = useState<Subject | "">("");
  const [personal, setPersonal] = useState<"all" | "personal">("personal");
  const [typed, setTyped] = useState("");
  const words = useDeferredValue(typed.trim().toLowerCase());
  const shown = all
    .filter((table) => !subject || table.subject === subject)
    .map((table) => ({
      ...table,
      columns: table.columns.filter(
        (column) => (personal === "all" || column.class !== "TECHNICAL") && (!words || table.name.includes(words) || column.name.includes(words)),
      ),
    }))
    .filter(({ columns }) => columns.length > 0);
  return (
    <>
      <Group mb="md" align="flex-end">
        <TextInput label={t("map.search")} leftSection={<IconSearch size={15} aria-hidden />} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        <Choice label={t("map.subject")} of={subjects} named={(one) => t(`map.subjects.${one}`)} none={t("map.everybody")} value={subject} onChange={setSubject} />
        <SegmentedControl
          value={personal}
          onChange={(value) => setPersonal(value as typeof personal)}
          aria-label={t("map.which")}
          data={[
            { value: "personal", label: t("map.personalOnly") },
            { value: "all", label: t("map.allColumns") },
          ]}
        />
      </Group>
      <Text size="sm" c="dimmed" mb="xs" aria-live="polite">
        {t("map.count", { count: shown.length })}
      </Text>
      <Accordion multiple variant="separated" order={2}>
        {shown.map((table) => (
          <Accordion.Item key={table.name} value={table.name}>
            <Accordion.Control>
              <Group gap="xs">
                <Text size="sm" fw={600} ff="monospace">
                  {table.name}
                </Text>
                <Tag>{t(`map.subjects.${table.subject}`)}</Tag>
              </Group>
              <Text size="xs" c="dimmed">
                {table.why}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              <div className={classes.wide} tabIndex={0} role="group" aria-label={table.name}>
                <Table fz="sm" verticalSpacing={4} miw={560}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t("map.column")}</Table.Th>
                      <Table.Th>{t("map.class")}</Table.Th>
                      <Table.Th>{t("map.onErasure")}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {table.columns.map((column) => (
                      <Table.Tr key={column.name}>
                        <Table.Td ff="monospace">{column.name}</Table.Td>
                        <Table.Td>{t(`map.classes.${column.class}`)}</Table.Td>
                        <Table.Td>
                          {t(`map.erasures.${column.onErasure}`)}
                          {column.keptBecause && (
                            <Text size="xs" c="dimmed">
                              {column.keptBecause}
                            </Text>
                          )}
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </>
  );
}

function asCsv(all: Whole, t: (key: string) => string) {
  const head = ["table", "subject", "why", "column", "class", "onErasure", "keptBecause"].map((one) => t(`map.csv.${one}`));
  const lines = all.flatMap((table) =>
    table.columns.map((column) => [
      table.name,
      t(`map.subjects.${table.subject}`),
      table.why,
      column.name,
      t(`map.classes.${column.class}`),
      t(`map.erasures.${column.onErasure}`),
      column.keptBecause,
    ]),
  );
  return csv([head, ...lines]);
}
