import { Badge, Group, SegmentedControl, Stack, Tabs, TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconCode, IconHistory, IconInbox, IconPencil } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../kit/client/act";
import type { Problem } from "../kit/client/problems";
import { tell } from "../kit/dialogs/notify";
import { useMay } from "../kit/session/viewer";
import { Page } from "../kit/shell/Page";
import { useUnsaved } from "../kit/shell/unsaved";
import { Arrivals } from "./arrivals/Arrivals";
import { After } from "./build/After";
import { Beginning } from "./build/Beginning";
import { Consents } from "./build/Consents";
import { EditorContext } from "./build/editor";
import { Leads } from "./build/Leads";
import { Questions } from "./build/Questions";
import { EditorActions } from "./EditorActions";
import { EditorNotices } from "./EditorNotices";
import { Snippets } from "./embed/Snippets";
import { UPDATE, type Around, type EditedForm } from "./form_query";
import { gaps } from "./model/gaps";
import { fromApi, sameDraft, toInput } from "./model/model";
import { Preview } from "./preview/Preview";
import { useEditing } from "./use_editing";
import { Versions } from "./versions/Versions";
import classes from "./web_forms.module.css";

const PublishDialog = lazy(() => import("./publish/PublishDialog"));
const tabs = ["build", "versions", "embed", "arrivals"] as const;
const icons = { build: IconPencil, versions: IconHistory, embed: IconCode, arrivals: IconInbox };

interface Props {
  form: EditedForm;
  around: Around;
  again: (options: { requestPolicy: "network-only" }) => void;
}

