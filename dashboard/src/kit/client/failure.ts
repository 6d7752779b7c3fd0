import type { CombinedError } from "urql";

/** Why an operation was not carried out. `extensions.code` of docs/api.md, or a network that is away. */
export interface Failure {
  code: string;
  /** For the support: the request's id when the server failed. */
  requestId?: string;
  /** How long the server asks to wait. */
  retryAfterMs?: number;
  /** The server's own words, for codes that we have no sentence for. */
  message: string;
}

/** The codes that `kit:failure.CODE` has a sentence for. */
export const explained = new Set([
  "OFFLINE",
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "SECOND_FACTOR_REQUIRED",
  "NOT_FOUND",
  "CONFLICT",
  "BUSY",
  "INTERNAL",
  "TIMEOUT",
  "TOO_COMPLEX",
]);

export function failureOf(error: CombinedError): Failure {
  const [first] = error.graphQLErrors;
  if (!first) return { code: "OFFLINE", message: error.message };
  const { code, requestId, retryAfterMs } = first.extensions as Record<string, unknown>;
  return {
    code: typeof code === "string" ? code : "INTERNAL",
    requestId: typeof requestId === "string" ? requestId : undefined,
    retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : undefined,
    message: first.message,
  };
}
