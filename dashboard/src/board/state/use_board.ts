import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useClient, type CombinedError } from "urql";
import { useJournal } from "../../kit/live/use_journal";
import { useLive } from "../../kit/live/use_live";
import { recall, remember } from "../../kit/remembered";
import { useStore } from "../../kit/store";
import { FOLLOW_BOARD, type BoardEvent } from "../documents";
import { arrive } from "./arrive";
import { withMoves } from "./board";
import { openRoom, rememberedRoom, type Opened, type Room } from "./room";

export interface BoardResult {
  data?: Opened;
  error?: CombinedError;
  fetching: boolean;
  stale: boolean;
}

/** The board of a pipeline, read once and then followed. Without `pipeline`: the one that was open here last. */
export function useBoard(pipeline: string | undefined): [BoardResult, () => void] {
  const client = useClient();
  const wanted = pipeline ?? recall("board.pipeline");
  const [result, setResult] = useState<BoardResult>(() => ({ data: rememberedRoom(client, wanted), fetching: true, stale: false }));
  const asked = useRef(0);

  const read = useCallback(
    async (fresh: boolean) => {
      const mine = ++asked.current;
      const known = fresh ? undefined : rememberedRoom(client, wanted);
      if (known) return setResult({ data: known, fetching: false, stale: false });
      setResult((old) => ({ ...old, fetching: true, data: old.data?.room && old.data.room.pipelineId !== wanted && wanted ? undefined : old.data }));
      try {
        const data = await openRoom(client, wanted);
        if (mine !== asked.current) return;
        if (data.room) remember("board.pipeline", data.room.pipelineId);
        setResult({ data, fetching: false, stale: false });
      } catch (error) {
        if (mine === asked.current) setResult((old) => ({ ...old, error: error as CombinedError, fetching: false }));
      }
    },
    [client, wanted],
  );
  useEffect(() => void read(false), [read]);

  const room = result.data?.room;
  useFollow(room, () => void read(true));
  // Stages, pipelines, members and reasons frame the board: it is read again when one of them changes.
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useJournal(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void read(true), 500);
  }, ["pipeline.", "stage.", "loss_reason.", "member."]);
  return [result, () => void read(true)];
}

function useFollow(room: Room | undefined, lost: () => void) {
  const from = useMemo(() => ({ pipeline: room?.pipelineId ?? "", after: room?.position }), [room]);
  const flush = useRef(false);
  const last = useRef(0);
  useLive(FOLLOW_BOARD, from, {
    pause: !room,
    lost,
    heard({ pipelineChanged }) {
      if (!room) return;
      room.queue.push(pipelineChanged as BoardEvent);
      if (flush.current) return;
      flush.current = true;
      const go = () => {
        flush.current = false;
        last.current = performance.now();
        arrive(room);
      };
      // A single event with the next frame, a flood twenty times a second; a window that nobody sees draws no frames.
      if (document.hidden || performance.now() - last.current < 50) setTimeout(go, 50);
      else requestAnimationFrame(go);
    },
  });
}

/** The board as it is shown: what the server said, with the moves that are under way. */
export function useView(room: Room) {
  const board = useStore(room.board);
  const moves = useStore(room.moves);
  return useMemo(() => withMoves(board, moves), [board, moves]);
}
