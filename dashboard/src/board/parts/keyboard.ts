interface Shown {
  stageId: string;
  ids: string[];
}

/** The card to which an arrow, Home or End leads from another one; undefined for other keys and at the edges. */
export function focusAfter(key: string, from: string, columns: Shown[]): { stageId: string; dealId: string } | undefined {
  const x = columns.findIndex(({ ids }) => ids.includes(from));
  const here = columns[x];
  if (!here) return undefined;
  const y = here.ids.indexOf(from);
  const within = (column: Shown | undefined, index: number) => {
    const dealId = column?.ids[Math.max(0, Math.min(index, column.ids.length - 1))];
    return column && dealId && dealId !== from ? { stageId: column.stageId, dealId } : undefined;
  };
  if (key === "ArrowDown") return within(here, y + 1);
  if (key === "ArrowUp") return within(here, y - 1);
  if (key === "PageDown") return within(here, y + 5);
  if (key === "PageUp") return within(here, y - 5);
  if (key === "Home") return within(here, 0);
  if (key === "End") return within(here, here.ids.length - 1);
  if (key === "ArrowRight") return within(columns.slice(x + 1).find(({ ids }) => ids.length), y);
  if (key === "ArrowLeft") return within(columns.slice(0, x).findLast(({ ids }) => ids.length), y);
  return undefined;
}
