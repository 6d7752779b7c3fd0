import { Button, Checkbox, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef, type MouseEvent, type ReactNode, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import type { Column, Sort } from "./column";
import { HeadCell } from "./HeadCell";
import classes from "./table.module.css";
import { useGridKeys } from "./use_grid_keys";
import type { Selection } from "./use_selection";

interface Props<Row> {
  label: string;
  rows: Row[];
  columns: Column<Row>[];
  sort: Sort | undefined;
  onSort: (sort: Sort | undefined) => void;
  selection?: Selection;
  open: (row: Row, aside: boolean) => void;
  nameOf: (row: Row) => string;
  /** A row in a window of a phone's width. */
  compact: (row: Row) => ReactNode;
  total?: number;
  stale: boolean;
  complete: boolean;
  /** Near the end of what was read. */
  more: () => void;
  news: number;
  showNews: () => void;
  scroller: RefObject<HTMLDivElement | null>;
  foot?: ReactNode;
}

/** A table of any length: only the rows in sight exist, and pages are read as they come into sight. */
export function RecordTable<Row extends { id: string }>(props: Props<Row>) {
  const { rows, columns, selection, stale, complete, more, scroller, news } = props;
  const { t } = useTranslation("records");
  const base = useId();
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const height = narrow ? 62 : 42;
  const ids = rows.map(({ id }) => id);
  const virtual = useVirtualizer({
    count: rows.length + (complete ? 0 : 3),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    scrollPaddingStart: narrow ? 0 : 40,
  });
  useEffect(() => virtual.measure(), [height, virtual]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (!complete && last >= rows.length - 20) more();
  }, [last, rows.length, complete, more]);

  const { active, setActive, press } = useGridKeys({
    ids,
    selection,
    open: (index) => rows[index] && props.open(rows[index], false),
    show: (index) => virtual.scrollToIndex(index),
    perScreen: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / height) - 2),
  });
  const anchor = useRef(0);

  function click(event: MouseEvent, index: number) {
    setActive(index);
    if ((event.target as HTMLElement).closest("a, button, input, label")) return;
    const row = rows[index]!;
    if (event.shiftKey && selection) {
      selection.choose(ids.slice(Math.min(anchor.current, index), Math.max(anchor.current, index) + 1), true);
    } else props.open(row, event.metaKey || event.ctrlKey);
  }

  const width = columns.reduce((sum, column) => sum + column.width, selection ? 40 : 0);
  const every = selection && ids.length > 0 && ids.every((id) => selection.chosen.has(id));
  return (
    <div className={classes.frame}>
      {news > 0 && (
        <Button className={classes.news} size="compact-sm" radius="xl" leftSection={<IconArrowUp size={14} aria-hidden />} onClick={props.showNews}>
          {t("table.news", { count: news })}
        </Button>
      )}
      <div
        ref={scroller}
        className={classes.grid}
        role="grid"
        tabIndex={0}
        aria-label={props.label}
        aria-multiselectable={selection ? true : undefined}
        aria-rowcount={props.total === undefined ? -1 : props.total + 1}
        aria-busy={stale}
        aria-activedescendant={rows[active] && items.some(({ index }) => index === active) ? `${base}-${active}` : undefined}
        aria-describedby={`${base}-keys`}
        onKeyDown={press}
      >
        <div style={{ minWidth: narrow ? undefined : width }}>
          {!narrow && (
            <div role="rowgroup" className={classes.head}>
              <div role="row" aria-rowindex={1} className={classes.row}>
                {selection && (
                  <div role="columnheader" className={`${classes.cell} ${classes.tick}`}>
                    <Checkbox
                      size="xs"
                      aria-label={t("table.chooseAll")}
                      checked={!!every}
                      indeterminate={!every && selection.chosen.size > 0}
                      onChange={() => (every ? selection.clear() : selection.choose(ids, true))}
                    />
                  </div>
                )}
                {columns.map((column, index) => (
                  <HeadCell key={column.key} column={column} first={index === 0} last={index === columns.length - 1} sort={props.sort} onSort={props.onSort} />
                ))}
              </div>
            </div>
          )}
          <div role="rowgroup" className={`${classes.body} ${stale ? classes.stale : ""}`} style={{ height: virtual.getTotalSize() }}>
            {items.map(({ index, start }) => {
              const row = rows[index];
              const style = { height, transform: `translateY(${start}px)`, top: 0 };
              if (!row) return <Waiting key={`waiting-${index}`} index={index} style={style} />;
              const on = selection?.chosen.has(row.id) ?? false;
              return (
                <div
                  key={row.id}
                  id={`${base}-${index}`}
                  role="row"
                  aria-rowindex={index + 2}
                  aria-selected={selection ? on : undefined}
                  data-active={index === active || undefined}
                  data-id={row.id}
                  className={classes.row}
                  style={style}
                  onClick={(event) => click(event, index)}
                >
                  {selection && (
                    <div role="gridcell" className={`${classes.cell} ${classes.tick}`}>
                      <Checkbox
                        size="xs"
                        tabIndex={-1}
                        aria-label={t("table.choose", { name: props.nameOf(row) })}
                        checked={on}
                        onChange={() => (selection.choose([row.id], !on), (anchor.current = index), scroller.current?.focus({ preventScroll: true }))}
                      />
                    </div>
                  )}
                  {narrow ? (
                    <div role="gridcell" className={`${classes.cell} ${classes.grow}`} style={{ flex: "1 1 0" }}>
                      {props.compact(row)}
                    </div>
                  ) : (
                    columns.map((column, at) => (
                      <div
                        key={column.key}
                        role="gridcell"
                        className={`${classes.cell} ${at === 0 ? classes.pin : ""} ${at === columns.length - 1 ? classes.grow : ""}`}
                        style={{ width: column.width }}
                      >
                        {column.cell(row)}
                      </div>
                    ))
                  )}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      <div className={classes.foot}>
        {props.foot}
        <small id={`${base}-keys`} className={classes.keys} style={{ color: "var(--mantine-color-dimmed)" }}>
          {t(selection ? "table.keys" : "table.keysOpen")}
        </small>
      </div>
    </div>
  );
}

function Waiting({ index, style }: { index: number; style: { height: number; transform: string } }) {
  return (
    <div role="row" aria-rowindex={index + 2} className={classes.row} style={style} aria-busy>
      <div role="gridcell" className={classes.cell} style={{ flex: 1 }}>
        <Skeleton height={12} width={`${45 + ((index * 17) % 40)}%`} />
      </div>
    </div>
  );
}
