import { Button, SegmentedControl, Stack, Switch, Group } from "@mantine/core";
import { IconForms, IconPlus } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient, useQuery } from "urql";
import { perform } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { failureOf } from "../../kit/client/failure";
import { useFailureText } from "../../kit/client/failure_text";
import { problemsOf } from "../../kit/client/problems";
import { tell } from "../../kit/dialogs/notify";
import { language } from "../../kit/i18n/language";
import { useFresh } from "../../kit/live/use_journal";
import { useMay } from "../../kit/session/viewer";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { Page } from "../../kit/shell/Page";
import { useShortcuts } from "../../kit/shell/shortcuts";
import { useStore } from "../../kit/store";
import { RowsSkeleton } from "../Rows";
import { moved, Sortable } from "../Sortable";
import { ClassRules } from "./ClassRules";
import { entities, FIELDS, labelIn, UPDATE, type Entity, type Field } from "./documents";
import { FieldRow } from "./FieldRow";

const FieldDialog = lazy(() => import("./FieldDialog"));

/** Custom fields of contacts, companies and deals, in their order; and who may read each class of data. */
export default function Fields() {
  const { t } = useTranslation("settings/fields");
  const may = useMay("changeFields");
  const [entity, setEntity] = useState<Entity>("CONTACT");
  const [making, setMaking] = useState(false);
  const make = () => setMaking(true);
  useShortcuts(may ? [{ keys: "c", label: t("new"), run: make }] : []);
  useCommands(may ? [{ id: "fields.new", label: t("new"), icon: IconForms, keys: "c", run: make }] : []);
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        may && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={make}>
            {t("new")}
          </Button>
        )
      }
    >
      <Stack maw={980} gap="xl">
        <div>
          <SegmentedControl mb="sm" aria-label={t("entityLabel")} value={entity} onChange={(value) => setEntity(value as Entity)} data={entities.map((one) => ({ value: one, label: t(`entity.${one}`) }))} />
          <FieldList key={entity} entity={entity} may={may} make={make} />
        </div>
        <ClassRules may={may} />
      </Stack>
      <Suspense fallback={null}>{making && <FieldDialog entity={entity} close={() => setMaking(false)} />}</Suspense>
    </Page>
  );
}

function FieldList({ entity, may, make }: { entity: Entity; may: boolean; make: () => void }) {
  const { t } = useTranslation(["settings/fields", "settings"]);
  const { t: kit } = useTranslation("kit");
  const client = useClient();
  const failureText = useFailureText();
  const ours = useStore(language);
  const [result, again] = useQuery({ query: FIELDS, variables: { entity } });
  useFresh(again, ["field."]);
  const [archived, setArchived] = useState(false);
  const [order, setOrder] = useState<string[]>();

  async function move(fields: Field[], from: number, to: number) {
    const next = moved(fields, from, to);
    setOrder(next.map(({ id }) => id));
    // Each field keeps its own position: only those that moved are written, one after the other.
    for (const [position, { id, version, position: before }] of next.entries()) {
      if (before === position) continue;
      const done = await perform(client, UPDATE, { input: { fieldId: id, expectedVersion: version, position } });
      const message = done.error ? failureText(failureOf(done.error)) : problemsOf(done.data, kit)[0]?.message;
      if (message) {
        tell.failed(t("orderFailed", { message }));
        break;
      }
    }
    again({ requestPolicy: "network-only" });
    setOrder(undefined);
  }

  return (
    <Answer of={result} again={again} skeleton={<RowsSkeleton />}>
      {({ fields }) => {
        const open = fields.filter((one) => !one.archivedAt);
        const old = fields.filter((one) => one.archivedAt);
        const shown = order ? order.flatMap((id) => open.find((one) => one.id === id) ?? []) : open;
        if (!fields.length) {
          return (
            <Empty icon={IconForms} title={t("none")} action={may && <Button onClick={make}>{t("new")}</Button>}>
              {t("noneAbout")}
            </Empty>
          );
        }
        return (
          <>
            <Sortable items={shown} nameOf={(field) => labelIn(field.label, ours, field.key)} disabled={!may || order !== undefined} move={(from, to) => void move(shown, from, to)}>
              {(field, handle) => <FieldRow field={field} handle={handle} may={may} />}
            </Sortable>
            {old.length > 0 && (
              <Group mt="xs">
                <Switch size="sm" label={t("showArchived", { count: old.length })} checked={archived} onChange={(event) => setArchived(event.currentTarget.checked)} />
              </Group>
            )}
            {archived && (
              <Sortable items={old} nameOf={(field) => labelIn(field.label, ours, field.key)} disabled move={() => {}}>
                {(field) => <FieldRow field={field} handle={null} may={may} />}
              </Sortable>
            )}
          </>
        );
      }}
    </Answer>
  );
}
