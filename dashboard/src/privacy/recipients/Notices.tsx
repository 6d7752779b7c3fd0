import { Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { useFresh } from "../../kit/live/use_journal";
import { DeskPage } from "../parts/DeskPage";
import { NoticeList } from "./NoticeList";
import { useRecipientTabs } from "./tabs";

const RULES = graphql(`query NoticeRules { noticeRules { event notifies } }`);
const SET = graphql(`mutation SetNoticeRule($input: SetNoticeRuleInput!) { setNoticeRule(input: $input) { userErrors { code field message } } }`);

/** What recipients are to be told, and whether people are told of disclosures. */
export default function Notices() {
  const { t } = useTranslation("privacy/recipients");
  const tabs = useRecipientTabs();
  const [{ data }, again] = useQuery({ query: RULES });
  const [set, setting] = useAct(SET);
  useFresh(again, ["notice_rule."]);
  const rule = data?.noticeRules.find(({ event }) => event === "SHARED");
  async function change(notifies: boolean) {
    if (!(await set({ input: { event: "SHARED", notifies } })).ok) return;
    again({ requestPolicy: "network-only" });
    tell.done(t(notifies ? "rule.on" : "rule.off"), { undo: () => change(!notifies) });
  }
  return (
    <DeskPage title={t("title")} about={t("noticesAbout")} tabs={tabs}>
      {rule && <Switch mb="lg" label={t("rule.label")} description={t("rule.why")} checked={rule.notifies} disabled={setting} onChange={(event) => void change(event.currentTarget.checked)} />}
      <NoticeList />
    </DeskPage>
  );
}
