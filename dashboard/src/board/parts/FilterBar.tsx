import { Button, CloseButton, Group, NumberInput, Pill, Popover, Select, Stack, TextInput } from "@mantine/core";
import { IconFilter, IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../kit/format/use_format";
import { useViewer } from "../../kit/session/viewer";
import { useBoardContext, usePeople } from "../context";
import { closeFilters, type BoardSearch, type CloseFilter } from "../search";
import classes from "./board.module.css";

interface Props {
  search: BoardSearch;
  change: (search: Partial<BoardSearch>) => void;
  field: RefObject<HTMLInputElement | null>;
}

/** Words at once, the rest behind a button; what is on shows as chips that can be taken off. */
export function FilterBar({ search, change, field }: Props) {
  const { t } = useTranslation("board");
  const [words, setWords] = useWords(search.q, (q) => change({ q }));
  return (
    <Group gap={8} wrap="nowrap">
      <TextInput
        ref={field}
        size="xs"
        w={{ base: 150, sm: 210 }}
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={words ? <CloseButton size="xs" aria-label={t("filter.clearWords")} onClick={() => setWords("")} /> : null}
        placeholder={t("filter.words")}
        aria-label={t("filter.words")}
        aria-keyshortcuts="/"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && (words ? setWords("") : event.currentTarget.blur())}
      />
      <More search={search} change={change} />
    </Group>
  );
}

/** What is typed, told a moment after the last letter. */
function useWords(told: string | undefined, tell: (words: string | undefined) => void) {
  const [words, setWords] = useState(told ?? "");
  const sent = useRef(told ?? "");
  useEffect(() => {
    if (words.trim() === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = words.trim();
      tell(words.trim() || undefined);
    }, 150);
    return () => clearTimeout(timer);
  });
  useEffect(() => {
    if ((told ?? "") === sent.current) return;
    sent.current = told ?? "";
    setWords(told ?? "");
  }, [told]);
  return [words, setWords] as const;
}

function More({ search, change }: Omit<Props, "field">) {
  const { t } = useTranslation("board");
  const { member } = useViewer();
  const { room } = useBoardContext();
  const { active } = usePeople();
  const on = [search.owner, search.min ?? search.max, search.close, search.stale].filter((value) => value !== undefined).length;
  const inside = { withinPortal: false } as const;
  return (
    <Popover position="bottom-start" shadow="md" width={290} trapFocus>
      <Popover.Target>
        <Button size="xs" variant={on ? "light" : "default"} leftSection={<IconFilter size={14} aria-hidden />}>
          {on ? t("filter.some", { count: on }) : t("filter.more")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("filter.more")}>
        <Stack gap="sm">
          <Select
            label={t("field.owner")}
            comboboxProps={inside}
            clearable
            searchable={active.length > 8}
            placeholder={t("filter.anyone")}
            value={search.owner ?? null}
            onChange={(owner) => change({ owner: owner ?? undefined })}
            data={[
              ...(member ? [{ value: "me", label: t("filter.me") }] : []),
              { value: "nobody", label: t("filter.nobody") },
              ...active.filter(({ id }) => id !== member?.id).map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
          <Group grow gap="xs" wrap="nowrap">
            <NumberInput label={t("filter.from", { currency: room.currency })} min={0} hideControls thousandSeparator=" " value={search.min ?? ""} onChange={(value) => change({ min: typeof value === "number" ? value : undefined })} />
            <NumberInput label={t("filter.to", { currency: room.currency })} min={0} hideControls thousandSeparator=" " value={search.max ?? ""} onChange={(value) => change({ max: typeof value === "number" ? value : undefined })} />
          </Group>
          <Select
            label={t("field.close")}
            comboboxProps={inside}
            clearable
            placeholder={t("filter.anyTime")}
            value={search.close ?? null}
            onChange={(close) => change({ close: (close as CloseFilter | null) ?? undefined })}
            data={closeFilters.map((value) => ({ value, label: t(`filter.close.${value}`) }))}
          />
          <Select
            label={t("filter.stale")}
            comboboxProps={inside}
            clearable
            placeholder={t("filter.anyTime")}
            value={search.stale ? String(search.stale) : null}
            onChange={(days) => change({ stale: days ? Number(days) : undefined })}
            data={[14, 30, 60, 90].map((days) => ({ value: String(days), label: t("filter.staleDays", { count: days }) }))}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The filters that are on, each with its way off. */
export function FilterChips({ search, change }: Omit<Props, "field">) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const { room } = useBoardContext();
  const { all } = usePeople();
  const money = (value: number) => format.money({ decimal: String(value), currency: room.currency }, { cents: false });
  const person = (id: string) => (id === "me" || id === "nobody" ? t(`filter.${id}`) : (all.find((one) => one.id === id)?.name ?? t("someone")));
  const chips: { name: string; label: string; off: Partial<BoardSearch> }[] = [];
  if (search.q) chips.push({ name: "q", label: `“${search.q}”`, off: { q: undefined } });
  if (search.owner) chips.push({ name: "owner", label: person(search.owner), off: { owner: undefined } });
  if (search.min !== undefined) chips.push({ name: "min", label: t("filter.atLeast", { amount: money(search.min) }), off: { min: undefined } });
  if (search.max !== undefined) chips.push({ name: "max", label: t("filter.atMost", { amount: money(search.max) }), off: { max: undefined } });
  if (search.close) chips.push({ name: "close", label: t(`filter.close.${search.close}`), off: { close: undefined } });
  if (search.stale !== undefined) chips.push({ name: "stale", label: t("filter.staleDays", { count: search.stale }), off: { stale: undefined } });
  if (!chips.length) return null;
  return (
    <div className={classes.chips} role="group" aria-label={t("filter.on")}>
      {chips.map(({ name, label, off }) => (
        <Pill key={name} withRemoveButton onRemove={() => change(off)} removeButtonProps={{ "aria-label": t("filter.remove", { label }), tabIndex: 0, "aria-hidden": false }}>
          {label}
        </Pill>
      ))}
      <Button size="compact-xs" variant="subtle" onClick={() => change({ q: undefined, owner: undefined, min: undefined, max: undefined, close: undefined, stale: undefined })}>
        {t("filter.clear")}
      </Button>
    </div>
  );
}
