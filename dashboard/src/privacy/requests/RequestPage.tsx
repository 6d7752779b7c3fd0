import { Alert, Button, Group, Skeleton, Stack } from "@mantine/core";
import { IconDownload, IconInfoCircle, IconPrinter } from "@tabler/icons-react";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { useFresh } from "../../kit/live/use_journal";
import { useCommands } from "../../kit/shell/commands";
import { NotFound } from "../../kit/shell/NotFound";
import { DeskPage } from "../parts/DeskPage";
import { download } from "../parts/download";
import { Due } from "../parts/Due";
import { isOpen, stateTones } from "../parts/kinds";
import classes from "../parts/parts.module.css";
import { Section } from "../parts/Section";
import { Tag } from "../parts/Tag";
import { Actions } from "./Actions";
import { Advice } from "./Advice";
import { Copies } from "./Copies";
import { askerOf, REQUEST, type Request } from "./request";
import { RequestFacts } from "./RequestFacts";
import { Restrictions } from "./Restrictions";
import { Steps } from "./Steps";
import { useLiveRequests } from "./use_live_requests";

/** One request: what was asked, its clock, the exchange, and what can be done now. */
export default function RequestPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const [result, again] = useQuery({ query: REQUEST, variables: { id } });
  useLiveRequests((changed) => changed === id && again({ requestPolicy: "network-only" }));
  useFresh(again, ["mail.", "restriction."]);
  const request = result.data?.request;
  if (result.data && !request) return <NotFound />;
  const title = request ? t("page.title", { kind: words(`kindLong.${request.kind}`), who: askerOf(request) ?? words("person.unknown") }) : t("title");

  return (
    <DeskPage
      title={title}
      about={
        request && (
          <Group gap="xs" mt={4}>
            <Tag tone={stateTones[request.state]}>
              {words(`state.${request.state}`)}
            </Tag>
            {isOpen(request.state) && <Due dueAt={request.dueAt} overdue={request.overdue} suspendedAt={request.suspendedAt} />}
          </Group>
        )
      }
      actions={request && <Papers request={request} />}
    >
      <Answer of={result} again={again} skeleton={<Skeleton height={320} />}>
        {({ request }) => request && <Body request={request} again={() => again({ requestPolicy: "network-only" })} />}
      </Answer>
    </DeskPage>
  );
}

function Papers({ request }: { request: Request }) {
  const { t } = useTranslation("privacy/requests");
  const save = () => download(`${request.id}.txt`, request.document, "text/plain");
  useCommands([{ id: "request-document", label: t("page.download"), icon: IconDownload, run: save }]);
  return (
    <>
      <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={save}>
        {t("page.download")}
      </Button>
      <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
        {t("page.print")}
      </Button>
    </>
  );
}

function Body({ request, again }: { request: Request; again: () => void }) {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const open = isOpen(request.state);
  return (
    <div className={classes.columns}>
      <div>
        {open && request.hurdle && (
          <Alert color="yellow" icon={<IconInfoCircle />} title={words(`hurdle.${request.hurdle}.title`)} mb="md">
            {words(`hurdle.${request.hurdle}.why`)}
          </Alert>
        )}
        {open && <Actions request={request} again={again} />}
        <Section title={t("page.exchange")}>
          <Steps request={request} />
        </Section>
      </div>
      <Stack gap="lg">
        <RequestFacts request={request} />
        {request.contact && open && <Advice contactId={request.contact.id} kind={request.kind} />}
        {request.contact && <Restrictions contactId={request.contact.id} requestId={request.id} />}
        {request.contact && (request.kind === "ACCESS" || request.kind === "PORTABILITY") && <Copies contactId={request.contact.id} requestId={request.id} />}
      </Stack>
    </div>
  );
}
