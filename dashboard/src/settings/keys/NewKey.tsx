import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import type { Role } from "../../kit/session/viewer";
import { Dialog } from "../Dialog";
import { RoleSelect } from "../RoleSelect";

const CREATE = graphql(`
  mutation CreateApiKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) { apiKey { id name } text userErrors { code field message } }
  }
`);

/** Makes a key (the second factor is asked for again) and shows its text this once. */
export default function NewKey({ close }: { close: () => void }) {
  const { t } = useTranslation("settings/keys");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("READER");
  const [day, setDay] = useState("");
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [text, setText] = useState<string>();
  const [copied, setCopied] = useState(false);
  const [create, running] = useAct(CREATE);

  async function submit() {
    const expiresAt = day ? new Date(`${day}T23:59:59`).toISOString() : null;
    const done = await create({ input: { name, role, expiresAt, idempotencyKey: crypto.randomUUID() } });
    if (!done.ok) return setErrors(done.fields);
    setText(done.data.createApiKey.text ?? "");
  }

  async function leave() {
    if (copied || (await confirm({ title: t("once.leaveTitle"), body: t("once.leaveBody"), action: t("once.leave"), danger: true }))) close();
  }

  if (text !== undefined) {
    return (
      <Modal opened onClose={() => void leave()} title={t("once.title", { name })} size="lg" closeOnClickOutside={false} withCloseButton={false}>
        <Stack>
          <Alert color="yellow">{t("once.about")}</Alert>
          <Code block style={{ wordBreak: "break-all", whiteSpace: "pre-wrap" }} tabIndex={0} role="region" aria-label={t("once.key")}>
            {text}
          </Code>
          <Text size="sm" c="dimmed">
            {t("once.use")} <Code>Authorization: Bearer …</Code>
          </Text>
          <Group justify="flex-end">
            <CopyButton value={text}>
              {({ copied, copy }) => (
                <Button data-autofocus onClick={() => (copy(), setCopied(true))} leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}>
                  {copied ? t("once.copied") : t("once.copy")}
                </Button>
              )}
            </CopyButton>
            <Button variant="default" onClick={() => void leave()}>
              {t("once.done")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    );
  }
  return (
    <Dialog title={t("new.title")} action={t("new.action")} running={running} submit={submit} close={close}>
      <TextInput label={t("new.name")} description={t("new.nameAbout")} value={name} onChange={(event) => setName(event.currentTarget.value)} error={errors.name} maxLength={100} data-autofocus withAsterisk autoComplete="off" />
      <RoleSelect value={role} onChange={setRole} error={errors.role} />
      <TextInput label={t("new.expires")} description={t("new.expiresAbout")} type="date" value={day} onChange={(event) => setDay(event.currentTarget.value)} error={errors.expiresAt} />
      <Text size="sm" c="dimmed">
        {t("new.maker")}
      </Text>
    </Dialog>
  );
}
