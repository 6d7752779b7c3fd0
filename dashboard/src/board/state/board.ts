import type { Card, StageHead, Sum, Totals } from "../documents";

/** A stage with the deals of it that were read so far: the topmost ones. */
export interface Column {
  stage: StageHead;
  ids: string[];
  /** Where to read on; null when every deal of the stage is here. */
  cursor: string | null;
  totals: Totals;
}

export interface Board {
  pipelineId: string;
  columns: Column[];
  deals: Map<string, Card>;
  /** Deals that stand below one that has not come yet: its id → theirs. Its own event places both. */
  waiting: Map<string, string>;
}

/** A move that was made here and not answered yet. Neighbours as they were seen where it was dropped. */
export interface Move {
  key: string;
  dealId: string;
  toStageId: string;
  afterDealId?: string;
  beforeDealId?: string;
}

interface AnsweredColumn {
  stage: StageHead;
  totals: Totals;
  deals: { nodes: Card[]; pageInfo: { hasNextPage: boolean; endCursor?: string | null } };
}

export function boardOf(pipelineId: string, answered: AnsweredColumn[]): Board {
  const deals = new Map<string, Card>();
  const columns = answered.map(({ stage, totals, deals: { nodes, pageInfo } }) => {
    for (const card of nodes) deals.set(card.id, card);
    return { stage, totals, ids: nodes.map(({ id }) => id), cursor: pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null };
  });
  return { pipelineId, columns, deals, waiting: new Map() };
}

/** The same board with another page at the end of a column. */
export function withPage(board: Board, stageId: string, nodes: Card[], cursor: string | null): Board {
  const deals = new Map(board.deals);
  const fresh = nodes.filter(({ id, stage, updatedAt }) => {
    const known = deals.get(id);
    // Events that came while the page was on its way know better.
    if (known && (known.updatedAt > updatedAt || columnOf(board, id))) return false;
    return stage.id === stageId;
  });
  for (const card of fresh) deals.set(card.id, card);
  const columns = board.columns.map((column) =>
    column.stage.id === stageId ? { ...column, ids: [...column.ids, ...fresh.map(({ id }) => id)], cursor } : column,
  );
  return { ...board, deals, columns };
}

export const columnOf = (board: Board, dealId: string) => {
  const stageId = board.deals.get(dealId)?.stage.id;
  const column = board.columns.find(({ stage }) => stage.id === stageId);
  return column?.ids.includes(dealId) ? column : undefined;
};

/** A deal as the server says it is, directly below `aboveId`, or at the top. Older news than what is shown are dropped. */
export function placed(board: Board, card: Card, aboveId: string | null): Board {
  const known = board.deals.get(card.id);
  if (known && known.updatedAt > card.updatedAt) return board;
  if (card.archivedAt || card.pipeline.id !== board.pipelineId) return without(board, card.id);
  const left = known ? lift(board, known) : board;
  const deals = new Map(left.deals).set(card.id, card);
  const waiting = new Map(left.waiting);
  for (const [above, below] of waiting) if (below === card.id) waiting.delete(above);
  const follower = waiting.get(card.id);
  waiting.delete(card.id);
  const columns = left.columns.map((column) => {
    if (column.stage.id !== card.stage.id) return column;
    const totals = known || !column.cursor ? counted(column.totals, card, 1) : column.totals;
    const at = aboveId === null ? 0 : column.ids.indexOf(aboveId) + 1;
    let ids = column.ids;
    if (aboveId === null || at > 0) ids = column.ids.toSpliced(at, 0, card.id);
    else {
      waiting.set(aboveId, card.id);
      // Below what was read so far: it comes with its page.
      if (!column.cursor) ids = [...column.ids, card.id];
    }
    if (follower && deals.get(follower)?.stage.id === card.stage.id) {
      const rest = ids.filter((id) => id !== follower);
      const mine = rest.indexOf(card.id);
      if (mine >= 0) ids = rest.toSpliced(mine + 1, 0, follower);
    }
    return { ...column, ids, totals };
  });
  return { ...board, columns, deals, waiting };
}

/** A deal that changed without moving: only what its card shows. */
export function refreshed(board: Board, card: Card): Board {
  const known = board.deals.get(card.id);
  if (!known || known.updatedAt > card.updatedAt) return board;
  if (known.stage.id !== card.stage.id || card.archivedAt || card.pipeline.id !== board.pipelineId) return placed(board, card, null);
  const columns = board.columns.map((column) =>
    column.stage.id === card.stage.id ? { ...column, totals: counted(counted(column.totals, known, -1), card, 1) } : column,
  );
  return { ...board, columns, deals: new Map(board.deals).set(card.id, card) };
}

export function without(board: Board, dealId: string): Board {
  const known = board.deals.get(dealId);
  if (!known) return board;
  const left = lift(board, known);
  const deals = new Map(left.deals);
  deals.delete(dealId);
  return { ...left, deals };
}

function lift(board: Board, card: Card): Board {
  const columns = board.columns.map((column) =>
    column.stage.id === card.stage.id
      ? { ...column, ids: column.ids.filter((id) => id !== card.id), totals: counted(column.totals, card, -1) }
      : column,
  );
  return { ...board, columns };
}

/** The totals with one deal more or less, until the server's own are here. */
function counted(totals: Totals, { amount }: Card, sign: 1 | -1): Totals {
  const change = BigInt(sign) * BigInt(amount.amountMinor);
  const held = totals.sums.find(({ currency }) => currency === amount.currency);
  const added: Sum = { currency: amount.currency, amountMinor: String(BigInt(held?.amountMinor ?? 0) + change) };
  const sums = held ? totals.sums.map((sum) => (sum === held ? added : sum)) : [...totals.sums, added];
  return { ...totals, count: Math.max(0, totals.count + sign), sums };
}

/** The board as it will be once the moves that are under way are done. */
export function withMoves(board: Board, moves: Move[]): Board {
  return moves.reduce((now, { dealId, toStageId, afterDealId, beforeDealId }) => {
    const card = now.deals.get(dealId);
    const target = now.columns.find(({ stage }) => stage.id === toStageId);
    if (!card || !target) return card && !target ? without(now, dealId) : now;
    const rest = target.ids.filter((id) => id !== dealId);
    const after = afterDealId ? rest.indexOf(afterDealId) : -1;
    const before = beforeDealId ? rest.indexOf(beforeDealId) : -1;
    const kept = card.stage.id === toStageId && (afterDealId || beforeDealId) ? target.ids.indexOf(dealId) : 0;
    const at = after >= 0 ? after + 1 : before >= 0 ? before : Math.max(0, kept);
    const above = at > 0 ? (rest[at - 1] ?? null) : null;
    return placed(now, { ...card, stage: target.stage }, above);
  }, board);
}
