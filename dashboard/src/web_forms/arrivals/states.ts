import type { Enum } from "../../kit/client/graphql";

export type State = Enum<"SubmissionState">;

/** In the order in which they interest. */
export const states: State[] = ["RECEIVED", "WAITING", "ACCEPTED", "ALREADY_KNOWN", "DECLINED", "EXPIRED", "BOUNCED", "DISCARDED"];
