import { Badge, Button, Text } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { Pages } from "../../kit/client/Pages";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { Ago } from "../../kit/format/Ago";
import { clock } from "../../kit/format/server_clock";
import { useFormat } from "../../kit/format/use_format";
import { useMay } from "../../kit/session/viewer";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { Page } from "../../kit/shell/Page";
import { useShortcuts } from "../../kit/shell/shortcuts";
import { RowsSkeleton } from "../Rows";
import classes from "../settings.module.css";

const NewKey = lazy(() => import("./NewKey"));

const KEYS = graphql(`
  query ApiKeys($first: Int!, $after: String) {
    apiKeys(first: $first, after: $after) {
      nodes { id name role createdAt expiresAt lastUsedAt revokedAt maker { id name } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
const REVOKE = graphql(`
  mutation RevokeApiKey($input: RevokeApiKeyInput!) {
    revokeApiKey(input: $input) { apiKey { id revokedAt } userErrors { code field message } }
  }
`);
type Key = ResultOf<typeof KEYS>["apiKeys"]["nodes"][number];

/** The programs that may use the API. */
export default function Keys() {
  const { t } = useTranslation("settings/keys");
  const may = useMay("administer");
  const [making, setMaking] = useState(false);
  const make = () => setMaking(true);
  useShortcuts(may ? [{ keys: "c", label: t("new.title"), run: make }] : []);
  useCommands(may ? [{ id: "keys.new", label: t("new.title"), icon: IconKey, keys: "c", run: make }] : []);
  const button = may && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={make}>
      {t("new.title")}
    </Button>
  );
  return (
    <Page title={t("title")} about={t("about")} actions={button}>
      <div style={{ maxWidth: 920 }}>
        <Pages
          query={KEYS}
          connection={({ apiKeys }) => apiKeys}
          kinds={["api_key."]}
          skeleton={<RowsSkeleton />}
          empty={
            <Empty icon={IconKey} title={t("none")} action={button}>
              {t("noneAbout")}
            </Empty>
          }
        >
          {(keys) => (
            <ul className={classes.list} style={{ marginBottom: 8 }}>
              {keys.map((key) => (
                <Row key={key.id} apiKey={key} may={may} />
              ))}
            </ul>
          )}
        </Pages>
      </div>
      <Suspense fallback={null}>{making && <NewKey close={() => setMaking(false)} />}</Suspense>
    </Page>
  );
}

function Row({ apiKey: key, may }: { apiKey: Key; may: boolean }) {
  const { t } = useTranslation(["settings/keys", "kit"]);
  const format = useFormat();
  const [revoke, revoking] = useAct(REVOKE);
  const expired = key.expiresAt !== null && Date.parse(key.expiresAt) < clock();
  const over = key.revokedAt !== null || expired;

  async function end() {
    if (!(await confirm({ title: t("revoke.title", { name: key.name }), body: t("revoke.body"), action: t("revoke.action"), danger: true }))) return;
    const done = await revoke({ input: { apiKeyId: key.id } });
    if (done.ok) tell.done(t("revoke.done", { name: key.name }));
  }

  return (
    <li className={`${classes.row} ${over ? classes.off : ""}`}>
      <IconKey size={20} stroke={1.5} aria-hidden />
      <div className={classes.grow}>
        <Text fw={500} size="sm">
          {key.name}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          {t("made", { name: key.maker?.name ?? t("operator"), at: format.date(key.createdAt) })} ·{" "}
          {key.lastUsedAt ? (
            <>
              {t("used")} <Ago at={key.lastUsedAt} />
            </>
          ) : (
            t("unused")
          )}
        </Text>
      </div>
      <Text size="sm">{t(`kit:role.${key.role}`)}</Text>
      <Badge variant="light" tt="none" c="var(--mantine-color-text)" color={over ? "gray" : undefined}>
        {key.revokedAt ? t("state.revoked", { at: format.date(key.revokedAt) }) : key.expiresAt ? t(expired ? "state.expired" : "state.until", { at: format.date(key.expiresAt) }) : t("state.open")}
      </Badge>
      {may && !over && (
        <Button size="xs" variant="default" loading={revoking} onClick={() => void end()} aria-label={t("revoke.one", { name: key.name })}>
          {t("revoke.action")}
        </Button>
      )}
    </li>
  );
}
