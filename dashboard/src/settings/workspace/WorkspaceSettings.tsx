import { Alert, Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { useFresh } from "../../kit/live/use_journal";
import { useMay, useViewer, type Role } from "../../kit/session/viewer";
import { Page } from "../../kit/shell/Page";
import { useUnsaved } from "../../kit/shell/unsaved";
import { roles } from "../RoleSelect";
import { RowsSkeleton } from "../Rows";
import classes from "../settings.module.css";

const WORKSPACE = graphql(`
  query WorkspaceSettings {
    viewer { workspace { id slug name legalName postalAddress contactEmail privacyNoticeUrl defaultLanguage secondFactorRoles } }
  }
`);
const UPDATE = graphql(`
  mutation UpdateWorkspace($input: UpdateWorkspaceInput!) {
    updateWorkspace(input: $input) {
      workspace { id slug name legalName postalAddress contactEmail privacyNoticeUrl defaultLanguage secondFactorRoles }
      userErrors { code field message }
    }
  }
`);

type Workspace = ResultOf<typeof WORKSPACE>["viewer"]["workspace"];
type Edits = Partial<Pick<Workspace, "name" | "legalName" | "postalAddress" | "contactEmail" | "privacyNoticeUrl" | "secondFactorRoles">>;
const texts = ["name", "legalName", "postalAddress", "contactEmail", "privacyNoticeUrl"] as const;

/** Who the controller is, as every mail and form says; and who must have a second factor. */
export default function WorkspaceSettings() {
  const { t } = useTranslation("settings/workspace");
  const [result, again] = useQuery({ query: WORKSPACE });
  useFresh(again, ["workspace."]);
  return (
    <Page title={t("title")} about={t("about")}>
      <Answer of={result} again={again} skeleton={<RowsSkeleton />}>
        {({ viewer }) => <Particulars workspace={viewer.workspace} />}
      </Answer>
    </Page>
  );
}

function Particulars({ workspace }: { workspace: Workspace }) {
  const { t } = useTranslation(["settings/workspace", "settings", "kit"]);
  const may = useMay("changeWorkspace");
  const { role } = useViewer();
  const [edits, setEdits] = useState<Edits>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [update, saving] = useAct(UPDATE);
  const now = { ...workspace, ...edits };
  const changed = Object.entries(edits).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(workspace[key as keyof Edits]));
  useUnsaved(changed.length > 0);
  const locked = (one: Role) => (one === "OWNER" && role !== "OWNER") || (one === "ADMIN" && role !== "OWNER" && role !== "ADMIN");

  async function save(event: FormEvent) {
    event.preventDefault();
    const input = Object.fromEntries(changed.map(([key, value]) => [key, key === "privacyNoticeUrl" && !value ? null : value]));
    const before = Object.fromEntries(changed.map(([key]) => [key, workspace[key as keyof Edits] ?? null]));
    const done = await update({ input });
    if (!done.ok) return setErrors(done.fields);
    setErrors({});
    setEdits({});
    tell.done(t("saved"), { undo: () => update({ input: before }) });
  }

  return (
    <form onSubmit={(event) => void save(event)} noValidate>
      <Stack maw={680} gap="lg">
        {!may && <Alert variant="light" color="gray">{t("settings:mayNot")}</Alert>}
        <Stack className={classes.card}>
          <h2 className={classes.heading}>{t("identity")}</h2>
          {texts.map((key) => (
            <TextInput
              key={key}
              label={t(`field.${key}`)}
              description={t(`fieldAbout.${key}`)}
              value={now[key] ?? ""}
              readOnly={!may}
              type={key === "contactEmail" ? "email" : key === "privacyNoticeUrl" ? "url" : "text"}
              error={errors[key]}
              onChange={(event) => setEdits({ ...edits, [key]: event.currentTarget.value })}
            />
          ))}
          <Text size="sm" c="dimmed">
            {t("fixed", { slug: workspace.slug, language: t(`kit:language.${workspace.defaultLanguage}`) })}
          </Text>
        </Stack>
        <Stack className={classes.card} gap="xs">
          <h2 className={classes.heading}>{t("secondFactor")}</h2>
          <Text size="sm" c="dimmed">
            {t("secondFactorAbout")}
          </Text>
          <Checkbox.Group
            aria-label={t("secondFactor")}
            value={now.secondFactorRoles}
            error={errors.secondFactorRoles}
            onChange={(secondFactorRoles) => setEdits({ ...edits, secondFactorRoles: roles.filter((one) => secondFactorRoles.includes(one)) })}
          >
            <Group gap="md" mt={4}>
              {roles.map((one) => (
                <Checkbox key={one} value={one} label={t(`kit:role.${one}`)} disabled={!may || (locked(one) && workspace.secondFactorRoles.includes(one))} />
              ))}
            </Group>
          </Checkbox.Group>
        </Stack>
        {may && (
          <Group>
            <Button type="submit" loading={saving} disabled={!changed.length}>
              {t("settings:save")}
            </Button>
            {changed.length > 0 && (
              <Button variant="default" onClick={() => (setEdits({}), setErrors({}))}>
                {t("discard")}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </form>
  );
}
