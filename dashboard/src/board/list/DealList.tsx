import { Badge, Group, Skeleton, Text } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCoin, IconFilterOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Answer } from "../../kit/client/Answer";
import { Ago } from "../../kit/format/Ago";
import { useFormat } from "../../kit/format/use_format";
import { Empty } from "../../kit/shell/Empty";
import { useBoardContext } from "../context";
import type { Card } from "../documents";
import type { BoardSearch } from "../search";
import { anyFilter, filtersOf } from "../state/filter";
import { Initials } from "../parts/Initials";
import { useDeals } from "./use_deals";
import classes from "../parts/board.module.css";

const columns = [
  { name: "title", order: "TITLE" },
  { name: "stage" },
  { name: "company" },
  { name: "amount", order: "AMOUNT" },
  { name: "owner" },
  { name: "close", order: "EXPECTED_CLOSE_ON" },
  { name: "updated", order: "UPDATED_AT" },
] as const;

interface Props {
  search: BoardSearch;
  change: (search: Partial<BoardSearch>) => void;
}

/** The same deals as lines that can be sorted. Page after page is read as one scrolls; only lines in view are drawn. */
export default function DealList({ search, change }: Props) {
  const { t } = useTranslation("board");
  const { room } = useBoardContext();
  const filters = filtersOf(search);
  const sort = columns.find((one) => one.name === search.sort?.replace("-", "") && "order" in one);
  const descending = search.sort?.startsWith("-") ?? false;
  const orderBy = sort && "order" in sort ? { field: sort.order, direction: descending ? ("DESCENDING" as const) : ("ASCENDING" as const) } : null;
  const { rows, more, again } = useDeals(room, filters, orderBy);
  const box = useRef<HTMLDivElement>(null);
  const cards = rows?.cards ?? [];
  const virtual = useVirtualizer({ count: cards.length, getScrollElement: () => box.current, estimateSize: () => 44, overscan: 10, getItemKey: (index) => cards[index]?.id ?? index });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const wanted = Boolean(rows?.cursor && !rows.fetching && !rows.error && last >= cards.length - 15);
  useEffect(() => {
    if (wanted) void more();
  }, [wanted, more]);

  function press(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const line = (event.target as HTMLElement).closest<HTMLElement>("[data-index]");
    if (!step || !line) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(cards.length - 1, Number(line.dataset.index) + step));
    virtual.scrollToIndex(next);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus());
  }

  const skeleton = Array.from({ length: 10 }, (_, line) => <Skeleton key={line} height={28} my={12} mx={12} w="auto" />);
  return (
    <div ref={box} className={classes.tableBox} onKeyDown={press}>
      <div role="table" aria-label={t("list.label")} aria-rowcount={rows?.cursor ? -1 : cards.length + 1} aria-busy={rows?.fetching}>
        <div role="rowgroup">
          <div role="row" className={`${classes.line} ${classes.lineHead}`}>
            {columns.map((column) => {
              const active = sort?.name === column.name;
              return (
                <div key={column.name} role="columnheader" className={column.name === "amount" ? classes.money : undefined} aria-sort={active ? (descending ? "descending" : "ascending") : undefined}>
                  {"order" in column ? (
                    <button type="button" className={classes.sort} onClick={() => change({ sort: !active ? column.name : descending ? undefined : `-${column.name}` })}>
                      {t(`list.${column.name}`)}
                      {active && (descending ? <IconArrowDown size={13} aria-hidden /> : <IconArrowUp size={13} aria-hidden />)}
                    </button>
                  ) : (
                    t(`list.${column.name}`)
                  )}
                </div>
              );
            })}
          </div>
        </div>
        <Answer of={{ data: rows?.error && !cards.length ? undefined : rows, error: rows?.error, fetching: !rows || (rows.fetching && !rows.error), stale: false }} again={again} skeleton={skeleton}>
          {() => (
            <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: "relative" }}>
              {items.map(({ index, start, key }) => {
                const card = cards[index];
                return card && <Line key={key} card={card} index={index} top={start} />;
              })}
            </div>
          )}
        </Answer>
      </div>
      {rows && !cards.length && !rows.fetching && !rows.error && (
        <Empty icon={anyFilter(filters) ? IconFilterOff : IconCoin} title={t(anyFilter(filters) ? "list.nothing" : "list.empty")}>
          {t(anyFilter(filters) ? "list.nothingWhy" : "list.emptyWhy")}
        </Empty>
      )}
    </div>
  );
}

function Line({ card, index, top }: { card: Card; index: number; top: number }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const color = { OPEN: "gray", WON: "teal", LOST: "red" }[card.stage.kind];
  return (
    <div role="row" aria-rowindex={index + 2} data-index={index} className={`${classes.line} ${classes.lineBody}`} style={{ top }}>
      <div role="cell">
        <Link to="/deals/$id" params={{ id: card.id }} search dir="auto" data-deal={card.id}>
          {card.title}
        </Link>
      </div>
      <div role="cell">
        <Badge variant="light" color={color} tt="none" fw={500} style={{ color: "var(--mantine-color-text)" }}>
          {card.stage.name}
        </Badge>
      </div>
      <div role="cell" dir="auto">
        {card.company?.name}
      </div>
      <div role="cell" className={classes.money}>
        {card.amount.amountMinor === "0" ? <Text span size="sm" c="dimmed">{t("card.noAmount")}</Text> : format.money(card.amount)}
      </div>
      <div role="cell">
        {card.owner && (
          <Group gap={6} wrap="nowrap">
            <Initials name={card.owner.name} />
            <Text size="sm" truncate>
              {card.owner.name}
            </Text>
          </Group>
        )}
      </div>
      <div role="cell">{card.expectedCloseOn && format.day(card.expectedCloseOn)}</div>
      <div role="cell">
        <Ago at={card.updatedAt} />
      </div>
    </div>
  );
}
