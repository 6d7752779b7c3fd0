/** As much of an entry as its sentence needs. */
export interface Told {
  kind: string;
  actor: string;
  subject: string | null;
  object: string | null;
  data: unknown;
}

const inData = ["stage", "fromStage", "lossReason", "purpose", "form", "recipient", "assignee"];

/** Every id that the entries' sentences may name. */
export function idsOf(entries: readonly Told[]): string[] {
  return entries.flatMap(({ actor, subject, object, data }) => {
    const facts = (data ?? {}) as Record<string, unknown>;
    const ids = [actor, subject, object, ...inData.map((name) => facts[name])];
    return ids.filter((id): id is string => typeof id === "string" && id.includes("_"));
  });
}
