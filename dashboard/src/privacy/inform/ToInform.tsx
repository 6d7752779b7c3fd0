import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { IconMailForward, IconUserCheck } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum, type ResultOf } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { clock } from "../../kit/format/server_clock";
import { Empty } from "../../kit/shell/Empty";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { fromLocal, nowLocal } from "../parts/days";
import { DeskPage } from "../parts/DeskPage";
import { Due } from "../parts/Due";
import { Pages } from "../parts/Pages";
import { nameOf, PERSON } from "../parts/person";
import { Row } from "../parts/Row";
import { Tag } from "../parts/Tag";
import { useFilter } from "../parts/use_filter";
import { Who } from "../parts/Who";

const TO_INFORM = graphql(
  `
    query ContactsToInform($first: Int!, $after: String, $overdue: Boolean!) {
      contactsToInform(first: $first, after: $after, overdue: $overdue) {
        nodes { ...Person art14DueAt restrictedAt createdAt }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [PERSON],
);
const SEND = graphql(`
  mutation SendArt14Notice($input: SendArt14NoticeInput!) { sendArt14Notice(input: $input) { contact { id art14DueAt } userErrors { code field message } } }
`);
const RECORD = graphql(`
  mutation RecordArt14Notice($input: RecordArt14NoticeInput!) { recordArt14Notice(input: $input) { contact { id art14DueAt } userErrors { code field message } } }
`);
type Contact = ResultOf<typeof TO_INFORM>["contactsToInform"]["nodes"][number];
const ways = ["LETTER", "PHONE", "IN_PERSON", "KNOWN", "IMPOSSIBLE", "LAW", "SECRECY"] as const satisfies readonly Enum<"Art14How">[];

/** People whose data came from somebody else, and who must still be informed (Art. 14). */
export default function ToInform() {
  const { t } = useTranslation("privacy/inform");
  const [which, setWhich] = useFilter<"all" | "late">("people", "all");
  const [recording, setRecording] = useState<Contact>();
  return (
    <DeskPage title={t("title")} about={t("about")}>
      <SegmentedControl
        mb="md"
        value={which}
        onChange={(value) => setWhich(value as typeof which)}
        aria-label={t("which")}
        data={[
          { value: "all", label: t("all") },
          { value: "late", label: t("late") },
        ]}
      />
      <Pages
        document={TO_INFORM}
        variables={{ overdue: which === "late" }}
        of={(data) => data.contactsToInform}
        label={t("title")}
        fresh={["art14.", "contact."]}
        row={(contact) => <InformRow contact={contact} record={() => setRecording(contact)} />}
        empty={
          <Empty icon={IconUserCheck} title={t("none")}>
            {t("noneWhy")}
          </Empty>
        }
      />
      {recording && <RecordInformed contact={recording} close={() => setRecording(undefined)} />}
    </DeskPage>
  );
}

function InformRow({ contact, record }: { contact: Contact; record: () => void }) {
  const { t } = useTranslation("privacy/inform");
  const [send, sending] = useAct(SEND);
  const who = nameOf(contact);
  async function sendNow() {
    if ((await send({ input: { contactId: contact.id } })).ok) tell.done(t("sent", { who }));
  }
  return (
    <Row
      title={<Who person={contact} />}
      detail={contact.email ?? t("noEmail")}
      end={
        <>
          {contact.restrictedAt && <Tag>{t("restricted")}</Tag>}
          {contact.art14DueAt && <Due dueAt={contact.art14DueAt} overdue={Date.parse(contact.art14DueAt) < clock()} />}
          {contact.email && !contact.restrictedAt && (
            <Button size="xs" loading={sending} leftSection={<IconMailForward size={14} aria-hidden />} onClick={() => void sendNow()} aria-label={t("sendTo", { who })}>
              {t("send")}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={record} aria-label={t("recordOf", { who })}>
            {t("record")}
          </Button>
        </>
      }
    />
  );
}

function RecordInformed({ contact, close }: { contact: Contact; close: () => void }) {
  const { t } = useTranslation("privacy/inform");
  const [record] = useAct(RECORD);
  const [how, setHow] = useState<(typeof ways)[number]>("LETTER");
  const [at, setAt] = useState(nowLocal);
  const [touched, setTouched] = useState(false);
  async function submit() {
    const done = await record({ input: { contactId: contact.id, how, givenAt: touched ? fromLocal(at) : undefined } }, { quiet: true });
    if (done.ok) tell.done(t("recorded", { who: nameOf(contact) }));
    return done;
  }
  return (
    <ActDialog title={t("recordOf", { who: nameOf(contact) })} about={t("recordAbout")} action={t("record")} submit={submit} close={close}>
      {(wrong) => (
        <>
          <Choice label={t("how")} of={ways} named={(one) => t(`way.${one}`)} value={how} onChange={(one) => one && setHow(one)} error={wrong("how")} />
          <TextInput type="datetime-local" label={t("when")} max={nowLocal()} value={at} onChange={(event) => (setAt(event.currentTarget.value), setTouched(true))} error={wrong("givenAt")} />
        </>
      )}
    </ActDialog>
  );
}
