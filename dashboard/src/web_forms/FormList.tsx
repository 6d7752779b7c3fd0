import { Badge, Button, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconForms, IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { graphql, type ResultOf } from "../kit/client/graphql";
import { Pages } from "../kit/client/Pages";
import { Ago } from "../kit/format/Ago";
import { useFormat } from "../kit/format/use_format";
import { useMay } from "../kit/session/viewer";
import { useCommands } from "../kit/shell/commands";
import { Empty } from "../kit/shell/Empty";
import { Page } from "../kit/shell/Page";
import { useShortcuts } from "../kit/shell/shortcuts";
import { states } from "./arrivals/states";
import classes from "./web_forms.module.css";

const NewForm = lazy(() => import("./NewForm"));

const FORMS = graphql(`
  query Forms($first: Int!, $after: String, $filter: FormFilter) {
    forms(first: $first, after: $after, filter: $filter) {
      nodes {
        id
        name
        updatedAt
        archivedAt
        publishedVersion { id number publishedAt }
        submissionCounts { state count }
        caughtCounts(days: 30) { reason count }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
type Form = ResultOf<typeof FORMS>["forms"]["nodes"][number];

/** Every form: whether visitors see it, and what came in. */
export default function FormList() {
  const { t } = useTranslation("web_forms");
  const may = useMay("changeForms");
  const [archived, setArchived] = useState(false);
  const [making, setMaking] = useState(false);
  const make = () => setMaking(true);
  useShortcuts(may ? [{ keys: "c", label: t("new.title"), run: make }] : []);
  useCommands(may ? [{ id: "forms.new", label: t("new.title"), icon: IconPlus, keys: "c", run: make }] : []);
  const button = may && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={make}>
      {t("new.title")}
    </Button>
  );
  return (
    <Page title={t("title")} about={t("about")} actions={button}>
      <SegmentedControl
        mb="md"
        size="xs"
        aria-label={t("list.which")}
        value={archived ? "archived" : "open"}
        onChange={(value) => setArchived(value === "archived")}
        data={[
          { value: "open", label: t("list.open") },
          { value: "archived", label: t("list.archived") },
        ]}
      />
      <Pages
        key={String(archived)}
        query={FORMS}
        variables={{ filter: { archived } }}
        connection={({ forms }) => forms}
        kinds={["form.", "submission.", "opt_in."]}
        skeleton={<Outline />}
        empty={
          <Empty icon={IconForms} title={t(archived ? "list.noneArchived" : "list.none")} action={!archived && button}>
            {t(archived ? "list.noneArchivedAbout" : "list.noneAbout")}
          </Empty>
        }
      >
        {(forms) => (
          <ul className={classes.forms}>
            {forms.map((form) => (
              <li key={form.id}>
                <Row form={form} />
              </li>
            ))}
          </ul>
        )}
      </Pages>
      <Suspense fallback={null}>{making && <NewForm close={() => setMaking(false)} />}</Suspense>
    </Page>
  );
}

function Row({ form }: { form: Form }) {
  const { t } = useTranslation("web_forms");
  const format = useFormat();
  const { publishedVersion: published } = form;
  const ahead = published && form.updatedAt > published.publishedAt;
  const state = form.archivedAt ? "archived" : !published ? "draft" : ahead ? "ahead" : "published";
  const counts = states.flatMap((state) => {
    const count = form.submissionCounts.find((one) => one.state === state)?.count ?? 0;
    return count ? [{ state, count }] : [];
  });
  const caught = form.caughtCounts.reduce((sum, { count }) => sum + count, 0);
  return (
    <Link to={`/web-forms/${form.id}` as "/"} className={classes.form}>
      <div style={{ minWidth: 0 }}>
        <Text fw={600} truncate>
          {form.name}
        </Text>
        <Badge variant="light" tt="none" size="sm" color={state === "published" ? undefined : state === "ahead" ? "yellow" : "gray"} c="var(--mantine-color-text)">
          {t(`formState.${state}`, { number: published?.number })}
        </Badge>
      </div>
      <Text size="sm" c="dimmed" component="div">
        {published ? (
          <>
            {t("list.lastPublished")} <Ago at={published.publishedAt} />
          </>
        ) : (
          t("list.neverPublished")
        )}
      </Text>
      <Text size="sm" component="div">
        {counts.length ? counts.map(({ state, count }) => t("list.count", { count, number: format.number(count), state: t(`state.${state}`).toLocaleLowerCase() })).join(" · ") : <Text span c="dimmed" size="sm">{t("list.nothing")}</Text>}
        {caught > 0 && (
          <Text size="xs" c="dimmed">
            {t("list.caught", { count: caught, number: format.number(caught) })}
          </Text>
        )}
      </Text>
    </Link>
  );
}

function Outline() {
  return (
    <Stack gap="xs">
      {[0, 1, 2].map((one) => (
        <Skeleton key={one} height={70} radius="md" />
      ))}
    </Stack>
  );
}
