import { Button } from "@mantine/core";
import { IconPackageExport, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { Empty } from "../../kit/shell/Empty";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { DeskPage } from "../parts/DeskPage";
import classes from "../parts/parts.module.css";
import { PersonPicker } from "../parts/PersonPicker";
import { Section } from "../parts/Section";
import { useFilter } from "../parts/use_filter";
import { COPY, CopyList } from "./CopyList";
import { Transfers } from "./Transfers";

const ORDER = graphql(
  `
    mutation OrderPackage($input: OrderPackageInput!) {
      orderPackage(input: $input) { package { ...Copy } userErrors { code field message } }
    }
  `,
  [COPY],
);
const kinds = ["ACCESS", "PORTABILITY"] as const satisfies readonly Enum<"PackageKind">[];

/** Copies of a person's data, and data passed on at their wish. */
export default function CopiesPage() {
  const { t } = useTranslation("privacy/copies");
  const [person, setPerson] = useFilter<string>("contact", "");
  const [ordering, setOrdering] = useState(false);
  return (
    <DeskPage title={t("title")} about={t("about")}>
      <div style={{ maxWidth: 460, marginBottom: 24 }}>
        <PersonPicker label={t("person")} description={t("personWhy")} value={person || null} onChange={(id) => setPerson(id ?? "")} />
      </div>
      {person ? (
        <>
          <Section
            title={t("copies")}
            actions={
              <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setOrdering(true)}>
                {t("order.action")}
              </Button>
            }
          >
            <div className={classes.paper}>
              <CopyList contactId={person} />
            </div>
          </Section>
          <Transfers contactId={person} />
        </>
      ) : (
        <Empty icon={IconPackageExport} title={t("choose")}>
          {t("chooseWhy")}
        </Empty>
      )}
      {ordering && <Order contactId={person} close={() => setOrdering(false)} />}
    </DeskPage>
  );
}

function Order({ contactId, close }: { contactId: string; close: () => void }) {
  const { t } = useTranslation("privacy/copies");
  const [order] = useAct(ORDER);
  const [kind, setKind] = useState<(typeof kinds)[number]>("ACCESS");
  async function submit() {
    const done = await order({ input: { contactId, kind } }, { quiet: true });
    if (done.ok) tell.done(t("order.done"));
    return done;
  }
  return (
    <ActDialog title={t("order.title")} about={t("order.about")} action={t("order.action")} submit={submit} close={close}>
      {(wrong) => <Choice label={t("order.kind")} of={kinds} named={(one) => t(`kind.${one}`)} value={kind} onChange={(one) => one && setKind(one)} error={wrong("kind")} />}
    </ActDialog>
  );
}
