import { Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { roleMay } from "../../kit/session/viewer";
import { Facts } from "../parts/Facts";
import { isOpen } from "../parts/kinds";
import classes from "../parts/parts.module.css";
import { Who } from "../parts/Who";
import { REQUEST_LINE, type Request } from "./request";

const MEMBERS = graphql(`query RequestMembers { members(first: 100) { nodes { id name role joinedAt deactivatedAt } } }`);
const ASSIGN = graphql(
  `
    mutation AssignRequest($input: AssignRequestInput!) {
      assignRequest(input: $input) { request { ...RequestLine } userErrors { code field message } }
    }
  `,
  [REQUEST_LINE],
);

/** Who asks, since when, until when, and who handles it. */
export function RequestFacts({ request }: { request: Request }) {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const format = useFormat();
  const moment = (at: string | null) => at && format.moment(at);
  return (
    <div className={classes.paper}>
      <Facts
        of={[
          [t("facts.person"), request.contact ? <Who person={request.contact} /> : (request.name ?? words("person.unknown"))],
          [t("facts.name"), request.contact && request.name],
          [t("facts.email"), request.email],
          [t("facts.language"), words(`language.${request.language}`)],
          [t("facts.objectsTo"), request.objectsTo && words(`scope.${request.objectsTo}`)],
          [t("facts.channel"), words(`channel.${request.channel}`)],
          [t("facts.receivedAt"), moment(request.receivedAt)],
          [t("facts.acknowledgedAt"), moment(request.acknowledgedAt) ?? (isOpen(request.state) ? t("facts.notAcknowledged") : null)],
          [t("facts.identity"), request.identityProvenAt ? t("facts.proven", { at: format.moment(request.identityProvenAt) }) : t("facts.notProven")],
          [t("facts.dueAt"), format.full(request.dueAt)],
          [t("facts.suspendedAt"), moment(request.suspendedAt)],
          [t("facts.extendedAt"), request.extendedAt && `${format.moment(request.extendedAt)} (${words(`extension.${request.extensionReason}`)})`],
          [t("facts.answeredAt"), moment(request.answeredAt)],
          [t("facts.refusal"), request.refusalReason && words(`refusal.${request.refusalReason}`)],
          [t("facts.balance"), request.balance && words(`balance.${request.balance}`)],
          [t("facts.id"), <span className={classes.mono}>{request.id}</span>],
        ]}
      />
      {isOpen(request.state) ? <Assign request={request} /> : request.assignee && <Text size="sm">{words("assignedTo", { name: request.assignee.name })}</Text>}
    </div>
  );
}

function Assign({ request }: { request: Request }) {
  const { t } = useTranslation("privacy/requests");
  const [{ data }] = useQuery({ query: MEMBERS });
  const [assign, running] = useAct(ASSIGN);
  const able = (data?.members.nodes ?? []).filter(({ role, joinedAt, deactivatedAt }) => roleMay(role, "privacyDesk") && joinedAt && !deactivatedAt);
  return (
    <Select
      mt="md"
      label={t("facts.assignee")}
      placeholder={t("facts.nobody")}
      clearable
      clearButtonProps={{ "aria-label": t("facts.assignNobody") }}
      disabled={running}
      data={[...able.map(({ id, name }) => ({ value: id, label: name })), ...(request.assignee && !able.some(({ id }) => id === request.assignee?.id) ? [{ value: request.assignee.id, label: request.assignee.name }] : [])]}
      value={request.assignee?.id ?? null}
      onChange={(assigneeId) => void assign({ input: { requestId: request.id, expectedVersion: request.version, assigneeId } })}
    />
  );
}
