import { ActionIcon, Button, Group, Loader, SegmentedControl, Select, Skeleton, Text, Title, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconColumns3, IconLayoutList, IconPlus, IconRoute } from "@tabler/icons-react";
import { Link, Outlet, useNavigate, useRouterState, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Answer } from "../kit/client/Answer";
import { useCommands } from "../kit/shell/commands";
import { Empty } from "../kit/shell/Empty";
import { useShortcuts } from "../kit/shell/shortcuts";
import { useMay, useViewer } from "../kit/session/viewer";
import { BoardContext } from "./context";
import type { Around, Card } from "./documents";
import { Columns } from "./parts/Columns";
import { FilterBar, FilterChips } from "./parts/FilterBar";
import { LossDialog } from "./parts/LossDialog";
import { MoveDialog } from "./parts/MoveDialog";
import type { BoardSearch } from "./search";
import { useBoard } from "./state/use_board";
import { useSearching } from "./state/use_all_deals";
import type { Room } from "./state/room";
import classes from "./parts/board.module.css";

const DealList = lazy(() => import("./list/DealList"));

/** The pipeline: as a board or as a list, with a deal's panel in front of it at `/deals/ID`. */
export default function BoardScreen() {
  const { t } = useTranslation(["board", "kit"]);
  const search = useSearch({ strict: false }) as BoardSearch;
  const [result, again] = useBoard(search.pipeline);
  useTitle(t("title"));
  return (
    <div className={classes.frame}>
      <Answer of={result} again={again} skeleton={<Outline />}>
        {({ around, room }) => (room ? <Opened around={around} room={room} search={search} /> : <NoPipeline />)}
      </Answer>
    </div>
  );
}

function Opened({ around, room, search }: { around: Around; room: Room; search: BoardSearch }) {
  const { t } = useTranslation("board");
  const navigate = useNavigate();
  const mayChange = useMay("changeDeals");
  const searching = useSearching();
  const [adding, add] = useState<string>();
  const [moving, setMoving] = useState<Card>();
  const field = useRef<HTMLInputElement>(null);
  const context = useMemo(() => ({ around, room }), [around, room]);
  const list = search.view === "list";
  const change = (part: Partial<BoardSearch>) =>
    void navigate({ to: ".", search: (old: BoardSearch) => ({ ...old, ...part }), replace: true } as never);
  const open = (pipeline: string) => (add(undefined), change({ pipeline }));

  function addHere() {
    if (list) change({ view: undefined });
    const columns = room.board.get().columns.filter(({ stage }) => stage.kind !== "LOST" && !stage.archivedAt);
    const here = document.activeElement?.closest<HTMLElement>("[data-stage]")?.dataset.stage;
    add((columns.find(({ stage }) => stage.id === here) ?? columns[0])?.stage.id);
  }

  function moveFocused() {
    const id = document.activeElement?.closest<HTMLElement>("[data-deal]")?.dataset.deal;
    const card = id ? room.board.get().deals.get(id) : undefined;
    if (card) setMoving(card);
  }

  useShortcuts([
    ...(mayChange ? [{ keys: "n", label: t("keys.add"), run: addHere }, { keys: "m", label: t("keys.move"), run: moveFocused }] : []),
    { keys: "/", label: t("keys.filter"), run: () => field.current?.focus() },
    { keys: "v", label: t("keys.view"), run: () => change({ view: list ? undefined : "list" }) },
  ]);
  useCommands([
    ...(mayChange ? [{ id: "deal.add", label: t("add.deal"), icon: IconPlus, keys: "n", run: addHere }] : []),
    { id: "deals.view", label: t(list ? "view.toBoard" : "view.toList"), icon: list ? IconColumns3 : IconLayoutList, keys: "v", run: () => change({ view: list ? undefined : "list" }) },
    { id: "deals.mine", label: t("filter.mine"), words: t("filter.more"), run: () => change({ owner: "me" }) },
    ...around.pipelines.filter(({ id }) => id !== room.pipelineId).map(({ id, name }) => ({ id: `pipeline.${id}`, label: t("openPipeline", { name }), words: t("pipeline"), icon: IconRoute, run: () => open(id) })),
  ]);

  return (
    <BoardContext value={context}>
      <div className={classes.bar}>
        <Group justify="space-between" gap="sm">
          <Group gap="sm">
            <Title order={1}>{t("title")}</Title>
            {around.pipelines.length > 1 ? (
              <Select
                size="xs"
                w={170}
                aria-label={t("pipeline")}
                leftSection={<IconRoute size={14} aria-hidden />}
                allowDeselect={false}
                value={room.pipelineId}
                onChange={(id) => id && open(id)}
                data={around.pipelines.map(({ id, name }) => ({ value: id, label: name }))}
              />
            ) : (
              <Text c="dimmed" size="sm" dir="auto">
                {around.pipelines[0]?.name}
              </Text>
            )}
            {searching && (
              <Group gap={6} role="status">
                <Loader size={14} aria-hidden />
                <Text size="xs" c="dimmed">
                  {t("filter.reading")}
                </Text>
              </Group>
            )}
          </Group>
          <Group gap={8}>
            <FilterBar search={search} change={change} field={field} />
            <SegmentedControl
              size="xs"
              aria-label={t("view.label")}
              value={list ? "list" : "board"}
              onChange={(view) => change({ view: view === "list" ? "list" : undefined })}
              data={[
                { value: "board", label: <ViewIcon icon={IconColumns3} label={t("view.board")} /> },
                { value: "list", label: <ViewIcon icon={IconLayoutList} label={t("view.list")} /> },
              ]}
            />
            {mayChange && (
              <>
                <Button size="xs" leftSection={<IconPlus size={14} aria-hidden />} onClick={addHere} visibleFrom="xs">
                  {t("add.deal")}
                </Button>
                <ActionIcon size={30} onClick={addHere} aria-label={t("add.deal")} hiddenFrom="xs" variant="filled">
                  <IconPlus size={16} aria-hidden />
                </ActionIcon>
              </>
            )}
          </Group>
        </Group>
        <FilterChips search={search} change={change} />
      </div>
      {list ? (
        <Suspense fallback={<Skeleton height={300} mx={20} w="auto" />}>
          <DealList search={search} change={change} />
        </Suspense>
      ) : (
        <Columns key={room.pipelineId} search={search} adding={adding} add={add} />
      )}
      <LossDialog />
      {moving && <MoveDialog card={moving} close={() => setMoving(undefined)} />}
      <Outlet />
      <BackToCard />
    </BoardContext>
  );
}

