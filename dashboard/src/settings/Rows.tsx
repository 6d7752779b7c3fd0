import { Skeleton, Stack } from "@mantine/core";

/** The outline of a list while it loads. */
export function RowsSkeleton({ count = 4, height = 62 }: { count?: number; height?: number }) {
  return (
    <Stack gap={8}>
      {Array.from({ length: count }, (_, at) => (
        <Skeleton key={at} height={height} radius="md" />
      ))}
    </Stack>
  );
}
