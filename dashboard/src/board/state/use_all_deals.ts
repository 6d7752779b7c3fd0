import { useEffect } from "react";
import { createStore, useStore } from "../../kit/store";
import { readOn, type Room } from "./room";

/** Whether a board is still being read for a filter. */
export const searching = createStore(false);

/** While filters are on, the rest of every column is read too: cards are filtered here, in the order of the board. */
export function useAllDeals(room: Room, wanted: boolean) {
  useEffect(() => {
    if (!wanted) return;
    let stopped = false;
    const readColumn = async (stageId: string) => {
      for (let more = true; more && !stopped; ) {
        const column = room.board.get().columns.find(({ stage }) => stage.id === stageId);
        if (!column?.cursor) break;
        searching.set(true);
        // A page that is already on its way is waited for.
        while (room.reading.has(stageId)) await new Promise((resume) => setTimeout(resume, 30));
        more = await readOn(room, stageId);
      }
    };
    const read = async () => {
      await Promise.all(room.board.get().columns.map(({ stage }) => readColumn(stage.id)));
      if (!stopped) searching.set(false);
    };
    void read();
    return () => {
      stopped = true;
      searching.set(false);
    };
  }, [room, wanted]);
}

export const useSearching = () => useStore(searching);
