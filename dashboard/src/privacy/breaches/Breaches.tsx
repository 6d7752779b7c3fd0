import { Button, SegmentedControl } from "@mantine/core";
import { IconPlus, IconShieldCheck } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { graphql } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { useShortcuts } from "../../kit/shell/shortcuts";
import { DeskPage } from "../parts/DeskPage";
import { Due } from "../parts/Due";
import { Pages } from "../parts/Pages";
import { Row } from "../parts/Row";
import { Tag } from "../parts/Tag";
import { useFilter } from "../parts/use_filter";
import { BREACH_LINE, type BreachLine } from "./breach";
import { EditBreach } from "./EditBreach";

const BREACHES = graphql(
  `
    query Breaches($first: Int!, $after: String, $state: BreachState) {
      breaches(first: $first, after: $after, state: $state) { nodes { ...BreachLine } pageInfo { hasNextPage endCursor } }
    }
  `,
  [BREACH_LINE],
);

/** The register of breaches. */
export default function Breaches() {
  const { t } = useTranslation("privacy/breaches");
  const navigate = useNavigate();
  const [which, setWhich] = useFilter<"OPEN" | "all">("breaches", "OPEN");
  const [asked, setAsked] = useFilter<"" | "yes">("record", "");
  const [recording, setRecording] = useState(asked === "yes");
  const open = () => setRecording(true);
  useShortcuts([{ keys: "c", label: t("record"), run: open }]);
  useCommands([{ id: "record-breach", label: t("record"), icon: IconPlus, keys: "c", run: open }]);
  return (
    <DeskPage
      title={t("title")}
      about={t("about")}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
          {t("record")}
        </Button>
      }
    >
      <SegmentedControl
        mb="md"
        value={which}
        onChange={(value) => setWhich(value as typeof which)}
        aria-label={t("which")}
        data={[
          { value: "OPEN", label: t("open") },
          { value: "all", label: t("all") },
        ]}
      />
      <Pages
        document={BREACHES}
        variables={{ state: which === "OPEN" ? "OPEN" : null }}
        of={(data) => data.breaches}
        label={t("title")}
        fresh={["breach."]}
        row={(breach) => <BreachRow breach={breach} />}
        empty={
          <Empty icon={IconShieldCheck} title={t(which === "OPEN" ? "noneOpen" : "none")}>
            {t("noneWhy")}
          </Empty>
        }
      />
      {recording && (
        <EditBreach
          close={() => (setRecording(false), asked && setAsked(""))}
          saved={(id) => void navigate({ to: `/privacy/breaches/${id}` as "/" })}
        />
      )}
    </DeskPage>
  );
}

function BreachRow({ breach }: { breach: BreachLine }) {
  const { t } = useTranslation("privacy/breaches");
  const format = useFormat();
  return (
    <Row
      to={`/privacy/breaches/${breach.id}`}
      title={breach.texts.title}
      detail={`${t("aware", { at: format.moment(breach.awareAt) })} · ${t(`risk.${breach.risk}`)}`}
      end={
        breach.closedAt ? (
          <Tag tone="good">{t("closedAt", { at: format.date(breach.closedAt) })}</Tag>
        ) : breach.authorityToldAt ? (
          <Tag tone="active">{t("authorityTold", { at: format.date(breach.authorityToldAt) })}</Tag>
        ) : breach.risk === "UNLIKELY" ? (
          <Tag>{t("noNotice")}</Tag>
        ) : (
          <Due dueAt={breach.dueAt} overdue={breach.overdue} soon={3} />
        )
      }
    />
  );
}
