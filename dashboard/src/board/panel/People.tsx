import { ActionIcon, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { usePathOf } from "../../kit/shell/screens";
import type { PanelDeal } from "./documents";
import { OpenLink } from "./OpenLink";
import type { Saved } from "./use_draft";
import classes from "./panel.module.css";

const CONTACTS = graphql(`
  query DealContactChoices($words: String!) {
    searchHits(query: $words, kinds: [CONTACT], first: 10) {
      hits { node { __typename id ... on Contact { givenName familyName email companyName } } }
    }
  }
`);

type Role = Enum<"DealRole">;
const roles: Role[] = ["DECISION_MAKER", "CHAMPION", "INFLUENCER", "USER", "BILLING", "OTHER"];
type Entry = { contactId: string; role: Role };
type Change = (list: PanelDeal["contacts"]) => Entry[];

interface Props {
  deal: PanelDeal;
  save: (change: Change) => Promise<Saved>;
  readOnly: boolean;
}

const named = ({ givenName, familyName, email }: { givenName: string | null; familyName: string | null; email: string | null }) =>
  [givenName, familyName].filter(Boolean).join(" ") || (email ?? "");
const entries = (list: PanelDeal["contacts"]): Entry[] => list.map(({ contact, role }) => ({ contactId: contact.id, role }));

/** Who takes part in the deal, each with a role. */
export function People({ deal, save, readOnly }: Props) {
  const { t } = useTranslation("board");
  const pathOf = usePathOf();
  const [words, setWords] = useState("");
  const [asked] = useDebouncedValue(words.trim(), 150);
  const [{ data }] = useQuery({ query: CONTACTS, variables: { words: asked }, pause: asked.length < 2 });
  const [saving, setSaving] = useState(false);
  const held = new Set(deal.contacts.map(({ contact }) => contact.id));
  const found = asked.length < 2 ? [] : (data?.searchHits.hits ?? []).flatMap(({ node }) => (node.__typename === "Contact" && !held.has(node.id) ? [node] : []));

  async function put(change: Change, undo?: Change, said?: string) {
    setSaving(true);
    const saved = await save(change);
    setSaving(false);
    if (saved.state === "failed") tell.failed(t("edit.failed", { why: saved.why }));
    else if (said) tell.done(said, undo && { undo: () => put(undo) });
  }

  return (
    <section className={classes.part} aria-labelledby="deal-people">
      <Title order={3} id="deal-people" mb={4}>
        {t("people.title")}
      </Title>
      {!deal.contacts.length && (
        <Text size="sm" c="dimmed">
          {t("people.none")}
        </Text>
      )}
      <ul className={classes.items}>
        {deal.contacts.map(({ contact, role }) => {
          const name = named(contact);
          const path = pathOf(contact.id);
          return (
            <li key={contact.id} className={classes.person}>
              <Stack gap={0} miw={0}>
                <Group gap={2} wrap="nowrap">
                  <Text size="sm" fw={500} truncate>
                    <bdi>{name}</bdi>
                  </Text>
                  {path && <OpenLink path={path} label={t("open", { name })} />}
                </Group>
                <Text size="xs" c="dimmed" truncate>
                  {[contact.jobTitle, contact.email, contact.phone].filter(Boolean).join(" · ")}
                </Text>
              </Stack>
              <Select
                size="xs"
                classNames={{ input: classes.choice }}
                aria-label={t("people.roleOf", { name })}
                data={roles.map((value) => ({ value, label: t(`role.${value}`) }))}
                value={role}
                readOnly={readOnly || saving}
                allowDeselect={false}
                onChange={(next) => next && void put((list) => entries(list).map((one) => (one.contactId === contact.id ? { ...one, role: next as Role } : one)))}
              />
              {!readOnly && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  disabled={saving}
                  aria-label={t("people.remove", { name })}
                  onClick={() =>
                    void put(
                      (list) => entries(list).filter(({ contactId }) => contactId !== contact.id),
                      (list) => [...entries(list).filter(({ contactId }) => contactId !== contact.id), { contactId: contact.id, role }],
                      t("people.removed", { name }),
                    )
                  }
                >
                  <IconX size={15} aria-hidden />
                </ActionIcon>
              )}
            </li>
          );
        })}
      </ul>
      {!readOnly && (
        <Select
          mt={6}
          size="xs"
          aria-label={t("people.add")}
          placeholder={t("people.add")}
          searchable
          data={found.map((one) => ({ value: one.id, label: [named(one), one.companyName].filter(Boolean).join(" · ") }))}
          filter={({ options }) => options}
          nothingFoundMessage={t(asked.length < 2 ? "people.type" : "people.nobody")}
          value={null}
          searchValue={words}
          onSearchChange={setWords}
          disabled={saving || deal.contacts.length >= 50}
          onChange={(contactId) => {
            setWords("");
            if (contactId) void put((list) => [...entries(list).filter((one) => one.contactId !== contactId), { contactId, role: "OTHER" }]);
          }}
        />
      )}
    </section>
  );
}
