import type { TFunction } from "i18next";
import { currentLanguage } from "../i18n/language";
import { inWords } from "../problems/in_words";
import type { Enum } from "./graphql";

/** One of a mutation's `userErrors`. `field`: the path in the input; empty when it concerns all of it. */
export interface Problem {
  code: Enum<"ProblemCode">;
  field: string;
  message: string;
}

/** Where a message is not known in the present language, our own sentence for the code stands in, if it says as much. */
const said = new Set<string>(["REQUIRED", "TOO_LONG", "TAKEN", "STALE", "NOT_FOUND", "NOT_ALLOWED", "WRONG_STATE"]);

/** The problems of whatever payload the answer holds. */
export function problemsOf(data: unknown, t: TFunction<"kit">): Problem[] {
  const payloads = Object.values((data ?? {}) as Record<string, { userErrors?: unknown[] } | null>);
  const found = payloads.flatMap((payload) => payload?.userErrors ?? []);
  return (found as { code?: Problem["code"]; field?: string | null; message: string }[]).map((one) => ({
    code: one.code ?? "INVALID",
    field: one.field ?? "",
    message: inWords(one.message) ?? (currentLanguage() !== "en" && one.code && said.has(one.code) ? t(`problem.${one.code}`) : one.message),
  }));
}

/** For `form.setErrors` of Mantine, which names fields by the same paths. */
export function fieldMessages(problems: Problem[]): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const { field, message } of problems) if (field) messages[field] ??= message;
  return messages;
}
