import type { ReactNode } from "react";
import classes from "./parts.module.css";

/** What is known, name by name. Facts without a value are left out. */
export function Facts({ of }: { of: [name: string, value: ReactNode][] }) {
  const known = of.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== "");
  return (
    <div className={classes.factsBox}>
      <dl className={classes.facts}>
        {known.map(([name, value]) => [<dt key={`${name}:`}>{name}</dt>, <dd key={name}>{value}</dd>])}
      </dl>
    </div>
  );
}
