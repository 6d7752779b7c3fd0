import { Button } from "@mantine/core";
import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useMay } from "../kit/session/viewer";
import { useCommands } from "../kit/shell/commands";
import { Empty } from "../kit/shell/Empty";
import { Page } from "../kit/shell/Page";
import { useShortcuts } from "../kit/shell/shortcuts";
import { tell } from "../kit/dialogs/notify";
import { BulkBar } from "../records/bulk/BulkBar";
import { useBulk } from "../records/bulk/use_bulk";
import { isSealed, useFields } from "../records/pick/use_fields";
import { ListFailed } from "../records/table/ListFailed";
import { RecordTable } from "../records/table/RecordTable";
import { useChanges } from "../records/table/use_changes";
import { useSelection } from "../records/table/use_selection";
import { ViewBar } from "../records/view/ViewBar";
import { useViewState, type ViewState } from "../records/view/view_state";
import { BulkActs } from "./BulkActs";
import { COUNT, fullName, type Row } from "./row";
import { Totals } from "./Totals";
import { Compact, standard, useColumns } from "./use_columns";
import { useFilters } from "./use_filters";
import { askedOf, useList } from "./use_list";

const CreateContact = lazy(() => import("./CreateContact"));
const limit = 10_000;

/** The people of the workspace, however many. */
export default function Contacts() {
  const { t } = useTranslation(["contacts", "records"]);
  const navigate = useNavigate();
  const { view, show, change } = useViewState();
  const may = useMay("changeContacts");
  const fields = useFields("CONTACT");
  const defs = useFilters(fields);
  const columns = useColumns(fields);
  const shownKeys = view.columns ?? standard;
  const shown = ["name", ...shownKeys.filter((key) => key !== "name")].flatMap((key) => columns.find((one) => one.key === key) ?? []);
  const custom = shown.some(({ key }) => key.startsWith("custom.")) && fields.some((field) => !isSealed(field));
  const asked = useMemo(() => askedOf(view, defs, custom), [view, defs, custom]);
  const list = useList(view, asked, waitsForFields(view, fields.length));
  const key = JSON.stringify([asked.filter, asked.archived, asked.usableFor, view.q]);
  const selection = useSelection(key);
  const bulk = useBulk();
  const scroller = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [creating, setCreating] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const withheld = asked.usableFor !== null;
  const { filter, archived, usableFor } = asked;
  const [count] = useQuery({ query: COUNT, variables: { filter, archived, usableFor, withheld }, pause: list.searching || !list.rows.length });
  const total = list.searching ? (list.complete ? list.rows.length : undefined) : count.data?.contacts.totalCount;

  useChanges("contact", (ids) => list.changed(ids, (scroller.current?.scrollTop ?? 0) < 40));
  useShortcuts([
    ...(may ? [{ keys: "c", label: t("create.title"), run: () => setCreating(true) }] : []),
    { keys: "f", label: t("searchHere"), run: () => search.current?.focus() },
  ]);
  useCommands([
    ...(may ? [{ id: "contacts.create", label: t("create.title"), words: t("create.words"), icon: IconUserPlus, keys: "c", run: () => setCreating(true) }] : []),
    { id: "contacts.duplicates", label: t("duplicates.title"), icon: IconUsers, run: () => void navigate({ to: "/contacts/duplicates" as "/" }) },
  ]);

  const path = (row: Pick<Row, "id">) => `/contacts/${row.id}`;
  async function chooseAll() {
    setChoosing(true);
    const ids = await list.allIds(limit).finally(() => setChoosing(false));
    selection.choose(ids, true);
    if (ids.length === limit) tell.done(t("records:bulk.limit", { count: limit }));
  }

  const nothing = list.complete && !list.rows.length && !list.stale;
  const narrowed = !!(view.q || view.filters?.length || view.archived);
  return (
    <Page
      title={t("title")}
      about={<Totals total={total} searching={list.searching} best={list.rows.length >= 100} withheld={withheld ? (count.data?.contacts.withheld ?? undefined) : undefined} />}
      actions={
        <>
          <Button component={Link} to={"/contacts/duplicates" as "/"} variant="default">
            {t("duplicates.title")}
          </Button>
          {may && (
            <Button leftSection={<IconUserPlus size={17} aria-hidden />} onClick={() => setCreating(true)}>
              {t("create.button")}
            </Button>
          )}
        </>
      }
    >
      <ViewBar
        table="contacts"
        view={view}
        show={show}
        change={change}
        defs={defs}
        columns={columns}
        standard={standard}
        offered={offered(t)}
        placeholder={t("search")}
        search={search}
        toRows={() => scroller.current?.focus()}
      />
      {may && (
        <BulkBar bulk={bulk} chosen={selection.chosen.size} clear={selection.clear} total={list.searching ? undefined : total} chooseAll={() => void chooseAll()} choosing={choosing}>
          <BulkActs archived={view.archived ?? false} go={(task) => (void bulk.run([...selection.chosen], task), scroller.current?.focus())} />
        </BulkBar>
      )}
      <ListFailed failure={list.failure} again={list.retry} />
      {nothing && !list.failure ? (
        <Empty icon={IconUsers} title={t(narrowed ? "none.title" : "empty.title")} action={narrowed ? <Button variant="default" onClick={() => show({})}>{t("none.clear")}</Button> : may && <Button onClick={() => setCreating(true)}>{t("create.button")}</Button>}>
          {t(narrowed ? "none.body" : "empty.body")}
        </Empty>
      ) : (
        <RecordTable
          label={t("title")}
          rows={list.rows}
          columns={shown}
          sort={view.sort}
          onSort={(sort) => change({ sort })}
          selection={may ? selection : undefined}
          open={(row, aside) => (aside ? window.open(path(row), "_blank", "noopener") : void navigate({ to: path(row) as "/" }))}
          nameOf={fullName}
          compact={(row) => <Compact row={row} />}
          total={total}
          stale={list.stale}
          complete={list.complete}
          more={list.more}
          news={list.news}
          showNews={() => (scroller.current?.scrollTo({ top: 0 }), list.again())}
          scroller={scroller}
        />
      )}
      {creating && (
        <Suspense fallback={null}>
          <CreateContact close={() => setCreating(false)} fields={fields} />
        </Suspense>
      )}
    </Page>
  );
}

/** Filters and columns of custom fields mean nothing before the fields are known. */
const waitsForFields = (view: ViewState, known: number) => !known && JSON.stringify(view).includes('"custom.');

function offered(t: (key: string) => string) {
  return [
    { name: t("view.all"), view: {} },
    { name: t("view.mine"), view: { filters: [{ key: "owner", value: { in: ["me"] } }] } },
    { name: t("view.customers"), view: { filters: [{ key: "lifecycle", value: { in: ["CUSTOMER"] } }], sort: { field: "NAME", direction: "ASCENDING" as const } } },
    { name: t("view.openDeals"), view: { filters: [{ key: "deal", value: { in: ["OPEN"] } }] } },
    { name: t("view.quiet"), view: { filters: [{ key: "lastContactAt", value: { older: 180 } }], sort: { field: "LAST_CONTACT_AT", direction: "ASCENDING" as const } } },
    { name: t("view.archived"), view: { archived: true } },
  ];
}
