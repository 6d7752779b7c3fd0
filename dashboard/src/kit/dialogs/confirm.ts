import type { ReactNode } from "react";
import { createStore } from "../store";

interface Question {
  title: string;
  /** What will happen, and whether it can be undone. */
  body: ReactNode;
  /** The verb on the button: "Delete", never "OK". */
  action: string;
  /** For what cannot be undone. */
  danger?: boolean;
}

/** The question that is open now. */
export const confirmAsked = createStore<(Question & { answer: (yes: boolean) => void }) | undefined>(undefined);

/** Asks before something that cannot be undone. What can be undone is done at once, with an undo. */
export function confirm(question: Question): Promise<boolean> {
  confirmAsked.get()?.answer(false);
  return new Promise((resolve) => {
    confirmAsked.set({
      ...question,
      answer(yes) {
        confirmAsked.set(undefined);
        resolve(yes);
      },
    });
  });
}
