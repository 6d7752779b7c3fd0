import { Alert, Button, Divider, Group, Modal, Paper, Stack, Text } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { useViewer } from "../../kit/session/viewer";
import { Choice } from "../parts/Choice";
import classes from "../parts/parts.module.css";
import { Tag } from "../parts/Tag";
import { grounds } from "./categories";
import { HELD, type Held } from "./held";

const READ = graphql(`
  mutation ReadQuarantined($input: ReadQuarantinedInput!) {
    readQuarantined(input: $input) { text categories userErrors { code field message } }
  }
`);
const RELEASE = graphql(
  `
    mutation ReleaseQuarantined($input: ReleaseQuarantinedInput!) {
      releaseQuarantined(input: $input) { quarantined { ...Held } userErrors { code field message } }
    }
  `,
  [HELD],
);
const DESTROY = graphql(
  `
    mutation DestroyQuarantined($input: DestroyQuarantinedInput!) {
      destroyQuarantined(input: $input) { quarantined { ...Held } userErrors { code field message } }
    }
  `,
  [HELD],
);

/** Reads a text that was held back, and puts it back on a ground or destroys it. */
export function Decide({ held, close }: { held: Held; close: () => void }) {
  const { t } = useTranslation("privacy/quarantine");
  const kit = useTranslation("kit").t;
  const { role } = useViewer();
  const [read, reading] = useAct(READ);
  const [release, releasing] = useAct(RELEASE);
  const [destroy, destroying] = useAct(DESTROY);
  const [found, setFound] = useState<{ text: string; categories: Enum<"SpecialCategory">[] }>();
  const [ground, setGround] = useState<(typeof grounds)[number] | "">("");
  const mayRelease = role === "OWNER" || role === "DPO";
  const input = { quarantineId: held.id };

  async function show() {
    const done = await read({ input });
    if (done.ok) setFound({ text: done.data.readQuarantined.text ?? "", categories: done.data.readQuarantined.categories });
  }
  async function putBack() {
    if (!ground) return;
    const yes = await confirm({ title: t("release.title"), body: t("release.body", { ground: t(`ground.${ground}`) }), action: t("release.action"), danger: true });
    if (!yes || !(await release({ input: { ...input, specialCategoryGround: ground } })).ok) return;
    tell.done(t("release.done"));
    close();
  }
  async function remove() {
    const yes = await confirm({ title: t("destroy.title"), body: t("destroy.body"), action: t("destroy.action"), danger: true });
    if (!yes || !(await destroy({ input })).ok) return;
    tell.done(t("destroy.done"));
    close();
  }

  return (
    <Modal opened onClose={close} title={t("decideTitle")} size="lg" closeOnClickOutside={false} closeButtonProps={{ "aria-label": kit("close") }}>
      <Stack gap="md">
        {found ? (
          <>
            <Group gap="xs">
              <Text size="sm">{t("tellsOf")}</Text>
              {found.categories.map((one) => (
                <Tag key={one} tone="soon">
                  {t(`category.${one}`)}
                </Tag>
              ))}
            </Group>
            <Paper withBorder p="sm" className={classes.text} fz="sm">
              <bdi>{found.text}</bdi>
            </Paper>
          </>
        ) : (
          <Group>
            <Text size="sm" style={{ flex: "1 1 240px" }}>
              {t("read.why")}
            </Text>
            <Button variant="default" loading={reading} leftSection={<IconEye size={16} aria-hidden />} onClick={() => void show()}>
              {t("read.action")}
            </Button>
          </Group>
        )}
        <Divider />
        {mayRelease ? (
          <Group align="flex-end">
            <div style={{ flex: "1 1 280px" }}>
              <Choice label={t("release.ground")} of={grounds} named={(one) => t(`ground.${one}`)} none={t("release.choose")} value={ground} onChange={setGround} />
            </div>
            <Button variant="default" disabled={!ground} loading={releasing} onClick={() => void putBack()}>
              {t("release.action")}
            </Button>
          </Group>
        ) : (
          <Alert color="gray">{t("release.notYou")}</Alert>
        )}
        <Group justify="space-between">
          <Text size="sm" c="dimmed" style={{ flex: "1 1 240px" }}>
            {t("destroy.why")}
          </Text>
          <Button color="red" variant="light" loading={destroying} onClick={() => void remove()}>
            {t("destroy.action")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
