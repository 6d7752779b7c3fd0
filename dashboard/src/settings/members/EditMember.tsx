import { Select, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { languages } from "../../kit/i18n/language";
import { Dialog } from "../Dialog";
import { RoleSelect } from "../RoleSelect";
import { UPDATE, type Member } from "./documents";

/** Name, role, language. */
export default function EditMember({ member, close }: { member: Member; close: () => void }) {
  const { t } = useTranslation(["settings/members", "settings", "kit"]);
  // As it was when the dialog opened: what somebody else changes meanwhile is refused, not overwritten.
  const [before] = useState(member);
  const [name, setName] = useState(member.name);
  const [role, setRole] = useState(member.role);
  const [language, setLanguage] = useState(member.language);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [update, running] = useAct(UPDATE);

  async function submit() {
    const done = await update({ input: { memberId: member.id, expectedVersion: before.version, name, role, language } });
    if (!done.ok) {
      const stale = done.problems.find(({ code }) => code === "STALE");
      if (stale) tell.failed(stale.message);
      return setErrors(done.fields);
    }
    const after = done.data.updateMember.member;
    close();
    const { name: oldName, role: oldRole, language: oldLanguage } = before;
    tell.done(t("changed", { name }), {
      undo: () => after && update({ input: { memberId: member.id, expectedVersion: after.version, name: oldName, role: oldRole, language: oldLanguage } }),
    });
  }

  return (
    <Dialog title={member.name} action={t("settings:save")} running={running} submit={submit} close={close}>
      <TextInput label={t("name")} value={name} onChange={(event) => setName(event.currentTarget.value)} error={errors.name} data-autofocus />
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
