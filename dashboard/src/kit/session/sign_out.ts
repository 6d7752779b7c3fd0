import { useCallback } from "react";
import { useAct } from "../client/act";
import { graphql } from "../client/graphql";
import { mayLeave } from "../shell/unsaved";

const SIGN_OUT = graphql(`mutation SignOut { signOut { __typename } }`);

/** Ends the session, and leaves nothing of it in this page. */
export function useSignOut() {
  const [end] = useAct(SIGN_OUT);
  return useCallback(async () => {
    if (!(await mayLeave())) return;
    const done = await end({});
    if (done.ok || done.failure?.code === "UNAUTHENTICATED") location.assign("/sign-in");
  }, [end]);
}
