import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { languages } from "../../kit/i18n/language";
import { useViewer, type Role } from "../../kit/session/viewer";
import { Dialog } from "../Dialog";
import { RoleSelect } from "../RoleSelect";
import { INVITE } from "./documents";

/** An invitation goes to the mailbox; the person chooses a password there. */
export default function Invite({ close }: { close: () => void }) {
  const { t } = useTranslation(["settings/members", "kit"]);
  const { workspace } = useViewer();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("SALES");
  const [language, setLanguage] = useState(workspace.defaultLanguage);
  const [key] = useState(() => crypto.randomUUID());
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [invite, running] = useAct(INVITE);

  async function submit() {
    const done = await invite({ input: { name, email, role, language, idempotencyKey: key } });
    if (!done.ok) return setErrors(done.fields);
    tell.done(t("invite.done", { email }));
    close();
  }

  return (
    <Dialog title={t("invite.title")} action={t("invite.action")} running={running} submit={submit} close={close}>
      <TextInput label={t("name")} value={name} onChange={(event) => setName(event.currentTarget.value)} error={errors.name} autoComplete="off" data-autofocus withAsterisk />
      <TextInput label={t("email")} description={t("emailAbout")} type="email" value={email} onChange={(event) => setEmail(event.currentTarget.value)} error={errors.email} autoComplete="off" withAsterisk />
      <RoleSelect value={role} onChange={setRole} error={errors.role} />
      <Select
        label={t("language")}
        value={language}
        allowDeselect={false}
        data={languages.map((one) => ({ value: one, label: t(`kit:language.${one}`) }))}
        onChange={(value) => value && setLanguage(value)}
        error={errors.language}
      />
    </Dialog>
  );
}
