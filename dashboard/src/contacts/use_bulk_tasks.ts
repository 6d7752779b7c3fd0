import { useTranslation } from "react-i18next";
import { useClient, type AnyVariables } from "urql";
import type { TadaDocumentNode } from "gql.tada";
import { perform } from "../kit/client/act";
import { failureOf } from "../kit/client/failure";
import { useFailureText } from "../kit/client/failure_text";
import { graphql, type VariablesOf } from "../kit/client/graphql";
import { problemsOf } from "../kit/client/problems";
import type { Task, Worker } from "../records/bulk/use_bulk";

const BEFORE = graphql(`
  query ContactsBefore($ids: [ID!]!) {
    nodes(ids: $ids) { __typename id ... on Contact { version lifecycle owner { id } tags { id name } } }
  }
`);
const TAG = graphql(`
  mutation TagContacts($input: TagContactsInput!) {
    tagContacts(input: $input) { contacts { id version updatedAt tags { id name } } userErrors { code field message } }
  }
`);
const UPDATE = graphql(`
  mutation ChangeContacts($input: UpdateContactInput!) {
    updateContact(input: $input) { contact { id version lifecycle updatedAt owner { id name } } userErrors { code field message } }
  }
`);
const ARCHIVE = graphql(`
  mutation ArchiveContacts($input: ArchiveContactInput!) {
    archiveContact(input: $input) { contact { id version archivedAt } userErrors { code field message } }
  }
`);
const RESTORE = graphql(`
  mutation RestoreContacts($input: RestoreContactInput!) {
    restoreContact(input: $input) { contact { id version archivedAt } userErrors { code field message } }
  }
`);

type Change = Pick<VariablesOf<typeof UPDATE>["input"], "ownerId" | "lifecycle">;
interface Before {
  id: string;
  version: number;
  lifecycle: "PROSPECT" | "CUSTOMER" | "FORMER";
  owner: { id: string } | null;
  tags: { name: string }[];
}

/** What can be done with many contacts at once, and how each is taken back. */
export function useBulkTasks() {
  const client = useClient();
  const { t } = useTranslation(["contacts", "kit"]);
  const { t: kit } = useTranslation("kit");
  const failureText = useFailureText();

  /** Carries out one mutation; the problem in words, or undefined. */
  async function attempt<Data, Variables extends AnyVariables>(document: TadaDocumentNode<Data, Variables>, variables: Variables) {
    const { data, error } = await perform(client, document, variables);
    if (error || !data) return failureText(error ? failureOf(error) : { code: "INTERNAL", message: "" });
    const [problem] = problemsOf(data, kit);
    return problem && (problem.message || t("bulk.refused"));
  }

  async function read(ids: string[]): Promise<Map<string, Before>> {
    const { data } = await perform(client, BEFORE, { ids });
    return new Map(data?.nodes.flatMap((node) => (node?.__typename === "Contact" ? [[node.id, node] as const] : [])));
  }

  /** Each by itself with the version just read; once more when somebody came in between. */
  function changing(change: (before: Before) => Change, keep?: Map<string, Before>): Worker {
    return async (ids, report) => {
      const before = await read(ids);
      for (const id of ids) {
        let now = before.get(id);
        if (!now) {
          report(id, kit("failure.NOT_FOUND"));
          continue;
        }
        const input = change(now);
        let problem = await attempt(UPDATE, { input: { ...input, contactId: now.id, expectedVersion: now.version } });
        if (problem) {
          const fresh = (await read([id])).get(id);
          if (fresh && fresh.version !== now.version) {
            now = fresh;
            problem = await attempt(UPDATE, { input: { ...input, contactId: fresh.id, expectedVersion: fresh.version } });
          }
        }
        if (!problem) keep?.set(id, now);
        report(id, problem);
      }
    };
  }

  function tagging(add: string[], remove: string[]): Task {
    const had = new Map<string, string[]>();
    const work = (toAdd: (id: string) => string[], toRemove: (id: string) => string[]): Worker => async (ids, report) => {
      // Those to be treated alike go together.
      const groups = new Map<string, string[]>();
      for (const id of ids) {
        const key = JSON.stringify([toAdd(id), toRemove(id)]);
        groups.set(key, [...(groups.get(key) ?? []), id]);
      }
      for (const [key, group] of groups) {
        const [plus, minus] = JSON.parse(key) as [string[], string[]];
        if (!plus.length && !minus.length) {
          for (const id of group) report(id);
          continue;
        }
        const problem = await attempt(TAG, { input: { contactIds: group, add: plus, remove: minus } });
        for (const id of group) {
          report(id, problem && group.length > 1 ? await attempt(TAG, { input: { contactIds: [id], add: plus, remove: minus } }) : problem);
        }
      }
    };
    const forward = work(() => add, () => remove);
    return {
      title: t("bulk.tagging"),
      done: t("bulk.tagged"),
      work: async (ids, report) => {
        for (const [id, { tags }] of await read(ids)) had.set(id, tags.map(({ name }) => name));
        await forward(ids, report);
      },
      undo: {
        title: t("bulk.undoing"),
        done: t("bulk.undone"),
        work: work(
          (id) => remove.filter((name) => had.get(id)?.includes(name)),
          (id) => add.filter((name) => !had.get(id)?.includes(name)),
        ),
      },
    };
  }

  function setting(change: Change, title: string, done: string): Task {
    const before = new Map<string, Before>();
    return {
      title,
      done,
      work: changing(() => change, before),
      undo: {
        title: t("bulk.undoing"),
        done: t("bulk.undone"),
        work: changing(({ id }) => {
          const old = before.get(id);
          return "ownerId" in change ? { ownerId: old?.owner?.id ?? null } : { lifecycle: old?.lifecycle };
        }),
      },
    };
  }

  const each = (document: typeof ARCHIVE | typeof RESTORE): Worker => async (ids, report) => {
    for (const id of ids) report(id, await attempt(document as typeof ARCHIVE, { input: { contactId: id } }));
  };
  const archiving = { title: t("bulk.archiving"), done: t("bulk.archived"), work: each(ARCHIVE) };
  const restoring = { title: t("bulk.restoring"), done: t("bulk.restored"), work: each(RESTORE) };

  return {
    tag: (names: string[]) => tagging(names, []),
    untag: (names: string[]) => tagging([], names),
    own: (ownerId: string | null) => setting({ ownerId }, t("bulk.owning"), t("bulk.owned")),
    live: (lifecycle: Before["lifecycle"]) => setting({ lifecycle }, t("bulk.living"), t("bulk.lived")),
    archive: (): Task => ({ ...archiving, undo: restoring }),
    restore: (): Task => ({ ...restoring, undo: archiving }),
  };
}
