import { Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import classes from "./parts.module.css";

interface Props {
  /** Where it leads; without it the row is only read. */
  to?: string;
  title: ReactNode;
  detail?: ReactNode;
  icon?: ReactNode;
  end?: ReactNode;
}

/** A line of a register: what it is, and how it stands. */
export function Row({ to, title, detail, icon, end }: Props) {
  const inside = (
    <>
      {icon}
      <div className={classes.what}>
        <Text size="sm" fw={500} component="div">
          {title}
        </Text>
        {detail && (
          <Text size="xs" c="dimmed" component="div">
            {detail}
          </Text>
        )}
      </div>
      {end && <div className={classes.end}>{end}</div>}
    </>
  );
  if (!to) return <div className={classes.row}>{inside}</div>;
  return (
    <Link to={to as "/"} className={classes.row}>
      {inside}
    </Link>
  );
}
