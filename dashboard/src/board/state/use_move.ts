import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { useFailureText } from "../../kit/client/failure_text";
import { tell } from "../../kit/dialogs/notify";
import { useViewer } from "../../kit/session/viewer";
import { useBoardContext } from "../context";
import { MOVE, type Card, type StageHead } from "../documents";
import { askLossReason } from "../parts/ask_loss_reason";
import { useNameOfActor } from "../parts/use_name_of_actor";
import { placed, type Move } from "./board";
import { countAgain } from "./room";

interface Target {
  stage: Pick<StageHead, "id" | "name" | "kind">;
  afterDealId?: string;
  beforeDealId?: string;
}

/**
 * Moves a deal: shown at once, taken back when the server refuses. A stage of kind LOST asks for the reason first.
 * The answer's place counts, whatever was shown meanwhile.
 */
export function useMove() {
  const { t } = useTranslation("board");
  const { room } = useBoardContext();
  const { member } = useViewer();
  const nameOf = useNameOfActor();
  const failureText = useFailureText();
  const [act] = useAct(MOVE);

  async function move(card: Pick<Card, "id" | "title" | "stage">, target: Target, quiet = false): Promise<boolean> {
    const from = card.stage;
    const back = seenPlace(card.id);
    const overlay: Move = {
      key: crypto.randomUUID(),
      dealId: card.id,
      toStageId: target.stage.id,
      afterDealId: target.afterDealId,
      beforeDealId: target.beforeDealId,
    };
    room.moves.set((moves) => [...moves, overlay]);
    const settle = () => room.moves.set((moves) => moves.filter(({ key }) => key !== overlay.key));
    const loses = target.stage.kind === "LOST" && target.stage.id !== from.id;
    const reason = loses ? await askLossReason(card.title) : undefined;
    if (loses && !reason) {
      settle();
      return false;
    }
    const { key, ...place } = overlay;
    const other = somebodyElse(card.id);
    const done = await act({ input: { ...place, lossReasonId: reason, expectedStageId: from.id, idempotencyKey: key } }, { quiet: true });
    const moved = done.ok ? done.data.moveDeal.deal : undefined;
    if (!done.ok || !moved) {
      other.stop();
      settle();
      const why = done.ok ? "" : done.failure ? failureText(done.failure) : done.problems.map(({ message }) => message).join(" ");
      tell.failed(t("move.failed", { title: card.title, stage: from.name, why }));
      return false;
    }
    const { above, closedAt: _, lossReason: __, ...now } = moved;
    room.board.set((board) => placed(board, now, above?.id ?? null));
    settle();
    countAgain(room);
    const overtook = done.data.moveDeal.overtook;
    const undo = () => void move({ ...card, stage: now.stage }, { ...back, stage: overtook ? stageOf(overtook.id) : from }, true);
    other.stop();
    if (overtook) {
      const actor = nameOf(other.actor()) ?? t("someone");
      tell.done(t("move.overtook", { actor, title: card.title, theirs: overtook.name, stage: now.stage.name }), { undo });
    } else if (!quiet && from.id !== now.stage.id && now.stage.kind !== "OPEN") {
      tell.done(t(now.stage.kind === "WON" ? "move.won" : "move.lost", { title: card.title }), { undo });
    } else if (quiet) tell.done(t("move.undone", { title: card.title, stage: now.stage.name }));
    return true;
  }

  /** Who else moves this deal from now on: our own event may come before the answer, and hides theirs. */
  function somebodyElse(dealId: string) {
    let actor: string | undefined;
    const look = () => {
      const hint = room.hints.get().get(dealId);
      if (hint && hint.actor !== member?.id) actor = hint.actor;
    };
    look();
    return { actor: () => actor, stop: room.hints.subscribe(look) };
  }

  /** The neighbours of a card now, to bring it back to. */
  function seenPlace(dealId: string) {
    const column = room.board.get().columns.find(({ ids }) => ids.includes(dealId));
    const at = column?.ids.indexOf(dealId) ?? -1;
    return { afterDealId: column?.ids[at - 1], beforeDealId: column?.ids[at + 1] };
  }

  function stageOf(id: string): Target["stage"] {
    return room.board.get().columns.find(({ stage }) => stage.id === id)?.stage ?? { id, name: "", kind: "OPEN" };
  }

  return move;
}
