import { Anchor, Button, CloseButton, Group, List, Paper, Popover, Progress as Meter, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../kit/format/use_format";
import { useNames } from "../../kit/journal/names";
import type { useBulk } from "./use_bulk";

interface Props {
  bulk: ReturnType<typeof useBulk>;
  chosen: number;
  clear: () => void;
  /** How many match in all, when that is known. */
  total?: number;
  /** Chooses all that match, seen or not. */
  chooseAll?: () => void;
  choosing?: boolean;
  /** What can be done with those chosen. */
  children: ReactNode;
}

/** Stands above the table while rows are chosen, and tells how far an act over many has come. */
export function BulkBar({ bulk, chosen, clear, total, chooseAll, choosing, children }: Props) {
  const { t } = useTranslation("records");
  const format = useFormat();
  const { progress } = bulk;
  if (!progress && !chosen) return null;
  if (progress) return <Result bulk={bulk} />;
  return (
    <Paper withBorder px="sm" py={6} mb={10} role="toolbar" aria-label={t("bulk.label")} bg="var(--accord-side)">
      <Group gap="xs">
        <Text size="sm" fw={600} role="status">
          {t("bulk.chosen", { count: chosen, number: format.number(chosen) })}
        </Text>
        {chooseAll && total !== undefined && total > chosen && (
          <Button size="compact-xs" variant="subtle" loading={choosing} onClick={chooseAll}>
            {t("bulk.all", { count: total, number: format.number(total) })}
          </Button>
        )}
        {children}
        <CloseButton size="sm" ml="auto" aria-label={t("bulk.clear")} onClick={clear} />
      </Group>
    </Paper>
  );
}

function Result({ bulk }: { bulk: Props["bulk"] }) {
  const { t } = useTranslation("records");
  const format = useFormat();
  const progress = bulk.progress!;
  const { title, total, done, failed, state, doneText } = progress;
  const running = state === "running";
  const percent = total ? ((done.length + failed.length) / total) * 100 : 100;
  return (
    <Paper withBorder px="sm" py={8} mb={10} bg="var(--accord-side)" data-bulk={state}>
      <Group gap="sm" wrap="nowrap">
        <div style={{ flex: 1 }}>
          <Text size="sm" fw={600} role="status">
            {running
              ? t("bulk.progress", { title, done: format.number(done.length + failed.length), total: format.number(total) })
              : t(state === "stopped" ? "bulk.stopped" : "bulk.finished", { what: doneText, done: format.number(done.length), total: format.number(total) })}
          </Text>
          {running && <Meter value={percent} size="sm" mt={6} aria-label={title} transitionDuration={150} />}
        </div>
        {failed.length > 0 && !running && <Failures failed={failed} />}
        {running && (
          <Button size="compact-sm" variant="default" onClick={bulk.stop}>
            {t("bulk.stop")}
          </Button>
        )}
        {!running && progress.undo && done.length > 0 && (
          <Button size="compact-sm" variant="light" onClick={bulk.takeBack}>
            {t("bulk.undo")}
          </Button>
        )}
        {!running && <CloseButton size="sm" aria-label={t("close")} onClick={bulk.close} />}
      </Group>
    </Paper>
  );
}

function Failures({ failed }: { failed: { id: string; problem: string }[] }) {
  const { t } = useTranslation("records");
  const shown = failed.slice(0, 100);
  const nameOf = useNames(shown.map(({ id }) => id));
  return (
    <Popover width={360} position="bottom-end" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Anchor component="button" size="sm" c="var(--mantine-color-error)">
          {t("bulk.failed", { count: failed.length })}
        </Anchor>
      </Popover.Target>
      <Popover.Dropdown mah={300} style={{ overflow: "auto" }}>
        <List size="sm" spacing={6}>
          {shown.map(({ id, problem }) => (
            <List.Item key={id}>
              <bdi>{nameOf(id) ?? id}</bdi>: {problem}
            </List.Item>
          ))}
        </List>
        {failed.length > shown.length && <Text size="sm">{t("bulk.moreFailed", { count: failed.length - shown.length })}</Text>}
      </Popover.Dropdown>
    </Popover>
  );
}
