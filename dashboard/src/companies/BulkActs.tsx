import { Button } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconUser } from "@tabler/icons-react";
import type { TadaDocumentNode } from "gql.tada";
import { useTranslation } from "react-i18next";
import { useClient, type AnyVariables } from "urql";
import { perform } from "../kit/client/act";
import { failureOf } from "../kit/client/failure";
import { useFailureText } from "../kit/client/failure_text";
import { graphql } from "../kit/client/graphql";
import { problemsOf } from "../kit/client/problems";
import { Ask } from "../records/bulk/ask";
import type { Task, Worker } from "../records/bulk/use_bulk";
import { MemberSelect } from "../records/pick/MemberSelect";
import { ARCHIVE, RESTORE, UPDATE } from "./documents";

const BEFORE = graphql(`query CompaniesBefore($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Company { version owner { id } } } }`);

interface Before {
  id: string;
  version: number;
  owner: { id: string } | null;
}

/** What can be done with many companies at once. */
export function BulkActs({ archived, go }: { archived: boolean; go: (task: Task) => void }) {
  const { t } = useTranslation("companies");
  const { t: kit } = useTranslation("kit");
  const client = useClient();
  const failureText = useFailureText();
  const icon = { size: 15, "aria-hidden": true } as const;

  async function attempt<Data, Variables extends AnyVariables>(document: TadaDocumentNode<Data, Variables>, variables: Variables) {
    const { data, error } = await perform(client, document, variables);
    if (error || !data) return failureText(error ? failureOf(error) : { code: "INTERNAL", message: "" });
    return problemsOf(data, kit)[0]?.message;
  }

  function owning(ownerOf: (before: Before) => string | null, keep?: Map<string, string | null>): Worker {
    return async (ids, report) => {
      const { data } = await perform(client, BEFORE, { ids });
      const before = new Map(data?.nodes.flatMap((node) => (node?.__typename === "Company" ? [[node.id, node as Before] as const] : [])));
      for (const id of ids) {
        const now = before.get(id);
        if (!now) {
          report(id, kit("failure.NOT_FOUND"));
          continue;
        }
        const problem = await attempt(UPDATE, { input: { companyId: id, expectedVersion: now.version, ownerId: ownerOf(now) } });
        if (!problem) keep?.set(id, now.owner?.id ?? null);
        report(id, problem);
      }
    };
  }
  const each = (document: typeof ARCHIVE): Worker => async (ids, report) => {
    for (const id of ids) report(id, await attempt(document, { input: { companyId: id } }));
  };
  const archiving = { title: t("bulk.archiving"), done: t("bulk.archived"), work: each(ARCHIVE) };
  const restoring = { title: t("bulk.restoring"), done: t("bulk.restored"), work: each(RESTORE as unknown as typeof ARCHIVE) };

  if (archived) {
    return (
      <Button size="compact-sm" variant="default" leftSection={<IconArchiveOff {...icon} />} onClick={() => go({ ...restoring, undo: archiving })}>
        {t("bulk.restore")}
      </Button>
    );
  }
  return (
    <>
      <Ask
        label={t("bulk.owner")}
        icon={<IconUser {...icon} />}
        start={{ id: null as string | null }}
        input={({ id }, set) => <MemberSelect label={t("field.owner")} value={id} onChange={(next) => set({ id: next })} autoFocus />}
        ready={() => true}
        go={({ id }) => {
          const old = new Map<string, string | null>();
          go({
            title: t("bulk.owning"),
            done: t("bulk.owned"),
            work: owning(() => id, old),
            undo: { title: t("bulk.undoing"), done: t("bulk.undone"), work: owning((before) => old.get(before.id) ?? null) },
          });
        }}
      />
      <Button size="compact-sm" variant="default" leftSection={<IconArchive {...icon} />} onClick={() => go({ ...archiving, undo: restoring })}>
        {t("bulk.archive")}
      </Button>
    </>
  );
}
