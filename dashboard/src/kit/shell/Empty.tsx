import { Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface Props {
  icon: Icon;
  title: string;
  /** What would be here, and how it comes here. */
  children: ReactNode;
  /** The button that does it. */
  action?: ReactNode;
}

/** Says what belongs here while there is nothing. */
export function Empty({ icon: Icon, title, children, action }: Props) {
  return (
    <Stack align="center" gap="xs" py={48} px="md" ta="center">
      <ThemeIcon variant="light" size={48} radius="xl">
        <Icon size={24} stroke={1.5} aria-hidden />
      </ThemeIcon>
      <Title order={2}>{title}</Title>
      <Text c="dimmed" size="sm" maw={460} component="div">
        {children}
      </Text>
      {action}
    </Stack>
  );
}
