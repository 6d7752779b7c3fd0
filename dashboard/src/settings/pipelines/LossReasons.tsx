import { Button, Group, Switch, Text, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { useFresh } from "../../kit/live/use_journal";
import { Dialog } from "../Dialog";
import { RowsSkeleton } from "../Rows";
import classes from "../settings.module.css";

const REASONS = graphql(`query LossReasonSettings { lossReasons(includeArchived: true) { id label archivedAt } }`);
const CREATE = graphql(`mutation CreateLossReason($input: CreateLossReasonInput!) { createLossReason(input: $input) { lossReason { id label archivedAt } userErrors { code field message } } }`);
const RENAME = graphql(`mutation RenameLossReason($input: RenameLossReasonInput!) { renameLossReason(input: $input) { lossReason { id label archivedAt } userErrors { code field message } } }`);
const ARCHIVE = graphql(`mutation ArchiveLossReason($input: ArchiveLossReasonInput!) { archiveLossReason(input: $input) { lossReason { id archivedAt } userErrors { code field message } } }`);
const RESTORE = graphql(`mutation RestoreLossReason($input: RestoreLossReasonInput!) { restoreLossReason(input: $input) { lossReason { id archivedAt } userErrors { code field message } } }`);
type Reason = ResultOf<typeof REASONS>["lossReasons"][number];

/** Why deals are lost: the workspace's own list, from which each lost deal takes one. */
export function LossReasons({ may }: { may: boolean }) {
  const { t } = useTranslation("settings/pipelines");
  const [result, again] = useQuery({ query: REASONS });
  useFresh(again, ["loss_reason."]);
  const [archived, setArchived] = useState(false);
  const [renaming, setRenaming] = useState<Reason>();
  return (
    <section aria-labelledby="reasons-title">
      <h2 id="reasons-title" className={classes.heading}>
        {t("reasons.title")}
      </h2>
      <Text size="sm" c="dimmed" mb="sm">
        {t("reasons.about")}
      </Text>
      {may && <NewReason />}
      <Answer of={result} again={again} skeleton={<RowsSkeleton height={44} />}>
        {({ lossReasons }) => {
          const old = lossReasons.filter((one) => one.archivedAt).length;
          const shown = lossReasons.filter((one) => archived || !one.archivedAt);
          return (
            <>
              {!lossReasons.length && <Text size="sm">{t("reasons.none")}</Text>}
              <ul className={classes.list}>
                {shown.map((reason) => (
                  <ReasonRow key={reason.id} reason={reason} may={may} rename={() => setRenaming(reason)} />
                ))}
              </ul>
              {old > 0 && <Switch mt="sm" size="sm" label={t("showArchived", { count: old })} checked={archived} onChange={(event) => setArchived(event.currentTarget.checked)} />}
            </>
          );
        }}
      </Answer>
      {renaming && <RenameReason reason={renaming} close={() => setRenaming(undefined)} />}
    </section>
  );
}

function NewReason() {
  const { t } = useTranslation("settings/pipelines");
  const [label, setLabel] = useState("");
  const [error, setError] = useState<string>();
  const [create, running] = useAct(CREATE);
  async function add(event: FormEvent) {
    event.preventDefault();
    const done = await create({ input: { label } });
    if (!done.ok) return setError(done.fields.label);
    setLabel("");
    setError(undefined);
  }
  return (
    <form onSubmit={(event) => void add(event)} noValidate>
      <Group align="flex-start" mb="sm" gap="xs">
        <TextInput style={{ flex: "0 1 380px" }} aria-label={t("reasons.new")} placeholder={t("reasons.new")} value={label} onChange={(event) => setLabel(event.currentTarget.value)} error={error} maxLength={100} />
        <Button type="submit" variant="default" loading={running} disabled={!label.trim()} leftSection={<IconPlus size={15} aria-hidden />}>
          {t("reasons.add")}
        </Button>
      </Group>
    </form>
  );
}

function ReasonRow({ reason, may, rename }: { reason: Reason; may: boolean; rename: () => void }) {
  const { t } = useTranslation(["settings/pipelines", "settings"]);
  const [archive] = useAct(ARCHIVE);
  const [restore] = useAct(RESTORE);
  const input = { lossReasonId: reason.id };
  async function end() {
    const done = await archive({ input });
    if (done.ok) tell.done(t("reasons.archived", { name: reason.label }), { undo: () => restore({ input }) });
  }
  return (
    <li className={`${classes.row} ${reason.archivedAt ? classes.off : ""}`} style={{ padding: "6px 14px" }}>
      <Text size="sm" className={classes.grow}>
        {reason.label}
      </Text>
      {may && (
        <Group gap={6}>
          {!reason.archivedAt && (
            <Button size="compact-sm" variant="subtle" onClick={rename} aria-label={t("reasons.renameOne", { name: reason.label })}>
              {t("reasons.rename")}
            </Button>
          )}
          <Button size="compact-sm" variant="subtle" onClick={() => void (reason.archivedAt ? restore({ input }) : end())} aria-label={t(reason.archivedAt ? "reasons.restoreOne" : "reasons.archiveOne", { name: reason.label })}>
            {t(reason.archivedAt ? "settings:restore" : "settings:archive")}
          </Button>
        </Group>
      )}
    </li>
  );
}

function RenameReason({ reason, close }: { reason: Reason; close: () => void }) {
  const { t } = useTranslation("settings/pipelines");
  const [label, setLabel] = useState(reason.label);
  const [error, setError] = useState<string>();
  const [rename, running] = useAct(RENAME);
  async function submit() {
    const done = await rename({ input: { lossReasonId: reason.id, label } });
    if (!done.ok) return setError(done.fields.label);
    close();
    tell.done(t("reasons.renamed"), { undo: () => rename({ input: { lossReasonId: reason.id, label: reason.label } }) });
  }
  return (
    <Dialog title={t("reasons.renameTitle", { name: reason.label })} action={t("reasons.rename")} running={running} submit={submit} close={close}>
      <TextInput label={t("reasons.text")} description={t("reasons.renameAbout")} value={label} onChange={(event) => setLabel(event.currentTarget.value)} error={error} maxLength={100} data-autofocus />
    </Dialog>
  );
}
