import { Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconClock, IconClockPause } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { clock } from "../../kit/format/server_clock";
import { useFormat } from "../../kit/format/use_format";
import classes from "./parts.module.css";
import { Tag } from "./Tag";

interface Props {
  dueAt: string;
  overdue: boolean;
  /** Since when the clock stands still. */
  suspendedAt?: string | null;
  /** How near the end must be to stand out, in days. */
  soon?: number;
}

/** A legal clock in words: when it ends, that it is over, or that it stands still. */
export function Due({ dueAt, overdue, suspendedAt, soon = 7 }: Props) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  if (suspendedAt) {
    return (
      <Tooltip label={t("clock.suspendedWhy", { at: format.moment(suspendedAt) })} multiline maw={300}>
        <span className={classes.due}>
          <Tag tone="calm" icon={<IconClockPause size={13} aria-hidden />}>
            {t("clock.suspended")}
          </Tag>
        </span>
      </Tooltip>
    );
  }
  const when = format.relative(dueAt);
  if (overdue) {
    return (
      <Tooltip label={format.full(dueAt)}>
        <span className={classes.due}>
          <Tag tone="late" icon={<IconAlertTriangle size={13} aria-hidden />}>
            {t("clock.overdue", { when })}
          </Tag>
        </span>
      </Tooltip>
    );
  }
  const near = new Date(dueAt).getTime() - clock() < soon * 86_400_000;
  return (
    <Tooltip label={format.full(dueAt)}>
      {near ? (
        <span className={classes.due}>
          <Tag tone="soon" icon={<IconClock size={13} aria-hidden />}>
            {t("clock.due", { when })}
          </Tag>
        </span>
      ) : (
        <Text size="xs" c="dimmed" component="time" dateTime={dueAt}>
          {t("clock.due", { when })}
        </Text>
      )}
    </Tooltip>
  );
}
