import { createStore } from "../store";

/** The question for the second factor that is open now. */
export const stepUpAsked = createStore<{ answer: (done: boolean) => void } | undefined>(undefined);

let waiting: Promise<boolean> | undefined;

/** Has the member prove again who they are; true once they did. Acts that ask at the same time share one dialog. */
export function askStepUp(): Promise<boolean> {
  waiting ??= new Promise<boolean>((resolve) => {
    stepUpAsked.set({
      answer(done) {
        stepUpAsked.set(undefined);
        waiting = undefined;
        resolve(done);
      },
    });
  });
  return waiting;
}
