import { DragDropContext, Draggable, Droppable, type DropResult } from "@hello-pangea/dnd";
import { ActionIcon, Group } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconGripVertical } from "@tabler/icons-react";
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { nonce } from "../kit/nonce";
import classes from "./settings.module.css";

interface Props<Item> {
  items: Item[];
  nameOf: (item: Item) => string;
  /** Its place among the others changed. */
  move: (from: number, to: number) => void;
  disabled?: boolean;
  children: (item: Item, handle: ReactNode) => ReactNode;
}

/** A short list whose order is chosen: by dragging, by keyboard on the handle, or by the arrows. */
export function Sortable<Item extends { id: string }>({ items, nameOf, move, disabled, children }: Props<Item>) {
  const { t } = useTranslation("settings");
  const id = useId();
  const drop = ({ source, destination }: DropResult) => {
    if (destination && destination.index !== source.index) move(source.index, destination.index);
  };
  return (
    <DragDropContext onDragEnd={drop} nonce={nonce} dragHandleUsageInstructions={t("sort.how")}>
      <Droppable droppableId={id}>
        {(place) => (
          <ul className={classes.list} ref={place.innerRef} {...place.droppableProps} style={{ display: "block" }}>
            {items.map((item, at) => (
              <Draggable key={item.id} draggableId={item.id} index={at} isDragDisabled={disabled}>
                {(drag, { isDragging }) => (
                  <li className={`${classes.row} ${isDragging ? classes.dragged : ""}`} ref={drag.innerRef} {...drag.draggableProps} style={{ ...drag.draggableProps.style, marginBottom: 8 }}>
                    {children(
                      item,
                      !disabled && (
                        <Group gap={2} wrap="nowrap">
                          <div className={classes.grip} {...drag.dragHandleProps} aria-label={t("sort.drag", { name: nameOf(item) })}>
                            <IconGripVertical size={16} aria-hidden />
                          </div>
                          <ActionIcon className={classes.arrow} variant="subtle" color="gray" size={26} disabled={at === 0} aria-label={t("sort.up", { name: nameOf(item) })} onClick={() => move(at, at - 1)}>
                            <IconArrowUp size={15} />
                          </ActionIcon>
                          <ActionIcon className={classes.arrow} variant="subtle" color="gray" size={26} disabled={at === items.length - 1} aria-label={t("sort.down", { name: nameOf(item) })} onClick={() => move(at, at + 1)}>
                            <IconArrowDown size={15} />
                          </ActionIcon>
                        </Group>
                      ),
                    )}
                  </li>
                )}
              </Draggable>
            ))}
            {place.placeholder}
          </ul>
        )}
      </Droppable>
    </DragDropContext>
  );
}

/** The list with one element moved. */
export function moved<Item>(list: Item[], from: number, to: number): Item[] {
  const copy = [...list];
  copy.splice(to, 0, ...copy.splice(from, 1));
  return copy;
}