function ViewIcon({ icon: Icon, label }: { icon: typeof IconPlus; label: string }) {
  return (
    <Tooltip label={label} openDelay={400}>
      <span style={{ display: "block", lineHeight: 0 }}>
        <Icon size={16} aria-hidden />
        <VisuallyHidden>{label}</VisuallyHidden>
      </span>
    </Tooltip>
  );
}

/** When a panel closes, the keyboard goes on at the card it belonged to. */
function BackToCard() {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? "" });
  const last = useRef(path);
  useEffect(() => {
    const left = last.current.split("/")[2];
    last.current = path;
    if (!left || path.split("/")[2]) return;
    const timer = setTimeout(() => document.querySelector<HTMLElement>(`[data-deal="${CSS.escape(left)}"]`)?.focus(), 60);
    return () => clearTimeout(timer);
  }, [path]);
  return null;
}

function NoPipeline() {
  const { t } = useTranslation("board");
  const may = useMay("administer");
  return (
    <div className={classes.bar}>
      <Title order={1}>{t("title")}</Title>
      <Empty
        icon={IconRoute}
        title={t("none.title")}
        action={
          may && (
            <Button component={Link} to={"/settings/pipelines" as "/"} mt="sm">
              {t("none.action")}
            </Button>
          )
        }
      >
        {t(may ? "none.why" : "none.askAdmin")}
      </Empty>
    </div>
  );
}

function Outline() {
  return (
    <>
      <div className={classes.bar}>
        <Skeleton height={30} width={260} />
      </div>
      <div className={classes.skeleton}>
        {[5, 3, 4, 2].map((cards, column) => (
          <div key={column} className={classes.column}>
            <div className={classes.head}>
              <Skeleton height={18} width="60%" mb={14} />
              {Array.from({ length: cards }, (_, card) => (
                <Skeleton key={card} height={96} radius={9} mb={8} />
              ))}
            </div>
          </div>
        ))}
      </div>
    </>
  );
}

function useTitle(title: string) {
  const { workspace } = useViewer();
  useEffect(() => {
    document.title = `${title} · ${workspace.name}`;
  }, [title, workspace.name]);
}
