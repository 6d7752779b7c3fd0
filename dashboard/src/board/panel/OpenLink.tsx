import { ActionIcon } from "@mantine/core";
import { IconArrowUpRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";

/** To the page of what a field names. */
export function OpenLink({ path, label }: { path: string; label: string }) {
  return (
    <ActionIcon component={Link} to={path as "/"} variant="subtle" color="gray" size={28} aria-label={label}>
      <IconArrowUpRight size={16} aria-hidden />
    </ActionIcon>
  );
}
