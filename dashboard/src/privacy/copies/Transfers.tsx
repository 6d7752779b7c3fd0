import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { useFresh } from "../../kit/live/use_journal";
import classes from "../parts/parts.module.css";
import { Section } from "../parts/Section";
import { Tag } from "../parts/Tag";
import { AskTransfer } from "./AskTransfer";

const AUTHORISATION = graphql(`
  fragment Authorisation on TransferAuthorisation {
    id recipientName purpose scope state askedAt validFrom validUntil decidedAt withdrawnAt
    transfers { id state createdAt expiresAt pulledAt bytes sha256 }
  }
`);
const ALL = graphql(
  `query TransferAuthorisations($id: ID!) { transferAuthorisations(contactId: $id, first: 20) { nodes { ...Authorisation } } }`,
  [AUTHORISATION],
);
const SEND = graphql(`
  mutation SendTransfer($input: SendTransferInput!) { sendTransfer(input: $input) { transfer { id state } userErrors { code field message } } }
`);
type Authorisation = ResultOf<typeof AUTHORISATION>;

/** What a person allowed to be passed on, and what was. */
export function Transfers({ contactId }: { contactId: string }) {
  const { t } = useTranslation("privacy/copies");
  const [result, again] = useQuery({ query: ALL, variables: { id: contactId } });
  const [asking, setAsking] = useState(false);
  useFresh(again, ["transfer."]);
  return (
    <Section
      title={t("transfers")}
      actions={
        <Button size="xs" variant="default" onClick={() => setAsking(true)}>
          {t("ask.action")}
        </Button>
      }
    >
      <div className={classes.paper}>
        <Answer of={result} again={again} skeleton={<Skeleton height={60} />}>
          {({ transferAuthorisations: { nodes } }) =>
            nodes.length ? (
              <Stack gap="md">
                {nodes.map((one) => (
                  <One key={one.id} authorisation={one} />
                ))}
              </Stack>
            ) : (
              <Text size="sm" c="dimmed">
                {t("transfersNone")}
              </Text>
            )
          }
        </Answer>
      </div>
      {asking && <AskTransfer contactId={contactId} close={() => setAsking(false)} asked={() => again({ requestPolicy: "network-only" })} />}
    </Section>
  );
}

function One({ authorisation: one }: { authorisation: Authorisation }) {
  const { t } = useTranslation("privacy/copies");
  const format = useFormat();
  const [send, sending] = useAct(SEND);
  const name = one.recipientName ?? t("gone");
  async function pass() {
    if (!(await confirm({ title: t("send.title", { name }), body: t("send.body"), action: t("send.action") }))) return;
    if ((await send({ input: { authorisationId: one.id } })).ok) tell.done(t("send.done"));
  }
  const tones = { ASKED: "active", GRANTED: "good", REFUSED: "late", WITHDRAWN: "late", EXPIRED: "calm" } as const;
  return (
    <div>
      <Text size="sm" fw={500} component="div">
        <bdi>{name}</bdi>{" "}
        <Tag size="sm" tone={tones[one.state]}>
          {t(`authorisation.${one.state}`)}
        </Tag>
      </Text>
      <Text size="sm">{one.purpose}</Text>
      <Text size="xs" c="dimmed">
        {[format.list(one.scope.map((part) => t(`category.${part}`))), t("asked", { at: format.date(one.askedAt) }), t("holds", { from: format.date(one.validFrom), until: format.date(one.validUntil) })].join(" · ")}
      </Text>
      {one.transfers.map((transfer) => (
        <div key={transfer.id} style={{ marginTop: 6 }}>
          <Text size="xs">
            {format.moment(transfer.createdAt)} · {t(`transfer.${transfer.state}`)}
            {transfer.pulledAt && ` ${format.moment(transfer.pulledAt)}`}
          </Text>
          {transfer.sha256 && <div className={classes.mono}>SHA-256 {transfer.sha256}</div>}
        </div>
      ))}
      {one.state === "GRANTED" && (
        <Button size="xs" variant="default" mt={6} loading={sending} onClick={() => void pass()}>
          {t("send.action")}
        </Button>
      )}
    </div>
  );
}
