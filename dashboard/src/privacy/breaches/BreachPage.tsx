import { Button, Group, Skeleton, Stack, Text, Timeline } from "@mantine/core";
import { IconEdit, IconPrinter } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { Ago } from "../../kit/format/Ago";
import { useFormat } from "../../kit/format/use_format";
import { useFresh } from "../../kit/live/use_journal";
import { useCommands } from "../../kit/shell/commands";
import { NotFound } from "../../kit/shell/NotFound";
import { DeskPage } from "../parts/DeskPage";
import { Due } from "../parts/Due";
import { Facts } from "../parts/Facts";
import classes from "../parts/parts.module.css";
import { Section } from "../parts/Section";
import { Tag } from "../parts/Tag";
import { Authority } from "./Authority";
import { BREACH, type Breach } from "./breach";
import { Ending } from "./Ending";
import { EditBreach } from "./EditBreach";
import { People } from "./People";

/** One breach: its clock, what is known, who is concerned, and who was told. */
export default function BreachPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { t } = useTranslation("privacy/breaches");
  const [result, again] = useQuery({ query: BREACH, variables: { id } });
  const [editing, setEditing] = useState(false);
  const afresh = () => again({ requestPolicy: "network-only" });
  useFresh(again, ["breach."]);
  const breach = result.data?.breach;
  const open = breach?.state === "OPEN";
  const edit = () => setEditing(true);
  useCommands(open ? [{ id: "breach-change", label: t("change"), icon: IconEdit, run: edit }] : []);
  if (result.data && !breach) return <NotFound />;
  return (
    <DeskPage
      title={breach?.texts.title ?? t("title")}
      about={
        breach && (
          <Group gap="xs" mt={4}>
            <Tag tone={breach.risk === "HIGH" ? "late" : breach.risk === "RISK" ? "soon" : "calm"}>{t(`risk.${breach.risk}`)}</Tag>
            {open ? breach.authorityToldAt ? <Tag tone="good">{t("authority.told")}</Tag> : breach.risk !== "UNLIKELY" && <Due dueAt={breach.dueAt} overdue={breach.overdue} soon={3} /> : <Tag tone="good">{t("closed")}</Tag>}
          </Group>
        )
      }
      actions={
        breach && (
          <>
            {open && (
              <Button leftSection={<IconEdit size={16} aria-hidden />} onClick={edit}>
                {t("change")}
              </Button>
            )}
            <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
              {t("print")}
            </Button>
          </>
        )
      }
    >
      <Answer of={result} again={again} skeleton={<Skeleton height={320} />}>
        {({ breach }) => breach && <Body breach={breach} again={afresh} />}
      </Answer>
      {editing && breach && <EditBreach breach={breach} close={() => setEditing(false)} saved={afresh} />}
    </DeskPage>
  );
}

function Body({ breach, again }: { breach: Breach; again: () => void }) {
  const { t } = useTranslation("privacy/breaches");
  const words = useTranslation("privacy").t;
  const format = useFormat();
  const moment = (at: string | null) => at && format.moment(at);
  const text = (name: keyof Breach["texts"]) => breach.texts[name] && <span className={classes.text}>{breach.texts[name]}</span>;
  return (
    <div className={classes.columns}>
      <div>
        <Section title={t("known")}>
          <Facts
            of={[
              [t("text.facts"), text("facts")],
              [t("text.people"), text("people")],
              [t("text.records"), text("records")],
              [t("text.effects"), text("effects")],
              [t("text.remedies"), text("remedies")],
              [t("text.lateBecause"), text("lateBecause")],
              [t("text.plainWords"), text("plainWords")],
            ]}
          />
        </Section>
        <Authority breach={breach} again={again} />
        <People breach={breach} again={again} />
        <Section title={t("steps")}>
          <Timeline bulletSize={18} lineWidth={2} active={breach.steps.length}>
            {breach.steps.map((step) => (
              <Timeline.Item key={step.entryId} title={<Text size="sm" fw={500} component="span">{t(`step.${step.kind}`)}</Text>}>
                <Text size="xs" c="dimmed">
                  <Ago at={step.at} /> · {words(`actor.${step.actor.startsWith("member_") ? "member" : step.actor.startsWith("api_key_") ? "api_key" : "system"}`)}
                </Text>
                {step.text && (
                  <Text size="sm" className={classes.text}>
                    {step.text}
                  </Text>
                )}
              </Timeline.Item>
            ))}
          </Timeline>
        </Section>
      </div>
      <Stack gap="lg">
        <div className={classes.paper}>
          <Facts
            of={[
              [t("awareAt"), moment(breach.awareAt)],
              [t("dueAt"), format.full(breach.dueAt)],
              [t("beganAt"), moment(breach.beganAt)],
              [t("endedAt"), moment(breach.endedAt)],
              [t("peopleApproximate"), breach.peopleApproximate !== null && format.number(breach.peopleApproximate)],
              [t("recordsApproximate"), breach.recordsApproximate !== null && format.number(breach.recordsApproximate)],
              [t("authority.toldAt"), moment(breach.authorityToldAt)],
              [t("people.toldAt"), moment(breach.peopleToldAt)],
              [t("exceptionLabel"), breach.exception && t(`exception.${breach.exception}`)],
              [t("closedLabel"), moment(breach.closedAt)],
              [t("id"), <span className={classes.mono}>{breach.id}</span>],
            ]}
          />
        </div>
        <Ending breach={breach} again={again} />
      </Stack>
    </div>
  );
}
