import { Button, Group } from "@mantine/core";
import type { TadaDocumentNode } from "gql.tada";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useQuery, type AnyVariables } from "urql";
import { useFresh } from "../live/use_journal";
import { Answer } from "./Answer";

interface Connection<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface Props<Data, Node> {
  /** It takes `$first` and `$after`. */
  query: TadaDocumentNode<Data, any>;
  variables?: AnyVariables;
  connection: (data: Data) => Connection<Node>;
  /** Journal kinds after which every page is read again, like `tag.`. */
  kinds: readonly string[];
  size?: number;
  skeleton: ReactNode;
  empty: ReactNode;
  children: (nodes: Node[]) => ReactNode;
}

/** A long list, page by page. Each page begins where the one before ends now, so nothing is missed when rows come or go. */
export function Pages<Data, Node>(props: Props<Data, Node>) {
  const [count, setCount] = useState(1);
  return <OnePage {...props} first left={count} more={() => setCount(count + 1)} />;
}

interface OneProps<Data, Node> extends Props<Data, Node> {
  after?: string;
  first?: boolean;
  left: number;
  more: () => void;
}

function OnePage<Data, Node>(props: OneProps<Data, Node>) {
  const { query, variables, connection, kinds, size = 50, skeleton, empty, children, after, first, left, more } = props;
  const { t } = useTranslation("kit");
  const [result, again] = useQuery({ query, variables: { ...variables, first: size, after: after ?? null } });
  useFresh(again, kinds);
  return (
    <Answer of={result} again={again} skeleton={skeleton}>
      {(data) => {
        const { nodes, pageInfo } = connection(data as Data);
        if (first && !nodes.length) return empty;
        return (
          <>
            {children(nodes)}
            {pageInfo.hasNextPage && left > 1 && <OnePage {...props} first={false} after={pageInfo.endCursor ?? undefined} left={left - 1} />}
            {pageInfo.hasNextPage && left === 1 && (
              <Group justify="center" mt="md">
                <Button variant="default" size="sm" onClick={more}>
                  {t("more")}
                </Button>
              </Group>
            )}
          </>
        );
      }}
    </Answer>
  );
}
