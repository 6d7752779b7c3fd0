import { useTranslation } from "react-i18next";
import { graphql, type Enum, type ResultOf } from "../../kit/client/graphql";

export const RULE = graphql(`
  fragment Rule on RetentionRule {
    id subject tables lifecycle clock months warnDays justification preset version createdAt archivedAt
    purpose { id currentVersion { id texts { language title } } }
  }
`);
export type Rule = ResultOf<typeof RULE>;

export const subjects = ["CONTACTS", "SUBMISSIONS", "EVIDENCE", "REQUESTS", "SUPPRESSIONS", "MAILS", "USAGE", "BREACHES"] as const satisfies readonly Enum<"RetentionSubject">[];
export const lifecycles = ["PROSPECT", "CUSTOMER", "FORMER"] as const satisfies readonly Enum<"Lifecycle">[];

/** The clock that a subject has; contacts choose between two. */
export const clocksOf: Record<Enum<"RetentionSubject">, readonly Enum<"RetentionClock">[]> = {
  CONTACTS: ["LAST_CONTACT", "RELATION_END"],
  SUBMISSIONS: ["CREATED"],
  EVIDENCE: ["ENDED"],
  REQUESTS: ["ENDED"],
  SUPPRESSIONS: ["CREATED"],
  MAILS: ["CREATED"],
  USAGE: ["ENDED"],
  BREACHES: ["ENDED"],
};

/** How a rule is called: what it ends. */
export function useRuleName() {
  const { t } = useTranslation("privacy/retention");
  return ({ subject, lifecycle }: Pick<Rule, "subject" | "lifecycle">) =>
    subject === "CONTACTS" ? t(`contacts.${lifecycle ?? "ALL"}`) : t(`subject.${subject}`);
}
