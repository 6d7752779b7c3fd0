import type { DraggableProvided, DraggableStateSnapshot } from "@hello-pangea/dnd";
import { Link, useParams } from "@tanstack/react-router";
import { memo, type CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import type { Card } from "../documents";
import type { Hint } from "../state/room";
import { CardFace } from "./CardFace";
import { useNameOfActor } from "./use_name_of_actor";
import classes from "./card.module.css";
import board from "./board.module.css";

interface Props {
  card: Card;
  hint?: Hint;
  mine: boolean;
  /** Whether Tab leads here: one card of each column. */
  stop: boolean;
  provided: DraggableProvided;
  snapshot: DraggableStateSnapshot;
  /** Its place in the column, unless it is in somebody's hand. */
  place?: { top: number; position: number; of: number };
  readOnly: boolean;
}

/** A card in its column, or in the hand: a link to its deal that can be dragged. */
export const DealCard = memo(function DealCard({ card, hint, mine, stop, provided, snapshot, place, readOnly }: Props) {
  const { t } = useTranslation("board");
  const nameOf = useNameOfActor();
  const opened = (useParams({ strict: false }) as { id?: string }).id === card.id;
  const { style, ...draggable } = provided.draggableProps;
  const { role: _, tabIndex: __, "aria-describedby": instructions, ...handle } = provided.dragHandleProps ?? { role: "", tabIndex: 0, "aria-describedby": undefined };
  const said = hint && !mine ? t(hint.event === "deal.created" ? "hint.added" : "hint.moved", { actor: nameOf(hint.actor) ?? t("someone") }) : undefined;
  const at: CSSProperties = place ? { top: place.top } : {};
  return (
    <div
      ref={provided.innerRef}
      {...draggable}
      className={board.slot}
      style={{ ...at, ...style }}
      role={place ? "listitem" : undefined}
      aria-posinset={place?.position}
      aria-setsize={place?.of}
    >
      <Link
        to="/deals/$id"
        params={{ id: card.id }}
        search
        {...handle}
        role={undefined}
        tabIndex={stop ? 0 : -1}
        aria-describedby={readOnly ? undefined : instructions}
        aria-keyshortcuts={readOnly ? "Enter" : "Enter M Space"}
        className={classes.card}
        data-deal={place ? card.id : undefined}
        data-dragging={(snapshot.isDragging && !snapshot.isDropAnimating) || undefined}
        data-open={opened || undefined}
        draggable={false}
      >
        <CardFace card={card} hint={said} />
      </Link>
    </div>
  );
});
