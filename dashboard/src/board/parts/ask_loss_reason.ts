import { createStore } from "../../kit/store";

/** The question why a deal is lost, while it is open. */
export const lossAsked = createStore<{ title: string; answer: (reasonId: string | undefined) => void } | undefined>(undefined);

/** The reason's id, or undefined when the person thinks better of it. */
export function askLossReason(title: string): Promise<string | undefined> {
  lossAsked.get()?.answer(undefined);
  return new Promise((resolve) => {
    lossAsked.set({
      title,
      answer(reasonId) {
        lossAsked.set(undefined);
        resolve(reasonId);
      },
    });
  });
}
