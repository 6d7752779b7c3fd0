import { UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { sameSort, type Column, type Sort } from "./column";
import classes from "./table.module.css";

interface Props {
  column: Pick<Column<never>, "label" | "width" | "sort">;
  first: boolean;
  last: boolean;
  sort: Sort | undefined;
  onSort: (sort: Sort | undefined) => void;
}

/** Sorts up, then down, then as the list comes by itself. */
export function HeadCell({ column: { label, width, sort: by }, first, last, sort, onSort }: Props) {
  const direction = by && sort && sameSort(by, sort) ? sort.direction : undefined;
  const next = { none: "ASCENDING", ASCENDING: "DESCENDING", DESCENDING: undefined } as const;
  const Arrow = direction === "DESCENDING" ? IconArrowDown : IconArrowUp;
  return (
    <div
      role="columnheader"
      aria-sort={by ? (direction ? (direction === "ASCENDING" ? "ascending" : "descending") : "none") : undefined}
      className={`${classes.cell} ${first ? classes.pin : ""} ${last ? classes.grow : ""}`}
      style={{ width }}
    >
      {by ? (
        <UnstyledButton
          className={classes.sort}
          onClick={() => {
            const to = next[direction ?? "none"];
            onSort(to && { ...by, direction: to });
          }}
        >
          <span className={classes.clip}>{label}</span>
          {direction && <Arrow size={13} aria-hidden />}
        </UnstyledButton>
      ) : (
        <span className={`${classes.sort} ${classes.clip}`}>{label}</span>
      )}
    </div>
  );
}
