import { DragDropContext, type DropResult, type ResponderProvided } from "@hello-pangea/dnd";
import { VisuallyHidden } from "@mantine/core";
import { useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "../../kit/format/server_clock";
import { nonce } from "../../kit/nonce";
import { useMay, useViewer } from "../../kit/session/viewer";
import { useStore } from "../../kit/store";
import { useBoardContext } from "../context";
import type { BoardSearch } from "../search";
import { anyFilter, filtersOf, matcher, sumsOf } from "../state/filter";
import { release } from "../state/room";
import { useView } from "../state/use_board";
import { useMove } from "../state/use_move";
import { useAllDeals } from "../state/use_all_deals";
import { BoardColumn } from "./BoardColumn";
import { focusAfter } from "./keyboard";
import { useNameOfActor } from "./use_name_of_actor";
import { useVoice } from "./use_voice";
import { wish } from "./use_reveal";
import classes from "./board.module.css";

interface Props {
  search: BoardSearch;
  /** The stage in which a deal is being added. */
  adding: string | undefined;
  add: (stageId: string | undefined) => void;
}

/** The board itself: dragging, the keyboard, and the words for those who cannot see it. */
export function Columns({ search, adding, add }: Props) {
  const { t } = useTranslation("board");
  const { room } = useBoardContext();
  const { member } = useViewer();
  const mayMove = useMay("changeDeals");
  const move = useMove();
  const view = useView(room);
  const hints = useStore(room.hints);
  const nameOf = useNameOfActor();
  const [focused, setFocused] = useState<Record<string, string>>({});
  const board = useRef<HTMLDivElement>(null);
  const voice = useVoice(hints, view, member?.id);

  const filters = filtersOf(search);
  const key = JSON.stringify(filters);
  const filtered = anyFilter(filters);
  useAllDeals(room, filtered);
  const lists = useMemo(() => {
    const fits = matcher(JSON.parse(key), { me: member?.id, at: clock() });
    return view.columns.map(({ ids }) => {
      if (!filtered) return { ids, matching: undefined };
      const cards = ids.flatMap((id) => view.deals.get(id) ?? []).filter(fits);
      return { ids: cards.map(({ id }) => id), matching: { count: cards.length, sums: sumsOf(cards) } };
    });
  }, [view, key, filtered, member?.id]);

  function drop({ source, destination, draggableId }: DropResult, { announce }: ResponderProvided) {
    const card = view.deals.get(draggableId);
    const target = view.columns.find(({ stage }) => stage.id === destination?.droppableId);
    const list = lists[view.columns.findIndex(({ stage }) => stage.id === destination?.droppableId)];
    const same = destination && destination.droppableId === source.droppableId && destination.index === source.index;
    if (card && target && destination && list && !same) {
      const rest = list.ids.filter((id) => id !== draggableId);
      announce(t("drag.dropped", { title: card.title, stage: target.stage.name, position: destination.index + 1 }));
      // Neighbours as they were seen: what others did meanwhile arrives only now.
      void move(card, { stage: target.stage, afterDealId: rest[destination.index - 1], beforeDealId: rest[destination.index] });
      setFocused((old) => ({ ...old, [target.stage.id]: draggableId }));
      wish.current = document.activeElement?.closest("[data-stage]") || document.activeElement === document.body ? draggableId : undefined;
    } else announce(t("drag.cancelled", { title: card?.title ?? "" }));
    release(room);
    setTimeout(() => board.current?.removeAttribute("data-still"), 80);
  }

  function press(event: KeyboardEvent<HTMLDivElement>) {
    if (event.defaultPrevented || room.held) return;
    const here = (event.target as HTMLElement).closest<HTMLElement>("[data-deal]")?.dataset.deal;
    if (!here) return;
    const next = focusAfter(event.key, here, view.columns.map(({ stage }, index) => ({ stageId: stage.id, ids: lists[index]?.ids ?? [] })));
    if (!next) return;
    event.preventDefault();
    wish.current = next.dealId;
    setFocused((old) => ({ ...old, [next.stageId]: next.dealId }));
  }

  return (
    <DragDropContext
      nonce={nonce}
      dragHandleUsageInstructions={t("drag.instructions")}
      onBeforeDragStart={() => {
        room.held = true;
        board.current?.setAttribute("data-still", "");
      }}
      onDragStart={({ draggableId }, { announce }) => announce(t("drag.lifted", { title: view.deals.get(draggableId)?.title ?? "" }))}
      onDragUpdate={({ destination }, { announce }) => {
        const stage = view.columns.find((column) => column.stage.id === destination?.droppableId)?.stage;
        announce(stage && destination ? t("drag.over", { stage: stage.name, position: destination.index + 1 }) : t("drag.nowhere"));
      }}
      onDragEnd={drop}
    >
      <div ref={board} className={`${classes.columns} ${classes.board}`} onKeyDown={press} onFocus={(event) => {
        const deal = (event.target as HTMLElement).closest<HTMLElement>("[data-deal]")?.dataset.deal;
        const stage = (event.target as HTMLElement).closest<HTMLElement>("[data-stage]")?.dataset.stage;
        if (deal && stage && focused[stage] !== deal) setFocused((old) => ({ ...old, [stage]: deal }));
      }}>
        {view.columns.map((column, index) => (
          <BoardColumn
            key={column.stage.id}
            room={room}
            column={column}
            ids={lists[index]?.ids ?? []}
            matching={lists[index]?.matching}
            deals={view.deals}
            hints={hints}
            me={member?.id}
            focused={focused[column.stage.id]}
            adding={adding === column.stage.id}
            add={(open) => add(open ? column.stage.id : undefined)}
            readOnly={!mayMove}
          />
        ))}
      </div>
      <VisuallyHidden role="status">{voice && t("hint.moved_to", { actor: nameOf(voice.actor) ?? t("someone"), title: voice.title, stage: voice.stage })}</VisuallyHidden>
    </DragDropContext>
  );
}
