import { Skeleton, Stack } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { useFresh } from "../kit/live/use_journal";
import { NotFound } from "../kit/shell/NotFound";
import { FormEditor } from "./FormEditor";
import { FORM } from "./form_query";

/** One form: its builder, versions, ways to embed it, and what came in. */
export default function FormPage() {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  const [result, again] = useQuery({ query: FORM, variables: { id } });
  useFresh(again, ["form.", "purpose.", "stage.", "pipeline.", "workspace."]);
  return (
    <Answer of={result} again={again} skeleton={<Outline />}>
      {({ form, purposes, pipelines, members, viewer }) =>
        form ? (
          <FormEditor key={form.id} form={form} around={{ purposes, pipelines, members: members.nodes, controller: viewer.workspace }} again={again} />
        ) : (
          <NotFound />
        )
      }
    </Answer>
  );
}

function Outline() {
  return (
    <Stack p="lg">
      <Skeleton height={28} width={280} />
      <Skeleton height={34} width={420} />
      <Skeleton height={420} />
    </Stack>
  );
}
