import { Button, SegmentedControl } from "@mantine/core";
import { IconAnchor, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { useShortcuts } from "../../kit/shell/shortcuts";
import { DeskPage } from "../parts/DeskPage";
import { Pages } from "../parts/Pages";
import { nameOf, PERSON } from "../parts/person";
import { Row } from "../parts/Row";
import { Tag } from "../parts/Tag";
import { useFilter } from "../parts/use_filter";
import { Who } from "../parts/Who";
import { SetHold } from "./SetHold";
import { useRetentionTabs } from "./tabs";

const HOLDS = graphql(
  `
    query Holds($first: Int!, $after: String, $current: Boolean!) {
      holds(first: $first, after: $after, current: $current) {
        nodes { id contact { ...Person } reason state note since until releasedAt }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [PERSON],
);
const RELEASE = graphql(`
  mutation ReleaseHold($input: ReleaseHoldInput!) {
    releaseHold(input: $input) { hold { id state releasedAt } userErrors { code field message } }
  }
`);
type Hold = ResultOf<typeof HOLDS>["holds"]["nodes"][number];

/** Who is kept for now, and why. */
export default function Holds() {
  const { t } = useTranslation("privacy/retention");
  const [which, setWhich] = useFilter<"current" | "all">("holds", "current");
  const [setting, setSetting] = useState(false);
  const tabs = useRetentionTabs();
  const open = () => setSetting(true);
  useShortcuts([{ keys: "c", label: t("hold.set"), run: open }]);
  useCommands([{ id: "set-hold", label: t("hold.set"), icon: IconAnchor, keys: "c", run: open }]);
  return (
    <DeskPage
      title={t("title")}
      about={t("hold.about")}
      tabs={tabs}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
          {t("hold.set")}
        </Button>
      }
    >
      <SegmentedControl
        mb="md"
        value={which}
        onChange={(value) => setWhich(value as typeof which)}
        aria-label={t("hold.which")}
        data={[
          { value: "current", label: t("hold.current") },
          { value: "all", label: t("hold.all") },
        ]}
      />
      <Pages
        document={HOLDS}
        variables={{ current: which === "current" }}
        of={(data) => data.holds}
        label={t("tab.holds")}
        fresh={["hold.", "erasure."]}
        row={(hold) => <HoldRow hold={hold} />}
        empty={
          <Empty icon={IconAnchor} title={t("hold.none")}>
            {t("hold.noneWhy")}
          </Empty>
        }
      />
      {setting && <SetHold close={() => setSetting(false)} />}
    </DeskPage>
  );
}

function HoldRow({ hold }: { hold: Hold }) {
  const { t } = useTranslation("privacy/retention");
  const format = useFormat();
  const [release, running] = useAct(RELEASE);
  const who = hold.contact ? nameOf(hold.contact) : t("hold.gone");
  async function lift() {
    const yes = await confirm({ title: t("hold.releaseTitle", { who }), body: t("hold.releaseBody"), action: t("hold.release"), danger: true });
    if (yes && (await release({ input: { holdId: hold.id } })).ok) tell.done(t("hold.released", { who }));
  }
  return (
    <Row
      title={
        <>
          {hold.contact ? <Who person={hold.contact} /> : t("hold.gone")} · {t(`holdReason.${hold.reason}`)}
        </>
      }
      detail={
        <>
          {t("hold.span", { from: format.date(hold.since), until: format.date(hold.until) })}
          {hold.note && <div>{hold.note}</div>}
        </>
      }
      end={
        <>
          <Tag tone={hold.state === "CURRENT" ? "active" : "calm"}>
            {t(`holdState.${hold.state}`)}
          </Tag>
          {hold.state === "CURRENT" && (
            <Button size="xs" variant="default" loading={running} onClick={() => void lift()} aria-label={t("hold.releaseOf", { who })}>
              {t("hold.release")}
            </Button>
          )}
        </>
      }
    />
  );
}
