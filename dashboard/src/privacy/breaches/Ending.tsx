import { Button, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import classes from "../parts/parts.module.css";
import { BREACH_LINE, type Breach } from "./breach";

const CLOSE = graphql(
  `
    mutation CloseBreach($input: CloseBreachInput!) {
      closeBreach(input: $input) { breach { ...BreachLine } userErrors { code field message } }
    }
  `,
  [BREACH_LINE],
);
const REOPEN = graphql(
  `
    mutation ReopenBreach($input: ReopenBreachInput!) {
      reopenBreach(input: $input) { breach { ...BreachLine } userErrors { code field message } }
    }
  `,
  [BREACH_LINE],
);

/** What is still to do before a breach can be closed, and its end. */
export function Ending({ breach, again }: { breach: Breach; again: () => void }) {
  const { t } = useTranslation("privacy/breaches");
  const [close, closing] = useAct(CLOSE);
  const [reopen, reopening] = useAct(REOPEN);
  const { risk, texts } = breach;
  const missing = [
    risk === "NOT_ASSESSED" && t("missing.risk"),
    !texts.effects && t("missing.effects"),
    !texts.remedies && t("missing.remedies"),
    (risk === "RISK" || risk === "HIGH") && !breach.authorityToldAt && t("missing.authority"),
    risk === "HIGH" && !breach.exception && !breach.peopleToldAt && t("missing.people"),
  ].filter((one) => one !== false);

  async function end() {
    if (!(await confirm({ title: t("end.title"), body: t("end.body"), action: t("end.action") }))) return;
    if (!(await close({ input: { breachId: breach.id } })).ok) return;
    tell.done(t("end.done"), { undo: () => begin() });
    again();
  }
  async function begin() {
    if ((await reopen({ input: { breachId: breach.id } })).ok) again();
  }

  if (breach.state === "CLOSED") {
    return (
      <section className={classes.paper}>
        <Text size="sm" mb="sm">
          {t("end.closed")}
        </Text>
        <Button size="xs" variant="default" loading={reopening} onClick={() => void begin()}>
          {t("end.reopen")}
        </Button>
      </section>
    );
  }
  return (
    <section className={classes.paper}>
      <Title order={2} fz="sm" mb={6}>
        {t("missing.title")}
      </Title>
      {missing.length ? (
        <ul style={{ margin: "0 0 12px", paddingInlineStart: 18, fontSize: "var(--mantine-font-size-sm)" }}>
          {missing.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      ) : (
        <Text size="sm" mb="sm">
          {t("missing.nothing")}
        </Text>
      )}
      <Button size="xs" variant="default" disabled={missing.length > 0} loading={closing} onClick={() => void end()}>
        {t("end.action")}
      </Button>
    </section>
  );
}
