import { Tooltip } from "@mantine/core";
import { createStore, useStore } from "../store";
import { useFormat } from "./use_format";

const minute = createStore(0);
setInterval(() => minute.set((count) => count + 1), 30_000);

/** "5 minutes ago", which stays true, and the exact time on hover and for screen readers. */
export function Ago({ at }: { at: string }) {
  useStore(minute);
  const format = useFormat();
  return (
    <Tooltip label={format.full(at)}>
      <time dateTime={at}>{format.relative(at)}</time>
    </Tooltip>
  );
}
