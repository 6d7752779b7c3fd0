import { Skeleton, Stack } from "@mantine/core";
import type { TadaDocumentNode } from "gql.tada";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { useFresh } from "../../kit/live/use_journal";
import classes from "./parts.module.css";

interface Connection<Node> {
  nodes: Node[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface Props<Data, Node> {
  /** A query with `$first` and `$after`. */
  document: TadaDocumentNode<Data, any>;
  variables?: Record<string, unknown>;
  of: (data: Data) => Connection<Node>;
  row: (node: Node) => ReactNode;
  empty: ReactNode;
  label: string;
  /** Kinds of journal entries after which the list is read again. */
  fresh: readonly string[];
  /** Rows of one page: fewer where each row asks for much. */
  size?: number;
}

/** A register, read page by page as one scrolls. Only the pages near the window are in the document. */
export function Pages<Data, Node extends { id: string }>(props: Props<Data, Node>) {
  return <Sequence key={JSON.stringify(props.variables ?? {})} {...props} />;
}

function Sequence<Data, Node extends { id: string }>(props: Props<Data, Node>) {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const [first, setFirst] = useState<First>("rows");
  const rows = first === "rows";
  return (
    <>
      <div className={rows ? classes.list : undefined} role={rows ? "list" : undefined} aria-label={rows ? props.label : undefined}>
        {cursors.map((after, index) => (
          <One
            key={after ?? ""}
            {...props}
            after={after}
            told={index === 0 ? setFirst : undefined}
            more={index === cursors.length - 1 ? (next) => setCursors((old) => (old.includes(next) ? old : [...old, next])) : undefined}
          />
        ))}
      </div>
      {first === "nothing" && props.empty}
    </>
  );
}

/** What the first page turned out to hold. */
type First = "rows" | "nothing" | "failure";

interface OneProps<Data, Node> extends Props<Data, Node> {
  after: string | null;
  told?: (first: First) => void;
  more?: (cursor: string) => void;
}

function One<Data, Node extends { id: string }>({ document, variables, of, row, fresh, size = 50, after, told, more }: OneProps<Data, Node>) {
  const [result, again] = useQuery({ query: document, variables: { ...variables, first: size, after } });
  const { ref, near, height } = useNear();
  useFresh(again, fresh);
  const connection = result.data && of(result.data);
  const first: First = connection?.nodes.length === 0 ? "nothing" : !connection && result.error ? "failure" : "rows";
  useEffect(() => told?.(first), [first, told]);
  const next = connection?.pageInfo.hasNextPage ? connection.pageInfo.endCursor : null;
  return (
    <div role="none" ref={ref} style={near ? undefined : { height }}>
      {near && (
        <Answer of={result} again={again} skeleton={<Outline />}>
          {(data) =>
            of(data).nodes.map((node) => (
              <div role="listitem" key={node.id}>
                {row(node)}
              </div>
            ))
          }
        </Answer>
      )}
      {next && more && <Sentinel reached={() => more(next)} />}
    </div>
  );
}

const Outline = () => (
  <Stack gap={1} p="xs">
    {[1, 2, 3, 4].map((line) => (
      <Skeleton key={line} height={44} />
    ))}
  </Stack>
);

function Sentinel({ reached }: { reached: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && reached(), { rootMargin: "800px" });
    if (ref.current) watch.observe(ref.current);
    return () => watch.disconnect();
  });
  return <div ref={ref} role="none" />;
}

/** Whether the block is near the window, and how high it was while it was. */
function useNear() {
  const ref = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(true);
  const [height, setHeight] = useState(0);
  useEffect(() => {
    const block = ref.current;
    if (!block) return;
    const watch = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        const focused = block.contains(globalThis.document.activeElement);
        if (!entry.isIntersecting && !focused && entry.boundingClientRect.height > 0) setHeight(entry.boundingClientRect.height);
        setNear(entry.isIntersecting || focused || entry.boundingClientRect.height === 0);
      },
      { rootMargin: "1200px" },
    );
    watch.observe(block);
    return () => watch.disconnect();
  }, []);
  return { ref, near, height };
}
