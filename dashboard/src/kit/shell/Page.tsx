import { Group, Text, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { useViewer } from "../session/viewer";
import classes from "./shell.module.css";

interface Props {
  title: string;
  /** One line under the title. */
  about?: ReactNode;
  /** Buttons at the title's end. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A screen's frame: the one heading of the first level, and the title of the window. */
export function Page({ title, about, actions, children }: Props) {
  const { workspace } = useViewer();
  useEffect(() => {
    document.title = `${title} · ${workspace.name}`;
  }, [title, workspace.name]);
  return (
    <div className={classes.page}>
      <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
        <div>
          <Title order={1}>{title}</Title>
          {about && (
            <Text c="dimmed" size="sm" component="div">
              {about}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </div>
  );
}
