import { Button, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum, type ResultOf } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { useFresh } from "../../kit/live/use_journal";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import classes from "../parts/parts.module.css";

const RESTRICTIONS = graphql(`
  query Restrictions($id: ID!) {
    contact(id: $id) { id restrictedAt restrictions { id ground requestId since announcedAt means failedAt liftedAt } }
  }
`);
const LIFT = graphql(`
  mutation LiftRestriction($input: LiftRestrictionInput!) {
    liftRestriction(input: $input) { restriction { id announcedAt means failedAt liftedAt } userErrors { code field message } }
  }
`);
type Restriction = NonNullable<ResultOf<typeof RESTRICTIONS>["contact"]>["restrictions"][number];
const ways = ["MAIL", "PHONE", "POST", "IN_PERSON"] as const satisfies readonly Enum<"NoticeMeans">[];

/** Restrictions of processing that stand, and their end. */
export function Restrictions({ contactId, requestId }: { contactId: string; requestId: string }) {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const format = useFormat();
  const [lifting, setLifting] = useState<Restriction>();
  const [{ data }, again] = useQuery({ query: RESTRICTIONS, variables: { id: contactId } });
  useFresh(again, ["restriction.", "contact.restrict", "request."]);
  const all = (data?.contact?.restrictions ?? []).filter((one) => !one.liftedAt || one.requestId === requestId);
  if (!all.length) return null;
  return (
    <section className={classes.paper}>
      <Title order={2} fz="sm" mb={8}>
        {t("restriction.title")}
      </Title>
      <Stack gap="sm">
        {all.map((one) => (
          <div key={one.id}>
            <Text size="sm">{words(`restrictionGround.${one.ground}`)}</Text>
            <Text size="xs" c="dimmed">
              {t("restriction.since", { at: format.moment(one.since) })}
              {one.liftedAt && ` · ${t("restriction.lifted", { at: format.moment(one.liftedAt) })}`}
              {!one.liftedAt && one.announcedAt && !one.failedAt && ` · ${t("restriction.announced", { at: format.moment(one.announcedAt) })}`}
            </Text>
            {one.failedAt && (
              <Text size="xs" c="red">
                {t("restriction.failed")}
              </Text>
            )}
            {!one.liftedAt && (!one.announcedAt || one.failedAt) && (
              <Button size="xs" variant="default" mt={6} onClick={() => setLifting(one)}>
                {t("restriction.lift")}
              </Button>
            )}
          </div>
        ))}
      </Stack>
      {lifting && <Lift restriction={lifting} close={() => setLifting(undefined)} />}
    </section>
  );
}

function Lift({ restriction, close }: { restriction: Restriction; close: () => void }) {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const [lift] = useAct(LIFT);
  const [means, setMeans] = useState<(typeof ways)[number]>(restriction.failedAt ? "PHONE" : "MAIL");
  async function submit() {
    const done = await lift({ input: { restrictionId: restriction.id, means } }, { quiet: true });
    if (done.ok) tell.done(t(means === "MAIL" ? "restriction.doneMail" : "restriction.done"));
    return done;
  }
  return (
    <ActDialog title={t("restriction.liftTitle")} about={t("restriction.liftAbout")} action={t("restriction.lift")} submit={submit} close={close}>
      {(wrong) => (
        <Choice label={t("restriction.means")} description={t(means === "MAIL" ? "restriction.byMail" : "restriction.byYou")} of={ways} named={(one) => words(`means.${one}`)} value={means} onChange={(one) => one && setMeans(one)} error={wrong("means")} />
      )}
    </ActDialog>
  );
}
