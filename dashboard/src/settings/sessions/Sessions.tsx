import { Badge, Button, Group, Paper, Skeleton, Stack, Text } from "@mantine/core";
import { IconDeviceDesktop } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { Ago } from "../../kit/format/Ago";
import { useFormat } from "../../kit/format/use_format";
import { useFresh } from "../../kit/live/use_journal";
import { Page } from "../../kit/shell/Page";

const SESSIONS = graphql(`
  query Sessions { sessions { id browser createdAt lastSeenAt expiresAt current } }
`);
const END = graphql(`
  mutation EndSession($input: EndSessionInput!) {
    endSession(input: $input) { session { id } userErrors { code field message } }
  }
`);
const END_OTHERS = graphql(`mutation EndOtherSessions { endOtherSessions { ended } }`);

type Session = ResultOf<typeof SESSIONS>["sessions"][number];

/** Where the member is signed in, and the way to end it. */
export default function Sessions() {
  const { t } = useTranslation("settings/sessions");
  const [result, again] = useQuery({ query: SESSIONS });
  const [endOthers, ending] = useAct(END_OTHERS);
  useFresh(again, ["session."]);
  const several = (result.data?.sessions.length ?? 0) > 1;

  async function endAll() {
    if (!(await confirm({ title: t("endOthers.title"), body: t("endOthers.body"), action: t("endOthers.action") }))) return;
    const done = await endOthers({});
    if (done.ok) tell.done(t("endOthers.done", { count: done.data.endOtherSessions.ended }));
  }

  const others = several && (
    <Button variant="default" loading={ending} onClick={() => void endAll()}>
      {t("endOthers.action")}
    </Button>
  );
  return (
    <Page title={t("title")} about={t("about")} actions={others}>
      <Answer of={result} again={again} skeleton={<Skeleton height={72} />}>
        {({ sessions }) => (
          <Stack gap="xs" component="ul" p={0} m={0} maw={760} style={{ listStyle: "none" }}>
            {sessions.map((session) => (
              <Row key={session.id} session={session} />
            ))}
          </Stack>
        )}
      </Answer>
    </Page>
  );
}

function Row({ session }: { session: Session }) {
  const { t } = useTranslation("settings/sessions");
  const format = useFormat();
  const [end, ending] = useAct(END);

  async function endIt() {
    const done = await end({ input: { sessionId: session.id } });
    if (done.ok) tell.done(t("ended", { browser: session.browser }));
  }

  return (
    <Paper withBorder p="md" component="li">
      <Group justify="space-between">
        <Group gap="sm" wrap="nowrap">
          <IconDeviceDesktop size={22} stroke={1.5} aria-hidden />
          <div>
            <Group gap="xs">
              <Text fw={500}>{session.browser || t("unknownBrowser")}</Text>
              {session.current && <Badge variant="light" tt="none">{t("current")}</Badge>}
            </Group>
            <Text size="sm" c="dimmed" component="div">
              {t("lastSeen")} <Ago at={session.lastSeenAt} /> · {t("since", { at: format.moment(session.createdAt) })}
            </Text>
          </div>
        </Group>
        {!session.current && (
          <Button variant="default" size="xs" loading={ending} onClick={() => void endIt()} aria-label={t("endOne", { browser: session.browser })}>
            {t("end")}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
