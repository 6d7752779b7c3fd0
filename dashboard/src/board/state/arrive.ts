import { fly, whereAre } from "../parts/fly";
import { placed, refreshed, without } from "./board";
import { countAgain, type Hint, type Room } from "./room";

/** What happens with a deal that may change its place. */
const moving = new Set(["deal.created", "deal.moved", "deal.won", "deal.lost", "deal.reopened", "deal.restored"]);
const hintFor = 6_000;

/** Takes what has arrived into the board, and lets cards that others moved fly to their new place. */
export function arrive(room: Room) {
  if (room.held || !room.queue.length) return;
  const batch = room.queue.splice(0);
  let board = room.board.get();
  const moved = new Map<string, Hint>();
  for (const { position, entry, deal } of batch) {
    room.position = position;
    if (!entry?.kind.startsWith("deal.")) continue;
    if (!deal) {
      if (entry.object) board = without(board, entry.object);
      continue;
    }
    const { above, ...card } = deal;
    const known = board.deals.get(card.id);
    if (!moving.has(entry.kind) && known?.stage.id === card.stage.id) board = refreshed(board, card);
    else board = placed(board, card, above?.id ?? null);
    if (moving.has(entry.kind)) moved.set(card.id, { actor: entry.actor, event: entry.kind, at: Date.now() });
  }
  room.seenAt = Date.now();
  countAgain(room);
  const before = whereAre([...moved.keys()].slice(0, 20));
  room.hints.set((old) => {
    const fresh = [...old].filter(([, { at }]) => Date.now() - at < hintFor);
    return fresh.length || moved.size ? new Map([...fresh, ...moved]) : old;
  });
  room.board.set(board);
  // React has drawn the new places by then, and the browser has not painted them yet.
  queueMicrotask(() => fly(before));
  if (moved.size) setTimeout(() => forget(room), hintFor + 100);
}

function forget(room: Room) {
  room.hints.set((old) => {
    const fresh = [...old].filter(([, { at }]) => Date.now() - at < hintFor);
    return fresh.length === old.size ? old : new Map(fresh);
  });
}
