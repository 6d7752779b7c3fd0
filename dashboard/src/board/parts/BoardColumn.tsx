import { Draggable, Droppable, type DraggableProvided, type DraggableStateSnapshot } from "@hello-pangea/dnd";
import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Card, Sum } from "../documents";
import type { Column } from "../state/board";
import { readOn, type Hint, type Room } from "../state/room";
import { ColumnHead } from "./ColumnHead";
import { DealCard } from "./DealCard";
import { QuickAdd } from "./QuickAdd";
import { useReveal } from "./use_reveal";
import classes from "./board.module.css";

/** A card with the space below it, as `.slot` of the style sheet says. */
const slotHeight = 104;

interface Props {
  room: Room;
  column: Column;
  /** The cards that the filters let through, in order. */
  ids: string[];
  deals: Map<string, Card>;
  hints: Map<string, Hint>;
  me?: string;
  /** Of the cards that the filters let through; undefined without filters. */
  matching?: { count: number; sums: Sum[] };
  focused?: string;
  adding: boolean;
  add: (open: boolean) => void;
  readOnly: boolean;
}

/** A stage: its head, and its cards, of which only those in view are drawn. */
export const BoardColumn = memo(function BoardColumn(props: Props) {
  const { room, column, ids, deals, hints, me, matching, focused, adding, add, readOnly } = props;
  const { t } = useTranslation("board");
  const { stage, cursor } = column;
  const mayAdd = !readOnly && stage.kind !== "LOST" && !stage.archivedAt;
  const card = (index: number) => deals.get(ids[index] ?? "");
  return (
    <section className={classes.column} aria-labelledby={`head-${stage.id}`} data-stage={stage.id} data-kind={stage.kind}>
      <ColumnHead column={column} matching={matching}>
        {mayAdd && (
          <Tooltip label={t("add.here", { stage: stage.name })} openDelay={500}>
            <ActionIcon variant="subtle" color="gray" size={26} aria-label={t("add.here", { stage: stage.name })} onClick={() => add(true)}>
              <IconPlus size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </ColumnHead>
      {adding && mayAdd && <QuickAdd stage={stage} close={() => add(false)} />}
      <Droppable
        droppableId={stage.id}
        mode="virtual"
        isDropDisabled={Boolean(stage.archivedAt)}
        renderClone={(provided, snapshot, { source }) => {
          const held = card(source.index);
          return held ? <DealCard card={held} mine stop={false} provided={provided} snapshot={snapshot} readOnly={readOnly} /> : <div ref={provided.innerRef} {...provided.draggableProps} />;
        }}
      >
        {(provided, snapshot) => (
          <Rows
            outer={provided.innerRef}
            droppable={provided.droppableProps}
            over={snapshot.isDraggingOver}
            count={ids.length + (snapshot.isUsingPlaceholder ? 1 : 0)}
            ids={ids}
            label={t("column.cards", { stage: stage.name })}
            focused={focused}
            atEnd={() => !matching && cursor && void readOn(room, stage.id)}
            of={cursor && !matching ? -1 : ids.length}
            empty={
              !ids.length && !snapshot.isDraggingOver ? (
                <Text size="sm" c="dimmed" ta="center" px="sm" py="lg">
                  {matching && column.totals.count > 0 ? t("column.filtered") : t(`column.empty_${stage.kind}`)}
                </Text>
              ) : null
            }
            row={(index, top, stop) => {
              const shown = card(index);
              if (!shown) return null;
              const hint = hints.get(shown.id);
              return (
                <Draggable key={shown.id} draggableId={shown.id} index={index} isDragDisabled={readOnly}>
                  {(draggable: DraggableProvided, state: DraggableStateSnapshot) => (
                    <DealCard
                      card={shown}
                      hint={hint}
                      mine={hint?.actor === me}
                      stop={stop}
                      provided={draggable}
                      snapshot={state}
                      place={{ top, position: index + 1, of: cursor && !matching ? -1 : ids.length }}
                      readOnly={readOnly}
                    />
                  )}
                </Draggable>
              );
            }}
          />
        )}
      </Droppable>
    </section>
  );
});

interface RowsProps {
  outer: (element: HTMLElement | null) => void;
  droppable: object;
  over: boolean;
  count: number;
  ids: string[];
  of: number;
  label: string;
  focused?: string;
  atEnd: () => unknown;
  empty: React.ReactNode;
  row: (index: number, top: number, stop: boolean) => React.ReactNode;
}

function Rows({ outer, droppable, over, count, ids, label, focused, atEnd, empty, row }: RowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => slotHeight,
    getItemKey: (index) => ids[index] ?? `space-${index}`,
    overscan: 5,
    paddingStart: 10,
    paddingEnd: 4,
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= count - 10) atEnd();
  });
  useReveal(scroller, virtual, ids, focused);
  const stop = rows.some(({ index }) => ids[index] === focused) ? focused : ids[rows[0]?.index ?? 0];
  return (
    <div
      ref={(element) => {
        scroller.current = element;
        outer(element);
      }}
      {...droppable}
      className={classes.scroller}
      data-over={over || undefined}
    >
      {empty}
      <div className={classes.rows} style={{ height: virtual.getTotalSize() }} role={ids.length ? "list" : undefined} aria-label={ids.length ? label : undefined}>
        {rows.map(({ index, start }) => row(index, start, ids[index] === stop))}
      </div>
    </div>
  );
}
