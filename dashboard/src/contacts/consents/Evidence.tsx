import { Button, Group, Menu, Skeleton, Text } from "@mantine/core";
import { IconChevronDown, IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import classes from "./consents.module.css";
import { useProof } from "./use_proof";

const FACTS = graphql(`
  fragment EvidenceFacts on ConsentEvidence {
    method language submittedAt submittedWith confirmedAt confirmedWith secondsAfterMail mailbox
    submittedEntryId confirmedEntryId givenEntryId
    wording { language text sha256 }
    formVersion { id number sha256 formId formName publishedAt }
    page { origin path utm { name value } }
    mails { kind messageId language state smtpCode smtpReply at templateSha256 }
  }
`);
const EVIDENCE = graphql(
  `
    query Evidence($id: ID!) {
      node(id: $id) {
        __typename
        id
        ... on Consent { evidence { ...EvidenceFacts } joinedEvidence { ...EvidenceFacts } }
      }
    }
  `,
  [FACTS],
);

type Facts = ResultOf<typeof FACTS>;

/** How a consent came about: what was shown, where, when, the mails, the click. */
export function Evidence({ id, consentId }: { id: string; consentId: string }) {
  const { t } = useTranslation("contacts");
  const [result, again] = useQuery({ query: EVIDENCE, variables: { id: consentId } });
  return (
    <div className={classes.evidence} id={id} data-evidence={consentId}>
      <Answer of={result} again={again} skeleton={<Skeleton height={140} />}>
        {({ node }) => {
          if (node?.__typename !== "Consent" || !node.evidence) return <Text size="sm">{t("evidence.none")}</Text>;
          const joined = node.joinedEvidence ?? [];
          return (
            <>
              <One facts={node.evidence} />
              {joined.map((facts) => (
                <div key={facts.givenEntryId}>
                  <Text size="sm" fw={600} mt="md">
                    {t("evidence.joined")}
                  </Text>
                  <One facts={facts} />
                </div>
              ))}
              <Download consentId={consentId} />
            </>
          );
        }}
      </Answer>
    </div>
  );
}

function One({ facts }: { facts: Facts }) {
  const { t } = useTranslation(["contacts", "records"]);
  const format = useFormat();
  const { wording, formVersion, page, mails } = facts;
  const gone = <Text span size="xs" c="dimmed">{t("evidence.gone")}</Text>;
  return (
    <>
      <Text size="xs" fw={600}>
        {t("evidence.wording")}
      </Text>
      {wording ? (
        <>
          <blockquote className={classes.quote} lang={wording.language} dir="auto">
            {wording.text}
          </blockquote>
          <Hash value={wording.sha256} />
        </>
      ) : (
        gone
      )}
      <dl className={classes.facts}>
        <dt>{t("evidence.where")}</dt>
        <dd>
          {t(`method.${facts.method}`)}
          {formVersion && (
            <>
              <br />
              {t("evidence.form", { name: formVersion.formName, number: format.number(formVersion.number), at: format.date(formVersion.publishedAt) })}
              <Hash value={formVersion.sha256} />
            </>
          )}
        </dd>
        {formVersion && (
          <>
            <dt>{t("evidence.page")}</dt>
            <dd>
              {page ? <bdi>{page.origin + page.path}</bdi> : gone}
              {page?.utm.map(({ name, value }) => (
                <div key={name}>
                  {name}: <bdi>{value}</bdi>
                </div>
              ))}
            </dd>
          </>
        )}
        <dt>{t("evidence.asked")}</dt>
        <dd>
          {facts.submittedAt ? format.full(facts.submittedAt) : gone}
          {facts.submittedWith && <> · {facts.submittedWith}</>}
          {facts.language && <> · {t(`records:language.${facts.language}`)}</>}
        </dd>
        <dt>{t("evidence.mails")}</dt>
        <dd>
          {mails.length
            ? mails.map((mail) => (
                <div key={mail.messageId}>
                  <strong>{t(`mail.${mail.kind}`, { defaultValue: mail.kind })}</strong>, {format.moment(mail.at)}
                  <br />
                  {mail.smtpCode > 0 && t("evidence.smtp", { code: mail.smtpCode, reply: mail.smtpReply ?? "" })}
                  <br />
                  <code>{mail.messageId}</code>
                </div>
              ))
            : gone}
        </dd>
        <dt>{t("evidence.confirmed")}</dt>
        <dd>
          {facts.confirmedAt ? format.full(facts.confirmedAt) : gone}
          {facts.confirmedWith && <> · {facts.confirmedWith}</>}
          {facts.secondsAfterMail !== null && <> · {t("evidence.after", { count: facts.secondsAfterMail, seconds: format.number(facts.secondsAfterMail) })}</>}
        </dd>
        <dt>{t("evidence.mailbox")}</dt>
        <dd>{facts.mailbox ? <bdi>{facts.mailbox}</bdi> : gone}</dd>
        <dt>{t("evidence.entries")}</dt>
        <dd>
          {[facts.submittedEntryId, facts.confirmedEntryId, facts.givenEntryId].filter(Boolean).map((entry) => (
            <div key={entry}>
              <code>{entry}</code>
            </div>
          ))}
        </dd>
      </dl>
    </>
  );
}

const Hash = ({ value }: { value: string }) => (
  <Text size="xs" c="dimmed" component="div" ff="monospace" title={value} truncate>
    SHA-256 {value.slice(0, 16)}…
  </Text>
);

function Download({ consentId }: { consentId: string }) {
  const { t } = useTranslation("contacts");
  const { download, running } = useProof();
  return (
    <Group gap="xs" mt="sm">
      <Button size="xs" leftSection={<IconDownload size={15} aria-hidden />} loading={running} onClick={() => void download(consentId, "html")}>
        {t("evidence.download")}
      </Button>
      <Menu position="bottom-start" withinPortal>
        <Menu.Target>
          <Button size="xs" variant="default" rightSection={<IconChevronDown size={14} aria-hidden />}>
            {t("evidence.formats")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void download(consentId, "record")}>{t("evidence.record")}</Menu.Item>
          <Menu.Item onClick={() => void download(consentId, "receipt")}>{t("evidence.receipt")}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
