import { useRef, useState } from "react";

/** Does up to a hundred at a time, and reports each one: with a problem when it was not done. */
export type Worker = (ids: string[], report: (id: string, problem?: string) => void) => Promise<void>;

export interface Task {
  /** "Change the owner", for the heading of the progress. */
  title: string;
  /** "Owner changed", for the result. */
  done: string;
  work: Worker;
  /** Takes back what was done. Not for what cannot be taken back. */
  undo?: { title: string; done: string; work: Worker };
}

export interface Progress {
  title: string;
  doneText: string;
  total: number;
  done: string[];
  failed: { id: string; problem: string }[];
  state: "running" | "stopped" | "finished";
  undo?: Task["undo"];
}

/** Runs a task over many, shows how far it is, can be stopped, and says honestly what became of each. */
export function useBulk() {
  const [progress, setProgress] = useState<Progress>();
  const stopped = useRef(false);

  async function run(ids: string[], { title, done: doneText, work, undo }: Task) {
    stopped.current = false;
    const done: string[] = [];
    const failed: Progress["failed"] = [];
    const show = (state: Progress["state"]) =>
      setProgress({ title, doneText, total: ids.length, done: [...done], failed: [...failed], state, undo: state === "running" ? undefined : undo });
    show("running");
    for (const part of chunks(ids, 100)) {
      if (stopped.current) break;
      await work(part, (id, problem) => {
        if (problem === undefined) done.push(id);
        else failed.push({ id, problem });
        show("running");
        if (stopped.current) throw new Stopped();
      }).catch((error: unknown) => {
        if (!(error instanceof Stopped)) throw error;
      });
    }
    show(stopped.current ? "stopped" : "finished");
  }

  return {
    progress,
    run,
    stop: () => void (stopped.current = true),
    close: () => setProgress(undefined),
    takeBack() {
      const now = progress;
      if (now?.undo && now.state !== "running") void run(now.done, now.undo);
    },
  };
}

class Stopped extends Error {}

export function* chunks<Item>(list: Item[], size: number) {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
