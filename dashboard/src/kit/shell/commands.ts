import type { Icon } from "@tabler/icons-react";
import { useEffect, useEffectEvent } from "react";
import { createStore } from "../store";

/** Something that the palette offers by name. */
export interface Command {
  id: string;
  label: string;
  /** Other words by which people look for it. */
  words?: string;
  icon?: Icon;
  /** Its shortcut, shown beside it: register it with `useShortcuts`. */
  keys?: string;
  run: () => void;
}

export const commands = createStore<Command[]>([]);
export const paletteOpen = createStore(false);

/** Commands that the palette offers while the component is shown. */
export function useCommands(list: Command[]) {
  const key = list.map(({ id, label }) => `${id} ${label}`).join("|");
  const run = useEffectEvent((id: string) => list.find((one) => one.id === id)?.run());
  const named = useEffectEvent(() => list.map((one) => ({ ...one, run: () => run(one.id) })));
  useEffect(() => {
    const mine = named();
    commands.set((old) => [...old, ...mine]);
    return () => commands.set((old) => old.filter((one) => !mine.includes(one)));
  }, [key]);
}
