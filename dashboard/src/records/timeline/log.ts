import { graphql } from "../../kit/client/graphql";

export const LOG = graphql(`
  mutation LogActivity($input: LogActivityInput!) {
    logActivity(input: $input) { activity { id } notices { field message } userErrors { code field message } }
  }
`);
export const ARCHIVE_ACTIVITY = graphql(`
  mutation ArchiveActivity($input: ArchiveActivityInput!) {
    archiveActivity(input: $input) { activity { id archivedAt } userErrors { code field message } }
  }
`);
export const RESTORE_ACTIVITY = graphql(`
  mutation RestoreActivity($input: RestoreActivityInput!) {
    restoreActivity(input: $input) { activity { id archivedAt } userErrors { code field message } }
  }
`);
export const FINISH = graphql(`
  mutation FinishTask($input: FinishTaskInput!) {
    finishTask(input: $input) { activity { id doneAt version } userErrors { code field message } }
  }
`);
export const REOPEN = graphql(`
  mutation ReopenTask($input: ReopenTaskInput!) {
    reopenTask(input: $input) { activity { id doneAt version } userErrors { code field message } }
  }
`);

export const kinds = ["NOTE", "CALL", "MEETING", "EMAIL", "TASK"] as const;
export type Kind = (typeof kinds)[number];

/** The one line that the API wants of a text, and the rest. A short text is its own line. */
export function splitNote(text: string): { subject: string; body: string } {
  const whole = text.trim();
  const [first = "", ...rest] = whole.split("\n");
  if (!rest.some((line) => line.trim()) && [...first].length <= 140) return { subject: first, body: "" };
  const letters = [...first.trim()];
  if (letters.length <= 140) return { subject: first.trim(), body: rest.join("\n").trim() };
  // A long first line begins the subject, and stands whole in the text.
  const cut = letters.slice(0, 100).join("");
  const word = cut.replace(/\s+\S*$/u, "");
  return { subject: `${word.length > 40 ? word : cut}…`, body: whole };
}
