import { useEffect, useEffectEvent } from "react";
import { recall, remember } from "../remembered";
import { createStore } from "../store";

export interface Shortcut {
  /** `?`, `c`, `g d` (one after the other), `mod+k` or `mod+shift+z` (⌘ on a Mac, Ctrl elsewhere). */
  keys: string;
  /** What it does, for the help. */
  label: string;
  run: () => void;
}

export const shortcuts = createStore<Shortcut[]>([]);

/** Single letters can be switched off: they get in the way of speech control (WCAG 2.1.4). */
export const singleKeys = createStore(recall("single-keys") !== "off");

export function switchSingleKeys(on: boolean) {
  remember("single-keys", on ? "on" : "off");
  singleKeys.set(on);
}

/** Shortcuts that hold while the component is shown, and stand in the help. */
export function useShortcuts(list: Shortcut[]) {
  const key = list.map(({ keys, label }) => `${keys} ${label}`).join("|");
  const run = useEffectEvent((index: number) => list[index]?.run());
  const named = useEffectEvent(() => list.map((one, index) => ({ ...one, run: () => run(index) })));
  useEffect(() => {
    const mine = named();
    shortcuts.set((old) => [...old, ...mine]);
    return () => shortcuts.set((old) => old.filter((one) => !mine.includes(one)));
  }, [key]);
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName) || target.role === "combobox");

/** Listens for all of them; once, in the shell. */
export function useShortcutKeys() {
  useEffect(() => {
    let first = "";
    let forget: ReturnType<typeof setTimeout> | undefined;
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.altKey) return;
      const mod = event.metaKey || event.ctrlKey;
      const key = event.key.toLowerCase();
      if (!mod && (typing(event.target) || !singleKeys.get() || document.querySelector('[aria-modal="true"]'))) return;
      const all = shortcuts.get();
      // The newest first: what stands in front of the rest answers.
      const found = all.findLast(({ keys }) => keys === (mod ? `mod+${event.shiftKey ? "shift+" : ""}${key}` : first ? `${first} ${key}` : key));
      clearTimeout(forget);
      if (found) {
        first = "";
        event.preventDefault();
        found.run();
      } else {
        first = !mod && all.some(({ keys }) => keys.startsWith(`${key} `)) ? key : "";
        forget = setTimeout(() => (first = ""), 1_500);
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

const mac = /mac|iphone|ipad/i.test(navigator.userAgent);

/** The keys as they are written on the keyboard. */
export const written = (keys: string) =>
  keys.split(" ").map((one) => one.split("+").map((part) => (part === "mod" ? (mac ? "⌘" : "Ctrl") : part.toUpperCase())));
