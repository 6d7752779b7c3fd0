import type { Model } from "./model";

/** What was, is, and was taken back. `saved` is what the server has. */
export interface History {
  past: Model[];
  now: Model;
  future: Model[];
  /** What the last edit was about, and when: typing in one field is one step. */
  last?: { about: string; at: number };
}

export type Step =
  | { kind: "edit"; model: Model; about: string; at: number }
  | { kind: "undo" }
  | { kind: "redo" }
  | { kind: "reset"; model: Model };

const together = 1_500;
const most = 200;

export const begin = (model: Model): History => ({ past: [], now: model, future: [] });

export function step(history: History, act: Step): History {
  const { past, now, future, last } = history;
  switch (act.kind) {
    case "edit": {
      const typing = last?.about === act.about && act.at - last.at < together && past.length > 0;
      return {
        past: typing ? past : [...past.slice(-most), now],
        now: act.model,
        future: [],
        last: { about: act.about, at: act.at },
      };
    }
    case "undo": {
      const before = past.at(-1);
      return before ? { past: past.slice(0, -1), now: before, future: [now, ...future] } : history;
    }
    case "redo": {
      const [next, ...rest] = future;
      return next ? { past: [...past, now], now: next, future: rest } : history;
    }
    case "reset":
      return begin(act.model);
  }
}
