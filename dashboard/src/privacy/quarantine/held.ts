import { graphql, type ResultOf } from "../../kit/client/graphql";
import { PERSON } from "../parts/person";

/** A text that was held back, without what it says. */
export const HELD = graphql(
  `fragment Held on QuarantinedText { id source recordId field contact { ...Person } state author heldAt decidedAt ground }`,
  [PERSON],
);

export type Held = ResultOf<typeof HELD>;
