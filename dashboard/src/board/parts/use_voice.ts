import { useEffect, useState } from "react";
import type { Board } from "../state/board";
import type { Hint } from "../state/room";

/** The newest move by somebody else, for the live region: at most one every two seconds, so that it can be heard. */
export function useVoice(hints: Map<string, Hint>, board: Board, me: string | undefined) {
  const [said, setSaid] = useState<{ actor: string; title: string; stage: string; at: number }>();
  useEffect(() => {
    const [dealId, hint] = [...hints].filter(([, { actor }]) => actor !== me).sort(([, one], [, other]) => other.at - one.at)[0] ?? [];
    const card = dealId && board.deals.get(dealId);
    if (!hint || !card || (said && hint.at <= said.at)) return;
    const timer = setTimeout(() => setSaid({ actor: hint.actor, title: card.title, stage: card.stage.name, at: hint.at }), said && Date.now() - said.at < 2_000 ? 2_000 : 0);
    return () => clearTimeout(timer);
  }, [hints, board, me, said]);
  return said;
}
