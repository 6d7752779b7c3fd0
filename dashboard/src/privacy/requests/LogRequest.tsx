import { Group, TextInput, Textarea } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { fromLocal, nowLocal } from "../parts/days";
import { requestKinds, type RequestKind } from "../parts/kinds";
import { PersonPicker } from "../parts/PersonPicker";
import { REQUEST_LINE } from "./request";

const LOG = graphql(
  `
    mutation LogRequest($input: LogRequestInput!) {
      logRequest(input: $input) { request { ...RequestLine } userErrors { code field message } }
    }
  `,
  [REQUEST_LINE],
);

const channels = ["EMAIL", "POST", "PHONE", "IN_PERSON", "OTHER"] as const satisfies readonly Enum<"RequestChannel">[];
const scopes = ["MARKETING", "LEGITIMATE_INTERESTS"] as const satisfies readonly Enum<"ObjectionScope">[];

interface Props {
  contactId?: string;
  close: () => void;
  logged: (id: string) => void;
}

/** Enters a request that came by letter, e-mail, telephone or face to face. */
export function LogRequest({ contactId, close, logged }: Props) {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const [log] = useAct(LOG);
  const key = useRef(crypto.randomUUID());
  const [kind, setKind] = useState<RequestKind>("ACCESS");
  const [channel, setChannel] = useState<(typeof channels)[number]>("EMAIL");
  const [scope, setScope] = useState<(typeof scopes)[number]>("MARKETING");
  const [person, setPerson] = useState<string | null>(contactId ?? null);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [message, setMessage] = useState("");
  const [received, setReceived] = useState(nowLocal);
  const [touched, setTouched] = useState(false);

  async function submit() {
    const done = await log(
      {
        input: {
          kind,
          channel,
          objectsTo: kind === "OBJECTION" ? scope : undefined,
          contactId: person ?? undefined,
          email: email.trim() || undefined,
          name: name.trim() || undefined,
          message: message.trim() || undefined,
          receivedAt: touched ? (fromLocal(received) ?? undefined) : undefined,
          idempotencyKey: key.current,
        },
      },
      { quiet: true },
    );
    // What was refused may be corrected: that is another request than the one that the key stands for.
    if (!done.ok) key.current = crypto.randomUUID();
    const request = done.ok ? done.data.logRequest.request : null;
    if (request) {
      tell.done(t("log.done"));
      logged(request.id);
    }
    return done;
  }

  return (
    <ActDialog title={t("log.title")} about={t("log.about")} action={t("log.submit")} size="lg" submit={submit} close={close}>
      {(wrong) => (
        <>
          <Group grow align="flex-start">
            <Choice label={t("log.kind")} of={requestKinds} named={(one) => words(`kindLong.${one}`)} value={kind} onChange={(one) => one && setKind(one)} error={wrong("kind")} />
            <Choice label={t("log.channel")} of={channels} named={(one) => words(`channel.${one}`)} value={channel} onChange={(one) => one && setChannel(one)} error={wrong("channel")} />
          </Group>
          {kind === "OBJECTION" && (
            <Choice
              label={t("log.scope")}
              description={t(`log.scopeWhy.${scope}`)}
              of={scopes}
              named={(one) => words(`scope.${one}`)}
              value={scope}
              onChange={(one) => one && setScope(one)}
              error={wrong("objectsTo")}
            />
          )}
          <TextInput
            type="datetime-local"
            label={t("log.receivedAt")}
            description={t("log.receivedAtWhy")}
            max={nowLocal()}
            value={received}
            onChange={(event) => (setReceived(event.currentTarget.value), setTouched(true))}
            error={wrong("receivedAt")}
          />
          <PersonPicker label={t("log.person")} description={t("log.personWhy")} value={person} onChange={setPerson} error={wrong("contactId")} />
          <Group grow align="flex-start">
            <TextInput label={t("log.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} error={wrong("name")} />
            <TextInput
              type="email"
              label={t("log.email")}
              placeholder={person ? t("log.emailInUse") : undefined}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              error={wrong("email")}
            />
          </Group>
          <Textarea
            label={t("log.message")}
            description={t("log.messageWhy")}
            autosize
            minRows={3}
            maxRows={12}
            maxLength={10_000}
            value={message}
            onChange={(event) => setMessage(event.currentTarget.value)}
            error={wrong("message")}
          />
        </>
      )}
    </ActDialog>
  );
}
