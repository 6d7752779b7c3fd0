import { Group, Select, Stack, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { useMay } from "../../kit/session/viewer";
import { ActDialog } from "../parts/ActDialog";
import { fromLocal, nowLocal, toLocal } from "../parts/days";
import { BREACH_LINE, type Breach } from "./breach";

const ACTORS = graphql(`
  query BreachActors($keys: Boolean!) {
    members(first: 100) { nodes { id name } }
    apiKeys(first: 100) @include(if: $keys) { nodes { id name } }
  }
`);
const FIND = graphql(
  `
    mutation FindBreachPeople($input: FindBreachPeopleInput!) {
      findBreachPeople(input: $input) { breach { ...BreachLine } userErrors { code field message } }
    }
  `,
  [BREACH_LINE],
);

/** Looks the people concerned up in the journal. */
export function FindPeople({ breach, close, done: after }: { breach: Breach; close: () => void; done: () => void }) {
  const { t } = useTranslation("privacy/breaches");
  const keys = useMay("administer");
  const [{ data }] = useQuery({ query: ACTORS, variables: { keys } });
  const [find] = useAct(FIND);
  const [from, setFrom] = useState(toLocal(breach.beganAt ?? breach.awareAt));
  const [until, setUntil] = useState(breach.endedAt ? toLocal(breach.endedAt) : nowLocal());
  const [actor, setActor] = useState<string | null>(null);
  const [seen, setSeen] = useState(true);
  const [changed, setChanged] = useState(true);
  const [everyone, setEveryone] = useState(false);

  async function submit() {
    const done = await find(
      { input: { breachId: breach.id, from: fromLocal(from)!, until: fromLocal(until)!, actor: actor ?? undefined, seen, changed, everyone } },
      { quiet: true },
    );
    if (done.ok) {
      tell.done(t("find.started"));
      after();
    }
    return done;
  }

  return (
    <ActDialog title={t("find.title")} about={t("find.about")} action={t("find.action")} submit={submit} close={close}>
      {(wrong) => (
        <>
          <Group grow align="flex-start">
            <TextInput type="datetime-local" label={t("find.from")} required value={from} onChange={(event) => setFrom(event.currentTarget.value)} error={wrong("from")} />
            <TextInput type="datetime-local" label={t("find.until")} required value={until} onChange={(event) => setUntil(event.currentTarget.value)} error={wrong("until")} />
          </Group>
          <Select
            label={t("find.actor")}
            placeholder={t("find.anybody")}
            searchable
            clearable
            clearButtonProps={{ "aria-label": t("find.anybody") }}
            data={[
              { group: t("find.members"), items: (data?.members.nodes ?? []).map(({ id, name }) => ({ value: id, label: name })) },
              { group: t("find.keys"), items: (data?.apiKeys?.nodes ?? []).map(({ id, name }) => ({ value: id, label: name })) },
              { group: t("find.others"), items: [{ value: "visitor", label: t("find.visitor") }, { value: "system", label: t("find.system") }] },
            ].filter(({ items }) => items.length > 0)}
            value={actor}
            onChange={setActor}
            error={wrong("actor")}
          />
          <Stack gap="xs">
            <Switch label={t("find.seen")} checked={seen} onChange={(event) => setSeen(event.currentTarget.checked)} />
            <Switch label={t("find.changed")} checked={changed} onChange={(event) => setChanged(event.currentTarget.checked)} />
            <Switch label={t("find.everyone")} description={t("find.everyoneWhy")} checked={everyone} onChange={(event) => setEveryone(event.currentTarget.checked)} />
          </Stack>
        </>
      )}
    </ActDialog>
  );
}
