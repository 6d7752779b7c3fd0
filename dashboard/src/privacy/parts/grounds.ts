import type { Enum } from "../../kit/client/graphql";

export const erasureGrounds = [
  "NO_LONGER_NECESSARY",
  "CONSENT_WITHDRAWN",
  "OBJECTION",
  "UNLAWFUL",
  "LEGAL_OBLIGATION",
  "CHILD_SERVICE",
  "RETENTION_ELAPSED",
] as const satisfies readonly Enum<"ErasureGround">[];
