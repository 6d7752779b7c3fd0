import { ActionIcon, Button, Drawer, Group, Menu, Skeleton, Stack, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArchive, IconDots, IconLink, IconMapQuestion, IconThumbDown, IconTrophy, IconX } from "@tabler/icons-react";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { tell } from "../../kit/dialogs/notify";
import { useJournal } from "../../kit/live/use_journal";
import { useMay, useViewer } from "../../kit/session/viewer";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { useBoardContext } from "../context";
import { useMove } from "../state/use_move";
import { without } from "../state/board";
import { countAgain } from "../state/room";
import { ARCHIVE, DEAL, RESTORE, type PanelDeal } from "./documents";
import { Facts } from "./Facts";
import { LogActivity } from "./LogActivity";
import { People } from "./People";
import { Tasks } from "./Tasks";
import { TextRow } from "./TextRow";
import { Timeline } from "./Timeline";
import { useSave } from "./use_save";

/** A deal, in front of the board that it belongs to. */
export default function DealPanel() {
  const { t } = useTranslation(["board", "kit"]);
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate();
  const phone = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const [result, again] = useQuery({ query: DEAL, variables: { id } });
  const readOnly = !useMay("changeDeals");
  const mayLog = useMay("changeContacts");
  const ask = () => again({ requestPolicy: "network-only" });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useJournal(
    ({ kind, object }) => {
      // What the deal says, its tasks, and the shape of its fields.
      if (kind.startsWith("deal.") && object !== id) return;
      clearTimeout(timer.current);
      timer.current = setTimeout(ask, 150);
    },
    ["deal.", "activity.", "field."],
  );
  useEffect(() => () => clearTimeout(timer.current), []);
  const close = () => void navigate({ to: "/deals", search: true } as never);

  return (
    <Drawer.Root opened onClose={close} position="right" size={phone ? "100%" : 620} padding={0} transitionProps={{ transition: "slide-left", duration: 140 }}>
      <Drawer.Overlay backgroundOpacity={0.18} />
      <Drawer.Content aria-label={result.data?.deal?.title ?? t("panel.label")}>
        <Drawer.Body>
      <Answer of={result} again={again} skeleton={<Outline />}>
        {({ deal, fields, activities }) =>
          deal ? (
            <Stack gap={0} p={phone ? "md" : "lg"}>
              <Head deal={deal} readOnly={readOnly} close={close} />
              <Body key={deal.id} deal={deal} readOnly={readOnly} fields={fields} tasks={activities.nodes} mayLog={mayLog} again={ask} />
            </Stack>
          ) : (
            <Empty icon={IconMapQuestion} title={t("panel.gone")} action={<Button onClick={close}>{t("panel.back")}</Button>}>
              {t("panel.goneWhy")}
            </Empty>
          )
        }
      </Answer>
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Head({ deal, readOnly, close }: { deal: PanelDeal; readOnly: boolean; close: () => void }) {
  const { t } = useTranslation(["board", "kit"]);
  const { workspace } = useViewer();
  const { around, room } = useBoardContext();
  const move = useMove();
  const [archive] = useAct(ARCHIVE);
  const [restore] = useAct(RESTORE);
  const stages = around.pipelines.find(({ id }) => id === deal.pipeline.id)?.stages.filter(({ archivedAt }) => !archivedAt) ?? [];
  const won = stages.find(({ kind }) => kind === "WON");
  const lost = stages.find(({ kind }) => kind === "LOST");
  const open = deal.stage.kind === "OPEN";
  const path = `${location.origin}/deals/${deal.id}`;

  useEffect(() => {
    const before = document.title;
    document.title = `${deal.title} · ${workspace.name}`;
    return () => {
      document.title = before;
    };
  }, [deal.title, workspace.name]);

  async function putAway() {
    const done = await archive({ input: { dealId: deal.id } });
    if (!done.ok) return;
    room.board.set((board) => without(board, deal.id));
    countAgain(room);
    close();
    tell.done(t("panel.archived", { title: deal.title }), { undo: () => restore({ input: { dealId: deal.id } }) });
  }

  const acts = !readOnly && !deal.archivedAt && open;
  useCommands([
    ...(acts && won ? [{ id: "deal.won", label: t("panel.winThis"), icon: IconTrophy, run: () => void move(deal, { stage: won }) }] : []),
    ...(acts && lost ? [{ id: "deal.lost", label: t("panel.loseThis"), icon: IconThumbDown, run: () => void move(deal, { stage: lost }) }] : []),
  ]);

  return (
    <Group justify="space-between" gap="xs" mb={6} wrap="nowrap">
      <Group gap={6}>
        {acts && won && (
          <Button size="xs" variant="light" leftSection={<IconTrophy size={14} aria-hidden />} onClick={() => void move(deal, { stage: won })}>
            {t("panel.win")}
          </Button>
        )}
        {acts && lost && (
          <Button size="xs" variant="default" leftSection={<IconThumbDown size={14} aria-hidden />} onClick={() => void move(deal, { stage: lost })}>
            {t("panel.lose")}
          </Button>
        )}
        {deal.archivedAt && (
          <>
            <Text size="sm" c="dimmed">
              {t("panel.isArchived")}
            </Text>
            {!readOnly && (
              <Button size="xs" variant="default" onClick={() => void restore({ input: { dealId: deal.id } })}>
                {t("panel.restore")}
              </Button>
            )}
          </>
        )}
        {!open && !deal.archivedAt && (
          <Text size="sm" fw={600} c={deal.stage.kind === "WON" ? "var(--mantine-color-anchor)" : "dimmed"}>
            {deal.stage.name}
          </Text>
        )}
      </Group>
      <Group gap={4} wrap="nowrap">
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={30} aria-label={t("panel.more")}>
              <IconDots size={17} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconLink size={15} aria-hidden />} onClick={() => void navigator.clipboard.writeText(path).then(() => tell.done(t("panel.copied")))}>
              {t("panel.copy")}
            </Menu.Item>
            {!readOnly && !deal.archivedAt && (
              <Menu.Item leftSection={<IconArchive size={15} aria-hidden />} onClick={() => void putAway()}>
                {t("panel.archive")}
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label={t("kit:close")} onClick={close} data-autofocus>
          <IconX size={17} aria-hidden />
        </ActionIcon>
      </Group>
    </Group>
  );
}

interface BodyProps extends Pick<React.ComponentProps<typeof Facts>, "deal" | "fields" | "readOnly"> {
  tasks: React.ComponentProps<typeof Tasks>["tasks"];
  mayLog: boolean;
  again: () => void;
}

function Body({ deal, fields, readOnly: role, tasks, mayLog, again }: BodyProps) {
  const { t } = useTranslation("board");
  const { save, saveContacts } = useSave(deal);
  const readOnly = role || Boolean(deal.archivedAt);
  return (
    <>
      <TextRow
        heading
        label={t("field.title")}
        value={deal.title}
        maxLength={300}
        readOnly={readOnly}
        save={async (text, base) => (text.trim() ? save({ title: text.trim() }, (now) => now.title, base) : { state: "failed", why: t("add.titleMissing"), later: false })}
      />
      <Facts deal={deal} fields={fields} readOnly={readOnly} save={save} />
      <People deal={deal} save={saveContacts} readOnly={readOnly} />
      <Tasks tasks={tasks} readOnly={!mayLog} again={again} />
      {mayLog && !deal.archivedAt && <LogActivity dealId={deal.id} companyId={deal.company?.id} />}
      <Timeline dealId={deal.id} />
    </>
  );
}

function Outline() {
  return (
    <Stack p="lg" gap="md">
      <Skeleton height={30} width={180} />
      <Skeleton height={28} width="80%" />
      {[0, 1, 2, 3, 4].map((row) => (
        <Skeleton key={row} height={26} />
      ))}
      <Skeleton height={160} />
    </Stack>
  );
}
