import { Button } from "@mantine/core";
import { IconBuildingPlus, IconBuildings } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useFormat } from "../kit/format/use_format";
import { useMay } from "../kit/session/viewer";
import { useCommands } from "../kit/shell/commands";
import { Empty } from "../kit/shell/Empty";
import { Page } from "../kit/shell/Page";
import { useShortcuts } from "../kit/shell/shortcuts";
import { BulkBar } from "../records/bulk/BulkBar";
import { useBulk } from "../records/bulk/use_bulk";
import { isSealed, useFields } from "../records/pick/use_fields";
import { ListFailed } from "../records/table/ListFailed";
import { RecordTable } from "../records/table/RecordTable";
import { useChanges } from "../records/table/use_changes";
import { useSelection } from "../records/table/use_selection";
import { ViewBar } from "../records/view/ViewBar";
import { useViewState } from "../records/view/view_state";
import { BulkActs } from "./BulkActs";
import { COUNT } from "./documents";
import { askedOf, useList } from "./use_list";
import { Compact, standard, useColumns, useFilters } from "./use_table";

const CreateCompany = lazy(() => import("./CreateCompany"));

/** The companies of the workspace, however many. */
export default function Companies() {
  const { t } = useTranslation("companies");
  const format = useFormat();
  const navigate = useNavigate();
  const { view, show, change } = useViewState();
  const may = useMay("changeContacts");
  const fields = useFields("COMPANY");
  const defs = useFilters(fields);
  const columns = useColumns(fields);
  const shownKeys = view.columns ?? standard;
  const shown = ["name", ...shownKeys.filter((key) => key !== "name")].flatMap((key) => columns.find((one) => one.key === key) ?? []);
  const custom = shown.some(({ key }) => key.startsWith("custom.")) && fields.some((field) => !isSealed(field));
  const asked = useMemo(() => askedOf(view, defs, custom), [view, defs, custom]);
  const list = useList(view, asked, !fields.length && JSON.stringify(view).includes('"custom.'));
  const selection = useSelection(JSON.stringify([asked.filter, asked.archived, view.q]));
  const bulk = useBulk();
  const scroller = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [creating, setCreating] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [count, recount] = useQuery({ query: COUNT, variables: { filter: asked.filter, archived: asked.archived }, pause: list.searching || !list.rows.length });
  const total = list.searching ? (list.complete ? list.rows.length : undefined) : count.data?.companies.totalCount;

  useChanges("company", (ids) => {
    list.changed(ids, (scroller.current?.scrollTop ?? 0) < 40);
    recount({ requestPolicy: "network-only" });
  });
  useShortcuts([
    ...(may ? [{ keys: "c", label: t("create.title"), run: () => setCreating(true) }] : []),
    { keys: "f", label: t("searchHere"), run: () => search.current?.focus() },
  ]);
  useCommands(may ? [{ id: "companies.create", label: t("create.title"), icon: IconBuildingPlus, keys: "c", run: () => setCreating(true) }] : []);

  async function chooseAll() {
    setChoosing(true);
    selection.choose(await list.allIds(10_000).finally(() => setChoosing(false)), true);
  }

  const nothing = list.complete && !list.rows.length && !list.stale;
  const narrowed = !!(view.q || view.filters?.length || view.archived);
  return (
    <Page
      title={t("title")}
      about={<span role="status">{total === undefined ? "…" : t("count", { count: total, number: format.number(total) })}</span>}
      actions={
        may && (
          <Button leftSection={<IconBuildingPlus size={17} aria-hidden />} onClick={() => setCreating(true)}>
            {t("create.button")}
          </Button>
        )
      }
    >
      <ViewBar
        table="companies"
        view={view}
        show={show}
        change={change}
        defs={defs}
        columns={columns}
        standard={standard}
        offered={[
          { name: t("view.all"), view: {} },
          { name: t("view.mine"), view: { filters: [{ key: "owner", value: { in: ["me"] } }] } },
          { name: t("view.byName"), view: { sort: { field: "NAME", direction: "ASCENDING" } } },
          { name: t("view.openDeals"), view: { filters: [{ key: "hasOpenDeals", value: { is: true } }] } },
          { name: t("view.archived"), view: { archived: true } },
        ]}
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
        <Empty
          icon={IconBuildings}
          title={t(narrowed ? "none.title" : "empty.title")}
          action={narrowed ? <Button variant="default" onClick={() => show({})}>{t("none.clear")}</Button> : may && <Button onClick={() => setCreating(true)}>{t("create.button")}</Button>}
        >
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
          open={(row, aside) => (aside ? window.open(`/companies/${row.id}`, "_blank", "noopener") : void navigate({ to: `/companies/${row.id}` as "/" }))}
          nameOf={({ name }) => name}
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
          <CreateCompany close={() => setCreating(false)} fields={fields} />
        </Suspense>
      )}
    </Page>
  );
}