export function FormEditor({ form, around, again }: Props) {
  const { t } = useTranslation("web_forms");
  const navigate = useNavigate();
  const { tab: wanted } = useSearch({ strict: false }) as { tab?: string };
  const tab = tabs.find((one) => one === wanted) ?? "build";
  const may = useMay("changeForms");
  const readOnly = !may || form.archivedAt !== null;
  const editing = useEditing(form);
  const { model, dirty, edit } = editing;
  const [update, saving] = useAct(UPDATE);
  const [refused, setRefused] = useState<Problem[]>([]);
  const [checking, setChecking] = useState(false);
  const [publishing, setPublishing] = useState(false);
  // Where there is no room for both side by side, one of them is shown.
  const narrow = useMediaQuery("(max-width: 75em)", undefined, { getInitialValueInEffect: false });
  const [looking, setLooking] = useState(false);
  useUnsaved(dirty);

  const missing = gaps(model);
  const published = form.publishedVersion;
  const ahead = !published || !sameDraft(fromApi(model.name, published.definition), model);

  /** Our own words first: they are in the reader's language. */
  const problem = (path: string) => {
    const known = checking ? missing.find(({ field }) => field === path) : undefined;
    return known ? t(`gap.${known.what}`) : refused.find(({ field }) => field === path)?.message;
  };
  const below = (field: string, path: string) => field === path || field.startsWith(`${path}.`);
  const wrong = (path: string) => (checking && missing.some(({ field }) => below(field, path))) || refused.some(({ field }) => below(field, path));

  function change(about: string, part: Parameters<typeof edit>[1]) {
    if (refused.length) setRefused([]);
    edit(about, part);
  }

  async function save(): Promise<boolean> {
    if (!dirty) return true;
    const sent = model;
    const done = await update({ input: { formId: form.id, expectedVersion: editing.base.version, name: sent.name, definition: toInput(sent) } });
    const now = done.ok ? done.data.updateForm.form : undefined;
    if (now) {
      // The server tidies addresses: what it keeps is what we compare with from now on.
      const tidied = fromApi(now.name, now.draft);
      editing.saved(now.version, sameDraft(tidied, sent) ? sent : tidied);
      if (!sameDraft(tidied, sent)) edit("tidied", { allowedOrigins: tidied.allowedOrigins, redirectUrl: tidied.redirectUrl, name: tidied.name });
      return true;
    }
    if (!done.ok) {
      setRefused(done.problems);
      if (done.problems.some(({ code }) => code === "STALE")) again({ requestPolicy: "network-only" });
      else if (done.problems.some(({ field }) => field)) tell.failed(done.problems.map(({ message }) => message).join(" "));
    }
    return false;
  }

  function publish() {
    setChecking(true);
    if (missing.length) {
      tell.failed(t("publish.missing", { count: missing.length }));
      void navigate({ to: ".", search: { tab: "build" } as never });
    } else setPublishing(true);
  }

  const state = form.archivedAt ? "archived" : !published ? "draft" : ahead ? "ahead" : "published";
  return (
    <EditorContext value={{ model, around, readOnly, edit: change, problem, wrong }}>
      <Page
        title={model.name || t("unnamed")}
        about={
          <Group gap="xs" mt={2}>
            <Badge variant="light" tt="none" color={state === "published" ? undefined : state === "ahead" ? "yellow" : "gray"} c="var(--mantine-color-text)">
              {t(`formState.${state}`, { number: published?.number })}
            </Badge>
            <span role="status">{saving ? t("saving") : dirty ? t("unsaved") : t("saved")}</span>
          </Group>
        }
        actions={<EditorActions form={form} editing={editing} readOnly={readOnly} ahead={ahead} saving={saving} save={save} publish={publish} />}
      >
        <EditorNotices form={form} around={around} editing={editing} may={may} missing={checking ? missing.length : 0} />
        <Tabs value={tab} onChange={(value) => void navigate({ to: ".", search: { tab: value } as never, replace: true })} keepMounted={false}>
          <Tabs.List mb="md">
            {tabs.map((one) => {
              const Icon = icons[one];
              return (
                <Tabs.Tab key={one} value={one} leftSection={<Icon size={16} stroke={1.6} aria-hidden />}>
                  {t(`tab.${one}`)}
                </Tabs.Tab>
              );
            })}
          </Tabs.List>
          <Tabs.Panel value="build">
            {narrow && (
              <SegmentedControl
                fullWidth
                className={classes.switch}
                aria-label={t("view.label")}
                value={looking ? "preview" : "edit"}
                onChange={(value) => setLooking(value === "preview")}
                data={(["edit", "preview"] as const).map((value) => ({ value, label: t(`view.${value}`) }))}
              />
            )}
            <div className={classes.editor}>
              <Stack gap="lg" display={narrow && looking ? "none" : undefined}>
                <TextInput
                  label={t("name")}
                  description={t("nameAbout")}
                  value={model.name}
                  readOnly={readOnly}
                  error={problem("name")}
                  maxLength={200}
                  onChange={(event) => change("name", { name: event.currentTarget.value })}
                />
                <Beginning />
                <Questions undo={editing.undo} />
                <Consents />
                <After />
                <Leads />
              </Stack>
              {(!narrow || looking) && (
                <div className={classes.aside}>
                  <Preview model={model} around={around} />
                </div>
              )}
            </div>
          </Tabs.Panel>
          <Tabs.Panel value="versions">
            <Versions
              formId={form.id}
              around={around}
              publishedId={published?.id}
              readOnly={readOnly}
              takeUp={(old, number) => {
                change(`version ${number}`, { ...old, name: model.name });
                tell.done(t("versions.takenUp", { number }), { undo: editing.undo });
                void navigate({ to: ".", search: { tab: "build" } as never });
              }}
            />
          </Tabs.Panel>
          <Tabs.Panel value="embed">
            <Snippets form={form} />
          </Tabs.Panel>
          <Tabs.Panel value="arrivals">
            <Arrivals formId={form.id} />
          </Tabs.Panel>
        </Tabs>
      </Page>
      <Suspense fallback={null}>
        {publishing && (
          <PublishDialog
            form={form}
            model={model}
            around={around}
            save={save}
            refused={setRefused}
            close={() => setPublishing(false)}
            published={() => (setChecking(false), setRefused([]))}
          />
        )}
      </Suspense>
    </EditorContext>
  );
}
