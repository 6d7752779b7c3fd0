import { createContext, use } from "react";
import type { Around } from "./documents";
import type { Room } from "./state/room";

/** What the parts of the screen share: the board that is open, and the names around it. */
export const BoardContext = createContext<{ around: Around; room: Room } | null>(null);

export function useBoardContext() {
  const value = use(BoardContext);
  if (!value) throw new Error("this stands inside the board");
  return value;
}

/** Members who can be given work; those who left keep their name on what they did. */
export function usePeople() {
  const { members } = useBoardContext().around;
  return { all: members.nodes, active: members.nodes.filter(({ deactivatedAt }) => !deactivatedAt) };
}
