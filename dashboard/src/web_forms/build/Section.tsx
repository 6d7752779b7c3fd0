import { Text } from "@mantine/core";
import { useId, type ReactNode } from "react";
import classes from "../web_forms.module.css";

/** One part of the builder, with its heading and a line that says what it is for. */
export function Section({ title, about, actions, children }: { title: string; about?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div style={{ display: "flex", justifyContent: "space-between", alignItems: "center", gap: 8 }}>
        <h2 id={id} className={classes.heading}>
          {title}
        </h2>
        {actions}
      </div>
      {about && (
        <Text size="sm" c="dimmed" mb="xs" component="div">
          {about}
        </Text>
      )}
      {children}
    </section>
  );
}
