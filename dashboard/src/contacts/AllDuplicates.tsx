import { Anchor, Badge, Button, Group, Paper, Skeleton, Stack, Text } from "@mantine/core";
import { IconArrowsJoin, IconUsers } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { graphql, type ResultOf } from "../kit/client/graphql";
import { useFormat } from "../kit/format/use_format";
import { useFresh } from "../kit/live/use_journal";
import { useMay } from "../kit/session/viewer";
import { Empty } from "../kit/shell/Empty";
import { Page } from "../kit/shell/Page";
import Merge from "./merge/Merge";
import { useDismiss } from "./merge/use_dismiss";
import { fullName } from "./row";

const PAIRS = graphql(`
  query DuplicatePairs($after: String) {
    duplicateContacts(first: 20, after: $after) {
      nodes {
        score reasons foundAt
        older { id givenName familyName email phone companyName createdAt company { id name } }
        newer { id givenName familyName email phone companyName createdAt company { id name } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

type Pair = ResultOf<typeof PAIRS>["duplicateContacts"]["nodes"][number];

/** Every pair of contacts who may be one person, the most likely first. */
export default function AllDuplicates() {
  const { t } = useTranslation("contacts");
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  return (
    <Page
      title={t("duplicates.title")}
      about={
        <>
          <Anchor component={Link} to={"/contacts" as "/"} size="sm" underline="always">
            {t("title")}
          </Anchor>{" "}
          · {t("duplicates.about")}
        </>
      }
    >
      <Stack maw={960}>
        {cursors.map((after, index) => (
          <Pairs key={after ?? "first"} after={after} first={index === 0} more={index === cursors.length - 1 ? (next) => setCursors([...cursors, next]) : undefined} />
        ))}
      </Stack>
    </Page>
  );
}

function Pairs({ after, first, more }: { after: string | null; first: boolean; more?: (after: string) => void }) {
  const { t } = useTranslation("contacts");
  const [result, again] = useQuery({ query: PAIRS, variables: { after } });
  const [merging, setMerging] = useState<[string, string]>();
  useFresh(again, ["contact.", "duplicate."]);
  return (
    <>
      <Answer of={result} again={again} skeleton={<Stack>{[1, 2, 3].map((one) => <Skeleton key={one} height={110} />)}</Stack>}>
        {({ duplicateContacts: { nodes, pageInfo } }) => (
          <>
            {first && !nodes.length && (
              <Empty icon={IconUsers} title={t("duplicates.none")}>
                {t("duplicates.noneBody")}
              </Empty>
            )}
            {nodes.map((pair) => (
              <Two key={`${pair.older.id} ${pair.newer.id}`} pair={pair} merge={() => setMerging([pair.older.id, pair.newer.id])} />
            ))}
            {more && pageInfo.hasNextPage && pageInfo.endCursor && (
              <Button variant="default" onClick={() => more(pageInfo.endCursor!)}>
                {t("duplicates.more")}
              </Button>
            )}
          </>
        )}
      </Answer>
      {merging && <Merge ids={merging} close={() => setMerging(undefined)} />}
    </>
  );
}

function Two({ pair, merge }: { pair: Pair; merge: () => void }) {
  const { t } = useTranslation("contacts");
  const format = useFormat();
  const may = useMay("mergeContacts");
  const mayDismiss = useMay("changeContacts");
  const dismiss = useDismiss();
  return (
    <Paper withBorder p="md" component="article">
      <Group gap="xs" mb="xs">
        <Badge variant="light" tt="none">
          {t("duplicates.score", { percent: format.percent(pair.score / 100) })}
        </Badge>
        <Text size="sm" c="dimmed">
          {pair.reasons.map((reason) => t(`duplicates.reason.${reason}`)).join(" ")}
        </Text>
      </Group>
      <Group grow align="flex-start">
        {[pair.older, pair.newer].map((one) => (
          <div key={one.id}>
            <Anchor component={Link} to={`/contacts/${one.id}` as "/"} fw={500} size="sm">
              <bdi>{fullName(one) || t("unnamed")}</bdi>
            </Anchor>
            <Text size="xs" c="dimmed">
              {[one.email, one.phone, one.company?.name ?? one.companyName].filter(Boolean).map((text) => (
                <bdi key={text} style={{ display: "block" }}>
                  {text}
                </bdi>
              ))}
              {t("merge.added", { at: format.date(one.createdAt) })}
            </Text>
          </div>
        ))}
      </Group>
      <Group gap="xs" mt="sm">
        {may && (
          <Button size="xs" leftSection={<IconArrowsJoin size={15} aria-hidden />} onClick={merge}>
            {t("merge.open")}
          </Button>
        )}
        {mayDismiss && (
          <Button size="xs" variant="default" onClick={() => void dismiss(pair.older.id, pair.newer.id)}>
            {t("duplicates.dismiss")}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
