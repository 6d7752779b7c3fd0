import { Button, CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Columns } from "./Columns";
import { Conditions } from "./Conditions";
import type { FilterDef } from "./filter";
import classes from "./view.module.css";
import { Views } from "./Views";
import type { ViewState } from "./view_state";

interface Props {
  table: string;
  view: ViewState;
  show: (view: ViewState) => void;
  change: (part: Partial<ViewState>) => void;
  defs: FilterDef[];
  columns: { key: string; label: string }[];
  standard: string[];
  offered: { name: string; view: ViewState }[];
  placeholder: string;
  search: RefObject<HTMLInputElement | null>;
  /** Down from the search: to the rows. */
  toRows: () => void;
}

/** Above a table: its view, search, conditions and columns. */
export function ViewBar({ table, view, show, change, defs, columns, standard, offered, placeholder, search, toRows }: Props) {
  const { t } = useTranslation("records");
  const [text, setText] = useState(view.q ?? "");
  const ask = useDebouncedCallback((q: string) => change({ q }), 200);
  useEffect(() => setText((now) => (now.trim() === (view.q ?? "") ? now : (view.q ?? ""))), [view.q]);
  const shown = view.columns ?? standard;
  const type = (words: string) => (setText(words), ask(words.trim()));
  return (
    <div className={classes.bar} role="search">
      <Views table={table} view={view} show={show} offered={offered} />
      <TextInput
        ref={search}
        className={classes.search}
        size="xs"
        value={text}
        onChange={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") (event.preventDefault(), toRows());
          else if (event.key === "Escape" && text) (event.preventDefault(), type(""));
        }}
        placeholder={placeholder}
        aria-label={placeholder}
        leftSection={<IconSearch size={15} aria-hidden />}
        rightSection={text ? <CloseButton size="xs" aria-label={t("search.clear")} onClick={() => type("")} /> : null}
        spellCheck={false}
        autoComplete="off"
        dir="auto"
      />
      <Conditions defs={defs} conditions={view.filters ?? []} onChange={(filters) => change({ filters })} />
      {(view.filters?.length ?? 0) > 1 && (
        <Button variant="subtle" size="compact-xs" onClick={() => change({ filters: [] })}>
          {t("filter.clear")}
        </Button>
      )}
      <div className={classes.wide}>
        <Columns all={columns} shown={shown} onChange={(next) => change({ columns: next.join() === standard.join() ? undefined : next })} reset={view.columns && (() => change({ columns: undefined }))} />
      </div>
    </div>
  );
}
