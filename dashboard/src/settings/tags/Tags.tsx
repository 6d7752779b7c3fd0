import { Button, Checkbox, Group, Text } from "@mantine/core";
import { IconTag } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { Pages } from "../../kit/client/Pages";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { useMay } from "../../kit/session/viewer";
import { Empty } from "../../kit/shell/Empty";
import { Page } from "../../kit/shell/Page";
import { RowsSkeleton } from "../Rows";
import classes from "../settings.module.css";

const RenameTag = lazy(() => import("./RenameTag"));
const MergeTags = lazy(() => import("./MergeTags"));

const TAGS = graphql(`
  query TagSettings($first: Int!, $after: String) {
    tags(first: $first, after: $after) { nodes { id name contactCount } pageInfo { hasNextPage endCursor } }
  }
`);
const DELETE = graphql(`
  mutation DeleteTag($input: DeleteTagInput!) { deleteTag(input: $input) { deletedTagId userErrors { code field message } } }
`);
export type Tag = ResultOf<typeof TAGS>["tags"]["nodes"][number];

/** Labels on contacts: rename, merge, delete. */
export default function Tags() {
  const { t } = useTranslation(["settings/tags", "settings"]);
  const may = useMay("changeContacts");
  const [chosen, setChosen] = useState<Tag[]>([]);
  const [renaming, setRenaming] = useState<Tag>();
  const [merging, setMerging] = useState(false);
  const [remove] = useAct(DELETE);
  const isChosen = (tag: Tag) => chosen.some(({ id }) => id === tag.id);
  const toggle = (tag: Tag) => setChosen(isChosen(tag) ? chosen.filter(({ id }) => id !== tag.id) : [...chosen, tag]);

  async function deleteIt(tag: Tag) {
    const body = t("delete.body", { count: tag.contactCount });
    if (!(await confirm({ title: t("delete.title", { name: tag.name }), body, action: t("settings:delete"), danger: true }))) return;
    const done = await remove({ input: { tagId: tag.id } });
    if (!done.ok) return;
    setChosen((old) => old.filter(({ id }) => id !== tag.id));
    tell.done(t("delete.done", { name: tag.name }));
  }

  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        may && (
          <Button variant="default" disabled={chosen.length < 2} onClick={() => setMerging(true)}>
            {t("merge.open", { count: chosen.length })}
          </Button>
        )
      }
    >
      <div style={{ maxWidth: 760 }}>
        <Pages
          query={TAGS}
          connection={({ tags }) => tags}
          kinds={["tag.", "contact.tagged"]}
          size={100}
          skeleton={<RowsSkeleton height={46} />}
          empty={
            <Empty icon={IconTag} title={t("none")}>
              {t("noneAbout")}
            </Empty>
          }
        >
          {(tags) => (
            <ul className={classes.list} style={{ marginBottom: 8 }}>
              {tags.map((tag) => (
                <li key={tag.id} className={classes.row} style={{ padding: "6px 14px" }}>
                  {may && <Checkbox checked={isChosen(tag)} onChange={() => toggle(tag)} aria-label={t("choose", { name: tag.name })} />}
                  <Text size="sm" fw={500} className={classes.grow}>
                    <bdi>{tag.name}</bdi>
                  </Text>
                  <Text size="sm" c="dimmed">
                    {t("contacts", { count: tag.contactCount })}
                  </Text>
                  {may && (
                    <Group gap={6}>
                      <Button size="compact-sm" variant="subtle" onClick={() => setRenaming(tag)} aria-label={t("rename.one", { name: tag.name })}>
                        {t("rename.action")}
                      </Button>
                      <Button size="compact-sm" variant="subtle" color="red" c="var(--mantine-color-error)" onClick={() => void deleteIt(tag)} aria-label={t("delete.one", { name: tag.name })}>
                        {t("settings:delete")}
                      </Button>
                    </Group>
                  )}
                </li>
              ))}
            </ul>
          )}
        </Pages>
      </div>
      <Suspense fallback={null}>
        {renaming && <RenameTag tag={renaming} close={() => setRenaming(undefined)} />}
        {merging && <MergeTags tags={chosen} close={() => setMerging(false)} merged={() => setChosen([])} />}
      </Suspense>
    </Page>
  );
}
