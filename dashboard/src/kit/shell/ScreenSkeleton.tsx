import { Skeleton, Stack } from "@mantine/core";
import classes from "./shell.module.css";

/** The outline of a screen whose code is on its way. */
export function ScreenSkeleton() {
  return (
    <Stack className={classes.page} aria-busy="true">
      <Skeleton height={26} width={180} />
      <Skeleton height={44} />
      <Skeleton height={260} />
    </Stack>
  );
}
