import { Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { Dialog } from "../Dialog";

const MERGE = graphql(`
  mutation MergeTags($input: MergeTagsInput!) { mergeTags(input: $input) { tag { id name contactCount } userErrors { code field message } } }
`);

interface Props {
  tags: { id: string; name: string; contactCount: number }[];
  close: () => void;
  merged: () => void;
}

/** One of them stays, on the contacts of all. */
export default function MergeTags({ tags, close, merged }: Props) {
  const { t } = useTranslation("settings/tags");
  const [into, setInto] = useState(() => [...tags].sort((a, b) => b.contactCount - a.contactCount)[0]?.id ?? "");
  const [merge, running] = useAct(MERGE);

  async function submit() {
    const done = await merge({ input: { fromTagIds: tags.filter(({ id }) => id !== into).map(({ id }) => id), intoTagId: into } });
    if (!done.ok) return;
    tell.done(t("merge.done", { name: done.data.mergeTags.tag?.name ?? "" }));
    merged();
    close();
  }

  return (
    <Dialog title={t("merge.title", { count: tags.length })} action={t("merge.action")} running={running} submit={submit} close={close}>
      <Radio.Group label={t("merge.into")} value={into} onChange={setInto}>
        <Stack gap={6} mt={6}>
          {tags.map(({ id, name, contactCount }) => (
            <Radio key={id} value={id} label={name} description={t("contacts", { count: contactCount })} />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="sm" c="dimmed">
        {t("merge.about")}
      </Text>
    </Dialog>
  );
}
