import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconCloudOff, IconLock, IconAlertTriangle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CombinedError } from "urql";
import { failureOf } from "./failure";
import { useFailureText } from "./failure_text";

interface Props<Data> {
  /** What `useQuery` gives: `const [result, ask] = useQuery(…)`. */
  of: { data?: Data; error?: CombinedError; fetching: boolean; stale: boolean };
  again: (options?: { requestPolicy: "network-only" }) => void;
  /** Shown until the first data: the screen's own outline. */
  skeleton: ReactNode;
  children: (data: NonNullable<Data>) => ReactNode;
}

/** A query's answer: its outline while it loads, what was read, and an honest word when it failed. */
export function Answer<Data>({ of: { data, error, fetching }, again, skeleton, children }: Props<Data>) {
  if (data) {
    return (
      <>
        {error && <Failed error={error} again={again} outdated />}
        {children(data)}
      </>
    );
  }
  if (error && !fetching) return <Failed error={error} again={again} />;
  return <div aria-busy="true">{skeleton}</div>;
}

const icons: Record<string, typeof IconLock> = { OFFLINE: IconCloudOff, FORBIDDEN: IconLock };

function Failed({ error, again, outdated }: { error: CombinedError; again: Props<unknown>["again"]; outdated?: boolean }) {
  const { t } = useTranslation("kit");
  const text = useFailureText();
  const failure = failureOf(error);
  const Icon = icons[failure.code] ?? IconAlertTriangle;
  return (
    <Alert role="alert" color={outdated ? "yellow" : "red"} icon={<Icon />} title={t("answer.failed")} mb="md">
      <Stack gap="sm">
        <Text size="sm">{text(failure)}</Text>
        {outdated && <Text size="sm">{t("answer.outdated")}</Text>}
        <Group>
          <Button size="xs" variant="default" onClick={() => again({ requestPolicy: "network-only" })}>
            {t("answer.again")}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
