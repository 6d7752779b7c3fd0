import { Alert, Button, Group, SimpleGrid, Text } from "@mantine/core";
import { IconArrowsSplit2 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../kit/format/use_format";
import { useNames } from "../../kit/journal/names";
import type { Source } from "./model";

interface Props {
  label: string;
  mine: string;
  theirs: { value: string | null; source?: Source };
  say?: (value: string) => ReactNode;
  nameOf: (id: string) => string | null | undefined;
  running: boolean;
  takeMine: () => void;
  takeTheirs: () => void;
  edit: () => void;
}

/** Two people changed one value: both, side by side. */
export function Conflict({ label, mine, theirs, say, running, takeMine, takeTheirs, edit }: Props) {
  const { t } = useTranslation(["records", "kit/journal"]);
  const format = useFormat();
  const { source } = theirs;
  const nameOf = useNames(source ? [source.actor] : []);
  const who = source && (source.actor.includes("_") ? nameOf(source.actor) : t(`kit/journal:actor.${source.actor}`));
  const show = (value: string | null) => (value ? (say?.(value) ?? value) : t("edit.empty"));
  return (
    <Alert color="yellow" icon={<IconArrowsSplit2 aria-hidden />} title={t("edit.conflict", { label })} role="alert">
      <SimpleGrid cols={2} spacing="xs" mb="sm">
        <div>
          <Text size="xs" c="dimmed">
            {who ? t("edit.theirsBy", { who, at: format.moment(source!.at) }) : t("edit.theirs")}
          </Text>
          <Text size="sm" dir="auto" style={{ whiteSpace: "pre-wrap" }} component="div">
            {show(theirs.value)}
          </Text>
        </div>
        <div>
          <Text size="xs" c="dimmed">
            {t("edit.mine")}
          </Text>
          <Text size="sm" dir="auto" style={{ whiteSpace: "pre-wrap" }} component="div">
            {show(mine)}
          </Text>
        </div>
      </SimpleGrid>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={takeTheirs} autoFocus>
          {t("edit.keepTheirs")}
        </Button>
        <Button size="compact-sm" loading={running} onClick={takeMine}>
          {t("edit.saveMine")}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={edit}>
          {t("edit.goOn")}
        </Button>
      </Group>
    </Alert>
  );
}
