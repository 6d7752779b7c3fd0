import { Badge, CloseButton, Group, Text, TagsInput, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../kit/client/act";
import { graphql } from "../kit/client/graphql";
import { tell } from "../kit/dialogs/notify";
import classes from "../records/identity/identity.module.css";
import { useTags } from "../records/pick/use_tags";
import type { Person } from "./page";

const TAG = graphql(`
  mutation TagContact($input: TagContactsInput!) {
    tagContacts(input: $input) { contacts { id version tags { id name } } userErrors { code field message } }
  }
`);

/** The tags of one person: taken off at once with an undo, put on by name. */
export function Tags({ person, may }: { person: Pick<Person, "id" | "tags">; may: boolean }) {
  const { t } = useTranslation(["contacts", "records"]);
  const [adding, setAdding] = useState(false);
  const all = useTags();
  const [tag] = useAct(TAG);
  const has = new Set(person.tags.map(({ name }) => name));
  const contactIds = [person.id];

  async function put(names: string[]) {
    const fresh = names.filter((name) => !has.has(name));
    if (fresh.length) await tag({ input: { contactIds, add: fresh } });
  }
  async function take(name: string) {
    const done = await tag({ input: { contactIds, remove: [name] } });
    if (done.ok) tell.done(t("tags.removed", { name }), { undo: () => tag({ input: { contactIds, add: [name] } }) });
  }

  return (
    <div className={classes.line} data-value="tags">
      <Text size="xs" c="dimmed" className={classes.label}>
        {t("field.tags")}
      </Text>
      <div className={classes.value}>
        <Group gap={4}>
          {person.tags.map(({ id, name }) => (
            <Badge key={id} variant="default" tt="none" fw={400} pr={may ? 2 : undefined} rightSection={may && <CloseButton size={16} aria-label={t("tags.remove", { name })} onClick={() => void take(name)} />}>
              <bdi>{name}</bdi>
            </Badge>
          ))}
          {!person.tags.length && !may && "–"}
          {may && !adding && (
            <UnstyledButton onClick={() => setAdding(true)} px={4}>
              <Text span size="sm" c="dimmed">
                {t("tags.add")}
              </Text>
            </UnstyledButton>
          )}
        </Group>
        {adding && (
          <TagsInput
            mt={6}
            size="xs"
            aria-label={t("tags.add")}
            placeholder={t("tags.placeholder")}
            data={all.map(({ name }) => name).filter((name) => !has.has(name))}
            value={[]}
            onChange={(names) => void put(names)}
            onKeyDown={(event) => event.key === "Escape" && setAdding(false)}
            onBlur={() => setAdding(false)}
            comboboxProps={{ withinPortal: false }}
            autoFocus
          />
        )}
      </div>
    </div>
  );
}
