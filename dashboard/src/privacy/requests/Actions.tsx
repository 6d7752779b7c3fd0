import { Button, Group } from "@mantine/core";
import { IconChecks, IconClockPlus, IconHandStop, IconMessage, IconPlayerPlay, IconScale, IconUserQuestion, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { useCommands } from "../../kit/shell/commands";
import { useShortcuts } from "../../kit/shell/shortcuts";
import { Balance } from "./Balance";
import { CloseRequest } from "./CloseRequest";
import { Extend } from "./Extend";
import { Fulfil } from "./Fulfil";
import { Refuse } from "./Refuse";
import { REQUEST_LINE, type Request } from "./request";
import { Write } from "./Write";

const START = graphql(
  `
    mutation StartRequest($input: StartRequestInput!) {
      startRequest(input: $input) { request { ...RequestLine } userErrors { code field message } }
    }
  `,
  [REQUEST_LINE],
);
const ASK = graphql(
  `
    mutation AskForIdentity($input: AskForIdentityInput!) {
      askForIdentity(input: $input) { request { ...RequestLine } userErrors { code field message } }
    }
  `,
  [REQUEST_LINE],
);

type Step = "fulfil" | "balance" | "write" | "extend" | "refuse" | "close";

/** What can be done with a request in its state. */
export function Actions({ request, again }: { request: Request; again: () => void }) {
  const { t } = useTranslation("privacy/requests");
  const [open, setOpen] = useState<Step>();
  const [start, starting] = useAct(START);
  const [ask, asking] = useAct(ASK);
  const weighs = request.kind === "OBJECTION" && request.objectsTo === "LEGITIMATE_INTERESTS";
  const fresh = request.state === "RECEIVED" || request.state === "ACKNOWLEDGED";
  const mayAsk = !request.identityProvenAt && request.email !== null && request.state !== "IDENTITY_PENDING";
  const input = { requestId: request.id, expectedVersion: request.version };

  async function begin() {
    if ((await start({ input })).ok) again();
  }
  async function askWho() {
    const yes = await confirm({
      title: t("identity.title"),
      body: t(request.receivedAt > weekAgo() ? "identity.bodyPauses" : "identity.body", { email: request.email }),
      action: t("identity.action"),
    });
    if (!yes || !(await ask({ input })).ok) return;
    tell.done(t("identity.done"));
    again();
  }
  const show = (step: Step) => () => setOpen(step);
  const main: Step = weighs ? "balance" : "fulfil";

  useShortcuts([{ keys: "w", label: t("write.action"), run: show("write") }]);
  useCommands([
    { id: "request-main", label: t(`${main}.action`), icon: weighs ? IconScale : IconChecks, run: show(main) },
    { id: "request-write", label: t("write.action"), icon: IconMessage, keys: "w", run: show("write") },
    { id: "request-refuse", label: t("refuse.action"), icon: IconHandStop, run: show("refuse") },
    { id: "request-close", label: t("close.action"), icon: IconX, run: show("close") },
    ...(request.extendedAt ? [] : [{ id: "request-extend", label: t("extend.action"), icon: IconClockPlus, run: show("extend") }]),
    ...(mayAsk ? [{ id: "request-ask", label: t("identity.action"), icon: IconUserQuestion, run: () => void askWho() }] : []),
    ...(fresh ? [{ id: "request-start", label: t("start"), icon: IconPlayerPlay, run: () => void begin() }] : []),
  ]);

  const dialog = { request, close: () => setOpen(undefined), done: again };
  return (
    <>
      <Group gap="xs" mb="lg" role="group" aria-label={t("page.actions")}>
        <Button leftSection={weighs ? <IconScale size={16} aria-hidden /> : <IconChecks size={16} aria-hidden />} onClick={show(main)}>
          {t(`${main}.action`)}
        </Button>
        {fresh && (
          <Button variant="default" loading={starting} leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => void begin()}>
            {t("start")}
          </Button>
        )}
        <Button variant="default" leftSection={<IconMessage size={16} aria-hidden />} onClick={show("write")}>
          {t("write.action")}
        </Button>
        {mayAsk && (
          <Button variant="default" loading={asking} leftSection={<IconUserQuestion size={16} aria-hidden />} onClick={() => void askWho()}>
            {t("identity.action")}
          </Button>
        )}
        {!request.extendedAt && (
          <Button variant="default" leftSection={<IconClockPlus size={16} aria-hidden />} onClick={show("extend")}>
            {t("extend.action")}
          </Button>
        )}
        <Button variant="default" leftSection={<IconHandStop size={16} aria-hidden />} onClick={show("refuse")}>
          {t("refuse.action")}
        </Button>
        <Button variant="subtle" color="gray" leftSection={<IconX size={16} aria-hidden />} onClick={show("close")}>
          {t("close.action")}
        </Button>
      </Group>
      {open === "fulfil" && <Fulfil {...dialog} />}
      {open === "balance" && <Balance {...dialog} />}
      {open === "write" && <Write {...dialog} />}
      {open === "extend" && <Extend {...dialog} />}
      {open === "refuse" && <Refuse {...dialog} />}
      {open === "close" && <CloseRequest {...dialog} />}
    </>
  );
}

const weekAgo = () => new Date(Date.now() - 7 * 86_400_000).toISOString();

/** What every dialog of a request is given. */
export interface DialogProps {
  request: Request;
  close: () => void;
  /** It was done: read the request again. */
  done: () => void;
}
