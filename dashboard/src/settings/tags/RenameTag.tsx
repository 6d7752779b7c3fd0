import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { Dialog } from "../Dialog";

const RENAME = graphql(`
  mutation RenameTag($input: RenameTagInput!) { renameTag(input: $input) { tag { id name } userErrors { code field message } } }
`);

export default function RenameTag({ tag, close }: { tag: { id: string; name: string }; close: () => void }) {
  const { t } = useTranslation("settings/tags");
  const [name, setName] = useState(tag.name);
  const [error, setError] = useState<string>();
  const [rename, running] = useAct(RENAME);

  async function submit() {
    const done = await rename({ input: { tagId: tag.id, name } });
    if (!done.ok) return setError(done.fields.name);
    close();
    tell.done(t("rename.done", { name }), { undo: () => rename({ input: { tagId: tag.id, name: tag.name } }) });
  }

  return (
    <Dialog title={t("rename.title", { name: tag.name })} action={t("rename.action")} running={running} submit={submit} close={close}>
      <TextInput label={t("rename.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} error={error} maxLength={100} data-autofocus />
    </Dialog>
  );
}
