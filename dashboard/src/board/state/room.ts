import type { Client } from "urql";
import { createStore, type Store } from "../../kit/store";
import { BOARD, FIRST_BOARD, MORE, STAGE_TOTALS, type Around, type BoardEvent } from "../documents";
import { boardOf, withPage, type Board, type Move } from "./board";
import { arrive } from "./arrive";

/** Who did what to a card a moment ago. */
export interface Hint {
  actor: string;
  event: string;
  at: number;
}

/** One pipeline's board as this page knows it: what the server said, and what was done here and not answered yet. */
export interface Room {
  client: Client;
  pipelineId: string;
  currency: string;
  board: Store<Board>;
  moves: Store<Move[]>;
  hints: Store<Map<string, Hint>>;
  /** The journal's position up to which `board` is true. */
  position: number;
  /** While a card is in somebody's hand nothing moves under it: what arrives waits. */
  held: boolean;
  queue: BoardEvent[];
  reading: Set<string>;
  /** When it was last followed; a board that was left long ago is read anew. */
  seenAt: number;
}

export type Opened = { around: Around; room: Room | undefined };

const rooms = new WeakMap<Client, Map<string, Opened>>();
const freshFor = 10 * 60_000;

/** The board that was open before, if it can be caught up with. */
export function rememberedRoom(client: Client, pipelineId: string | undefined): Opened | undefined {
  const opened = pipelineId ? rooms.get(client)?.get(pipelineId) : undefined;
  return opened?.room && Date.now() - opened.room.seenAt < freshFor ? opened : undefined;
}

/** Reads a board by one request. Throws what urql calls an error. */
export async function openRoom(client: Client, wanted: string | undefined): Promise<Opened> {
  const opened = wanted ? await openKnown(client, wanted) : await openFirst(client);
  const { room } = opened;
  if (room) {
    const mine = rooms.get(client) ?? new Map<string, Opened>();
    rooms.set(client, mine.set(room.pipelineId, opened));
  }
  return opened;
}

async function openKnown(client: Client, pipeline: string): Promise<Opened> {
  const { data, error } = await client.query(BOARD, { pipeline }, { requestPolicy: "network-only" }).toPromise();
  if (!data) {
    // A remembered or linked id that is none (any more) must not stand in the way.
    if (error?.graphQLErrors[0]?.extensions?.code === "BAD_USER_INPUT") return openFirst(client);
    throw error;
  }
  const { board, ...around } = data;
  if (board) return { around, room: makeRoom(client, board.pipeline, board.columns, board.position) };
  const [first] = around.pipelines;
  return first ? openKnown(client, first.id) : { around, room: undefined };
}

async function openFirst(client: Client): Promise<Opened> {
  const { data, error } = await client.query(FIRST_BOARD, {}, { requestPolicy: "network-only" }).toPromise();
  if (!data) throw error;
  const [first] = data.pipelines;
  const columns = first?.stages.map(({ totals, deals, ...stage }) => ({ stage, totals, deals })) ?? [];
  return { around: data, room: first && makeRoom(client, first, columns, data.journalHead) };
}

function makeRoom(
  client: Client,
  { id, currency }: { id: string; currency: string },
  columns: Parameters<typeof boardOf>[1],
  position: number,
): Room {
  return {
    client,
    pipelineId: id,
    currency,
    board: createStore(boardOf(id, columns)),
    moves: createStore<Move[]>([]),
    hints: createStore(new Map<string, Hint>()),
    position,
    held: false,
    queue: [],
    reading: new Set(),
    seenAt: Date.now(),
  };
}

/** Reads the next page of a column; true when there was something to read. */
export async function readOn(room: Room, stageId: string, first = 100): Promise<boolean> {
  const column = room.board.get().columns.find(({ stage }) => stage.id === stageId);
  if (!column?.cursor || room.reading.has(stageId)) return false;
  room.reading.add(stageId);
  const { data } = await room.client
    .query(MORE, { stage: stageId, first, after: column.cursor }, { requestPolicy: "network-only" })
    .toPromise()
    .finally(() => room.reading.delete(stageId));
  const node = data?.node;
  if (!node || !("deals" in node)) return false;
  const { nodes, pageInfo } = node.deals;
  room.board.set((board) => withPage(board, stageId, nodes, pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null));
  return true;
}

const timers = new WeakMap<Room, ReturnType<typeof setTimeout>>();

/** Asks the server for the totals, once for whatever happens within a moment. */
export function countAgain(room: Room) {
  if (timers.has(room)) return;
  const ask = async () => {
    timers.delete(room);
    const { data } = await room.client
      .query(STAGE_TOTALS, { pipeline: room.pipelineId }, { requestPolicy: "network-only" })
      .toPromise();
    const stages = data?.pipeline?.stages;
    if (!stages) return;
    room.board.set((board) => ({
      ...board,
      columns: board.columns.map((column) => {
        const totals = stages.find(({ id }) => id === column.stage.id)?.totals;
        return totals && JSON.stringify(totals) !== JSON.stringify(column.totals) ? { ...column, totals } : column;
      }),
    }));
  };
  timers.set(room, setTimeout(() => void ask(), 300));
}

/** Lets go of the card: what came meanwhile arrives now. */
export function release(room: Room) {
  room.held = false;
  arrive(room);
}
