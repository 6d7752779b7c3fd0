import { Button, SegmentedControl } from "@mantine/core";
import { IconEyeOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { graphql } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { Empty } from "../../kit/shell/Empty";
import { DeskPage } from "../parts/DeskPage";
import { Pages } from "../parts/Pages";
import { Row } from "../parts/Row";
import { Tag } from "../parts/Tag";
import { useFilter } from "../parts/use_filter";
import { Who } from "../parts/Who";
import { Decide } from "./Decide";
import { HELD, type Held } from "./held";
import { useQuarantineTabs } from "./tabs";

const QUARANTINE = graphql(
  `
    query Quarantine($first: Int!, $after: String, $state: QuarantineState) {
      quarantine(first: $first, after: $after, state: $state) { nodes { ...Held } pageInfo { hasNextPage endCursor } }
    }
  `,
  [HELD],
);

/** Texts that were held back, because they may tell of a special category of data. */
export default function Quarantine() {
  const { t } = useTranslation("privacy/quarantine");
  const [which, setWhich] = useFilter<"waiting" | "all">("texts", "waiting");
  const [deciding, setDeciding] = useState<Held>();
  const tabs = useQuarantineTabs();
  return (
    <DeskPage title={t("title")} about={t("about")} tabs={tabs}>
      <SegmentedControl
        mb="md"
        value={which}
        onChange={(value) => setWhich(value as typeof which)}
        aria-label={t("which")}
        data={[
          { value: "waiting", label: t("waiting") },
          { value: "all", label: t("all") },
        ]}
      />
      <Pages
        document={QUARANTINE}
        variables={{ state: which === "waiting" ? "WAITING" : null }}
        of={(data) => data.quarantine}
        label={t("title")}
        fresh={["text.", "erasure.", "activity.", "contact.", "deal.", "company."]}
        row={(held) => <HeldRow held={held} decide={() => setDeciding(held)} />}
        empty={
          <Empty icon={IconEyeOff} title={t("none")}>
            {t("noneWhy")}
          </Empty>
        }
      />
      {deciding && <Decide held={deciding} close={() => setDeciding(undefined)} />}
    </DeskPage>
  );
}

function HeldRow({ held, decide }: { held: Held; decide: () => void }) {
  const { t } = useTranslation("privacy/quarantine");
  const format = useFormat();
  const place = t("place", { source: t(`source.${held.source}`), field: held.field.startsWith("custom.") ? held.field.slice(7) : t(`field.${held.field}`, held.field) });
  return (
    <Row
      title={
        <>
          {place}
          {held.contact && (
            <>
              {" · "}
              <Who person={held.contact} />
            </>
          )}
        </>
      }
      detail={[t("heldAt", { at: format.moment(held.heldAt) }), held.decidedAt && t("decidedAt", { at: format.moment(held.decidedAt) }), held.ground && t(`ground.${held.ground}`)].filter(Boolean).join(" · ")}
      end={
        <>
          <Tag tone={held.state === "WAITING" ? "soon" : held.state === "RELEASED" ? "active" : "calm"}>{t(`state.${held.state}`)}</Tag>
          {held.state === "WAITING" && (
            <Button size="xs" onClick={decide} aria-label={t("decideOn", { place })}>
              {t("decide")}
            </Button>
          )}
        </>
      }
    />
  );
}
