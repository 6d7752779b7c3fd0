import { createStore } from "../store";

/**
 * How the page hears of changes. `behind`: entries of the journal that were written while it was away and are
 * still coming. `refused`: access to the live connection has ended.
 */
export type Connection =
  | { state: "idle" }
  | { state: "live"; behind: number }
  | { state: "reconnecting"; since: number }
  | { state: "refused" };

export const connection = createStore<Connection>({ state: "idle" });
