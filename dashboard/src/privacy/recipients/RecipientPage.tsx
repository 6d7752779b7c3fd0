import { Alert, Button, Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconEdit } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { graphql } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { useFresh } from "../../kit/live/use_journal";
import { useCommands } from "../../kit/shell/commands";
import { NotFound } from "../../kit/shell/NotFound";
import { DeskPage } from "../parts/DeskPage";
import { Facts } from "../parts/Facts";
import classes from "../parts/parts.module.css";
import { Section } from "../parts/Section";
import { DisclosureList } from "./DisclosureList";
import { EditRecipient } from "./EditRecipient";
import { LogDisclosure } from "./LogDisclosure";
import { NoticeList } from "./NoticeList";
import { countryName, RECIPIENT } from "./recipient";

const ONE = graphql(`query Recipient($id: ID!) { recipient(id: $id) { ...RecipientWhole } }`, [RECIPIENT]);
const ARCHIVE = graphql(
  `
    mutation ArchiveRecipient($input: ArchiveRecipientInput!) {
      archiveRecipient(input: $input) { recipient { ...RecipientWhole } userErrors { code field message } }
    }
  `,
  [RECIPIENT],
);
const RESTORE = graphql(
  `
    mutation RestoreRecipient($input: RestoreRecipientInput!) {
      restoreRecipient(input: $input) { recipient { ...RecipientWhole } userErrors { code field message } }
    }
  `,
  [RECIPIENT],
);

/** One recipient: what allows the transfer, what they were given, and what they must be told. */
export default function RecipientPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { t, i18n } = useTranslation("privacy/recipients");
  const format = useFormat();
  const [result, again] = useQuery({ query: ONE, variables: { id } });
  const [editing, setEditing] = useState(false);
  const [logging, setLogging] = useState(false);
  const [archive, archiving] = useAct(ARCHIVE);
  const [restore, restoring] = useAct(RESTORE);
  useFresh(again, ["recipient."]);
  const recipient = result.data?.recipient;
  const edit = () => setEditing(true);
  useCommands(recipient ? [{ id: "change-recipient", label: t("change"), icon: IconEdit, run: edit }] : []);
  if (result.data && !recipient) return <NotFound />;

  async function put() {
    const done = await archive({ input: { recipientId: id } });
    if (done.ok) tell.done(t("archivedDone"), { undo: () => restore({ input: { recipientId: id } }) });
  }

  return (
    <DeskPage
      title={recipient?.name ?? t("title")}
      about={recipient?.archivedAt ? t("archivedOn", { at: format.date(recipient.archivedAt) }) : recipient?.legalName}
      actions={
        recipient && (
          <>
            {recipient.archivedAt ? (
              <Button variant="default" loading={restoring} onClick={() => void restore({ input: { recipientId: id } })}>
                {t("restore")}
              </Button>
            ) : (
              <>
                <Button variant="default" onClick={() => setLogging(true)}>
                  {t("log.action")}
                </Button>
                <Button variant="default" loading={archiving} onClick={() => void put()}>
                  {t("archive")}
                </Button>
                <Button leftSection={<IconEdit size={16} aria-hidden />} onClick={edit}>
                  {t("change")}
                </Button>
              </>
            )}
          </>
        )
      }
    >
      <Answer of={result} again={again} skeleton={<Skeleton height={240} />}>
        {({ recipient }) =>
          recipient && (
            <>
              {!recipient.transferAllowed && (
                <Alert color="red" icon={<IconAlertTriangle />} title={t("notAllowed")} mb="md">
                  {t("notAllowedWhy")}
                </Alert>
              )}
              <div className={classes.paper} style={{ marginBottom: 28 }}>
                <Facts
                  of={[
                    [t("legalName"), recipient.legalName],
                    [t("roleLabel"), t(`role.${recipient.role}`)],
                    [t("country"), countryName(recipient.country, i18n.language)],
                    [t("others"), recipient.accessCountries.map((one) => countryName(one, i18n.language)).join(", ")],
                    [t("mechanismLabel"), t(`mechanism.${recipient.mechanism}`)],
                    [t("safeguard"), recipient.safeguard],
                    [t("assessment"), recipient.assessment],
                    [t("checkedAt"), recipient.checkedAt && format.date(recipient.checkedAt)],
                    [t("email"), recipient.contactEmail],
                    [t("purposes"), recipient.purposes.map(({ currentVersion: { texts } }) => (texts.find(({ language }) => language === i18n.language) ?? texts[0])?.title).join(", ")],
                    [t("createdAt"), format.date(recipient.createdAt)],
                  ]}
                />
              </div>
              <Section title={t("tab.notices")}>
                <NoticeList recipientId={id} />
              </Section>
              <Section title={t("tab.disclosures")}>
                <DisclosureList recipientId={id} />
              </Section>
            </>
          )
        }
      </Answer>
      {editing && recipient && <EditRecipient recipient={recipient} close={() => setEditing(false)} saved={() => {}} />}
      {logging && <LogDisclosure recipientId={id} close={() => setLogging(false)} />}
    </DeskPage>
  );
}
