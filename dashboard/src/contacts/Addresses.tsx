import { ActionIcon, Badge, Button, Group, Menu, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconDots, IconMailPlus, IconStar, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../kit/client/act";
import { graphql } from "../kit/client/graphql";
import { confirm } from "../kit/dialogs/confirm";
import { tell } from "../kit/dialogs/notify";
import { useFormat } from "../kit/format/use_format";
import classes from "../records/identity/identity.module.css";
import { sourceOf } from "../records/identity/model";
import { Sourced } from "../records/identity/Sourced";
import { PAGE, type Person } from "./page";

const ADD = graphql(
  `mutation AddAddress($input: AddContactAddressInput!) { addContactAddress(input: $input) { contact { ...ContactPage } userErrors { code field message } } }`,
  [PAGE],
);
const REMOVE = graphql(
  `mutation RemoveAddress($input: RemoveContactAddressInput!) { removeContactAddress(input: $input) { contact { ...ContactPage } userErrors { code field message } } }`,
  [PAGE],
);
const PRIMARY = graphql(
  `mutation PrimaryAddress($input: SetPrimaryAddressInput!) { setPrimaryAddress(input: $input) { contact { ...ContactPage } userErrors { code field message } } }`,
  [PAGE],
);

interface Props {
  person: Person;
  may: boolean;
  nameOf: (id: string) => string | null | undefined;
}

/** All of a person's e-mail addresses: which is in use, and which their mailbox confirmed. */
export function Addresses({ person, may, nameOf }: Props) {
  const { t } = useTranslation(["contacts", "records"]);
  const format = useFormat();
  const [draft, setDraft] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [add, adding] = useAct(ADD);
  const [remove] = useAct(REMOVE);
  const [choose] = useAct(PRIMARY);
  const source = sourceOf(person.provenance, "email");

  async function save() {
    const done = await add({ input: { contactId: person.id, email: draft?.trim() ?? "" } });
    if (done.ok) return setDraft(undefined);
    setProblem(done.problems[0]?.message);
  }
  async function take(id: string, email: string) {
    const yes = await confirm({ title: t("address.removeTitle"), body: t("address.removeBody", { email }), action: t("address.remove"), danger: true });
    if (yes) await remove({ input: { addressId: id } });
  }
  async function use(id: string) {
    const before = person.addresses.find(({ primary }) => primary);
    const done = await choose({ input: { addressId: id } });
    if (done.ok) tell.done(t("address.used"), { undo: before && (() => choose({ input: { addressId: before.id } })) });
  }

  return (
    <div className={classes.line} data-value="email">
      <Text size="xs" c="dimmed" className={classes.label}>
        {t("field.email")}
      </Text>
      <Stack gap={0}>
        {person.addresses.map(({ id, email, verifiedAt, primary }) => (
          <Group key={id} gap={4} wrap="nowrap" align="flex-start">
            <div style={{ flex: 1, minWidth: 0 }}>
              <Sourced label={t("field.email")} source={primary ? source : undefined} nameOf={nameOf}>
                {(target) => (
                  <div {...target} className={classes.value} tabIndex={primary ? 0 : undefined}>
                    <bdi>{email}</bdi>{" "}
                    {primary && person.addresses.length > 1 && (
                      <Badge size="xs" variant="light" tt="none">
                        {t("address.primary")}
                      </Badge>
                    )}{" "}
                    <Badge size="xs" variant="light" tt="none" color={verifiedAt ? "teal" : "gray"} h="auto" styles={{ label: { whiteSpace: "normal", overflow: "visible" } }}>
                      {verifiedAt ? t("address.verified", { at: format.date(verifiedAt) }) : t("address.unverified")}
                    </Badge>
                  </div>
                )}
              </Sourced>
            </div>
            {may && (
              <Menu position="bottom-end" withinPortal>
                <Menu.Target>
                  <ActionIcon variant="subtle" color="gray" size="sm" mt={5} aria-label={t("address.menu", { email })}>
                    <IconDots size={15} aria-hidden />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  {!primary && (
                    <Menu.Item leftSection={<IconStar size={15} aria-hidden />} onClick={() => void use(id)}>
                      {t("address.use")}
                    </Menu.Item>
                  )}
                  <Menu.Item leftSection={<IconMailPlus size={15} aria-hidden />} onClick={() => (setDraft(""), setProblem(undefined))}>
                    {t("address.add")}
                  </Menu.Item>
                  <Menu.Item color="red" leftSection={<IconTrash size={15} aria-hidden />} disabled={primary && person.addresses.length > 1} onClick={() => void take(id, email)}>
                    {t("address.remove")}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </Group>
        ))}
        {!person.addresses.length &&
          draft === undefined &&
          (may ? (
            <UnstyledButton className={classes.value} onClick={() => setDraft("")}>
              <Text span c="dimmed" size="sm">
                {t("address.add")}
              </Text>
            </UnstyledButton>
          ) : (
            <Text className={classes.value} c="dimmed" size="sm" component="div">
              –
            </Text>
          ))}
        {draft !== undefined && (
          <form
            className={classes.editing}
            onSubmit={(event) => (event.preventDefault(), void save())}
            onKeyDown={(event) => event.key === "Escape" && setDraft(undefined)}
          >
            <TextInput type="email" label={t("address.add")} description={t("address.addWhy")} value={draft} error={problem} onChange={(event) => (setDraft(event.currentTarget.value), setProblem(undefined))} autoFocus autoComplete="off" required />
            <Group gap="xs" mt="xs">
              <Button type="submit" size="compact-sm" loading={adding}>
                {t("records:edit.save")}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => setDraft(undefined)}>
                {t("records:cancel")}
              </Button>
            </Group>
          </form>
        )}
      </Stack>
    </div>
  );
}
