import { Button, Checkbox, Group, SegmentedControl, Text } from "@mantine/core";
import { IconBellRinging } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum, type ResultOf } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { Empty } from "../../kit/shell/Empty";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import classes from "../parts/parts.module.css";
import { Pages } from "../parts/Pages";
import { nameOf, PERSON } from "../parts/person";
import { Row } from "../parts/Row";
import { Tag } from "../parts/Tag";
import { Who } from "../parts/Who";

const NOTICE = graphql(
  `fragment RecipientNoticeLine on RecipientNotice { id recipient { id name contactEmail } contactId contact { ...Person } kind state reason createdAt decidedAt }`,
  [PERSON],
);
const NOTICES = graphql(
  `
    query RecipientNotices($first: Int!, $after: String, $recipientId: ID, $state: RecipientNoticeState) {
      recipientNotices(first: $first, after: $after, recipientId: $recipientId, state: $state) { nodes { ...RecipientNoticeLine } pageInfo { hasNextPage endCursor } }
    }
  `,
  [NOTICE],
);
const SETTLE = graphql(
  `
    mutation SettleRecipientNotices($input: SettleRecipientNoticesInput!) {
      settleRecipientNotices(input: $input) { notices { ...RecipientNoticeLine } userErrors { code field message } }
    }
  `,
  [NOTICE],
);
type Notice = ResultOf<typeof NOTICE>;
const reasons = ["UNREACHABLE", "DISPROPORTIONATE", "NO_LONGER_HELD"] as const satisfies readonly Enum<"NoticeImpossible">[];
const states = ["PENDING", "TOLD", "all"] as const;

/** What recipients are to be told of corrections, erasures and restrictions (Art. 19), and what became of it. */
export function NoticeList({ recipientId }: { recipientId?: string }) {
  const { t } = useTranslation("privacy/recipients");
  const format = useFormat();
  const [state, setState] = useState<(typeof states)[number]>("PENDING");
  const [chosen, setChosen] = useState<string[]>([]);
  const [impossible, setImpossible] = useState(false);
  const [settle, settling] = useAct(SETTLE);

  async function put(next: "TOLD" | "ACKNOWLEDGED") {
    const done = await settle({ input: { noticeIds: chosen, state: next } });
    if (!done.ok) return;
    tell.done(t(`settled.${next}`, { count: chosen.length }));
    setChosen([]);
  }
  const tick = (id: string) => (on: boolean) => setChosen(on ? [...chosen, id].slice(-100) : chosen.filter((one) => one !== id));

  return (
    <>
      <Group mb="md" justify="space-between">
        <SegmentedControl
          value={state}
          onChange={(value) => (setState(value as typeof state), setChosen([]))}
          aria-label={t("notices.which")}
          data={states.map((value) => ({ value, label: t(`notices.${value}`) }))}
        />
        {chosen.length > 0 && (
          <Group gap="xs" role="group" aria-label={t("notices.chosen", { count: chosen.length })}>
            <Text size="sm" aria-live="polite">
              {t("notices.chosen", { count: chosen.length })}
            </Text>
            {state !== "TOLD" && (
              <Button size="xs" loading={settling} onClick={() => void put("TOLD")}>
                {t("notices.told")}
              </Button>
            )}
            <Button size="xs" variant="default" loading={settling} onClick={() => void put("ACKNOWLEDGED")}>
              {t("notices.acknowledged")}
            </Button>
            <Button size="xs" variant="default" onClick={() => setImpossible(true)}>
              {t("notices.impossible")}
            </Button>
          </Group>
        )}
      </Group>
      <Pages
        document={NOTICES}
        variables={{ recipientId: recipientId ?? null, state: state === "all" ? null : state }}
        of={(data) => data.recipientNotices}
        label={t("tab.notices")}
        fresh={["recipients.", "recipient_notice.", "erasure.", "contact."]}
        row={(notice) => <NoticeRow notice={notice} named={!recipientId} chosen={chosen.includes(notice.id)} choose={tick(notice.id)} at={format.moment(notice.createdAt)} />}
        empty={
          <Empty icon={IconBellRinging} title={t(state === "PENDING" ? "notices.nonePending" : "notices.none")}>
            {t("notices.noneWhy")}
          </Empty>
        }
      />
      {impossible && <Impossible ids={chosen} close={() => setImpossible(false)} done={() => setChosen([])} />}
    </>
  );
}

function NoticeRow({ notice, named, chosen, choose, at }: { notice: Notice; named: boolean; chosen: boolean; choose: (on: boolean) => void; at: string }) {
  const { t } = useTranslation("privacy/recipients");
  const tones = { PENDING: "soon", TOLD: "active", ACKNOWLEDGED: "good", IMPOSSIBLE: "calm" } as const;
  const open = notice.state === "PENDING" || notice.state === "TOLD";
  const who = notice.contact ? nameOf(notice.contact) : notice.contactId;
  return (
    <Row
      icon={open ? <Checkbox checked={chosen} onChange={(event) => choose(event.currentTarget.checked)} aria-label={t("notices.choose", { recipient: notice.recipient.name, who })} /> : undefined}
      title={
        <>
          {named && `${notice.recipient.name} · `}
          {t(`noticeKind.${notice.kind}`)}: {notice.contact ? <Who person={notice.contact} /> : <span className={classes.mono}>{notice.contactId}</span>}
        </>
      }
      detail={[at, named && notice.recipient.contactEmail, notice.reason && t(`reason.${notice.reason}`)].filter(Boolean).join(" · ")}
      end={<Tag tone={tones[notice.state]}>{t(`noticeState.${notice.state}`)}</Tag>}
    />
  );
}

function Impossible({ ids, close, done: after }: { ids: string[]; close: () => void; done: () => void }) {
  const { t } = useTranslation("privacy/recipients");
  const [settle] = useAct(SETTLE);
  const [reason, setReason] = useState<(typeof reasons)[number]>("UNREACHABLE");
  async function submit() {
    const done = await settle({ input: { noticeIds: ids, state: "IMPOSSIBLE", reason } }, { quiet: true });
    if (done.ok) {
      tell.done(t("settled.IMPOSSIBLE", { count: ids.length }));
      after();
    }
    return done;
  }
  return (
    <ActDialog title={t("notices.impossible")} about={t("notices.impossibleAbout")} action={t("notices.record")} submit={submit} close={close}>
      {(wrong) => <Choice label={t("notices.why")} of={reasons} named={(one) => t(`reason.${one}`)} value={reason} onChange={(one) => one && setReason(one)} error={wrong("reason")} />}
    </ActDialog>
  );
}
