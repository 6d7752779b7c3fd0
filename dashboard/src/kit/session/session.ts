import { createStore } from "../store";

/**
 * Whether this browser is signed in. `over`: it was, and the session ended elsewhere or by time; what the person
 * was doing stays on the page behind the sign-in.
 */
export type SessionState = "unknown" | "out" | "in" | "over";

export const session = createStore<SessionState>("unknown");

/** The server says that there is no session (any more). */
export function sessionOver() {
  session.set((old) => (old === "in" || old === "over" ? "over" : "out"));
}
