import { useState, type KeyboardEvent } from "react";
import type { Selection } from "./use_selection";

interface Options {
  ids: string[];
  selection?: Selection;
  open: (index: number) => void;
  show: (index: number) => void;
  /** How many rows fit into the window. */
  perScreen: () => number;
}

/** Arrows go, space chooses, Shift extends, Enter opens, Escape lets go: as lists of the desk do. */
export function useGridKeys({ ids, selection, open, show, perScreen }: Options) {
  const [active, setActive] = useState(0);
  const current = Math.min(active, Math.max(ids.length - 1, 0));

  function go(index: number, extend: boolean) {
    const target = Math.max(0, Math.min(ids.length - 1, index));
    if (extend && selection) selection.choose(ids.slice(Math.min(current, target), Math.max(current, target) + 1), true);
    setActive(target);
    show(target);
  }

  function press(event: KeyboardEvent<HTMLElement>) {
    // What stands inside, such as a head that sorts, has keys of its own.
    if (event.target !== event.currentTarget || !ids.length || event.altKey) return;
    const mod = event.ctrlKey || event.metaKey;
    const steps: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + perScreen(),
      PageUp: current - perScreen(),
      Home: 0,
      End: ids.length - 1,
      j: current + 1,
      k: current - 1,
    };
    const target = mod && event.key.length === 1 ? undefined : steps[event.key];
    const id = ids[current]!;
    if (target !== undefined) go(target, event.shiftKey);
    else if (event.key === "Enter") open(current);
    else if (event.key === " " && selection) selection.choose([id], !selection.chosen.has(id));
    else if (mod && event.key === "a" && selection) selection.choose(ids, true);
    else if (event.key === "Escape" && selection?.chosen.size) selection.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return { active: current, setActive, press };
}
