import { Button, Group, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { useMay } from "../../kit/session/viewer";
import { useStore } from "../../kit/store";
import { useBoardContext } from "../context";
import { LOSS_REASON } from "../documents";
import { lossAsked } from "./ask_loss_reason";

const another = "another";

/** Why a deal is lost: one of the workspace's reasons. Who may, adds one on the way. */
export function LossDialog() {
  const { t } = useTranslation(["board", "kit"]);
  const asked = useStore(lossAsked);
  const { lossReasons } = useBoardContext().around;
  const mayAdd = useMay("administer");
  const [chosen, setChosen] = useState<string>();
  const [label, setLabel] = useState("");
  const [problem, setProblem] = useState<string>();
  const [create, running] = useAct(LOSS_REASON);
  if (!asked) return null;

  async function lose() {
    if (!asked || !chosen) return;
    if (chosen !== another) return finish(chosen);
    const done = await create({ input: { label: label.trim() } });
    if (done.ok && done.data.createLossReason.lossReason) finish(done.data.createLossReason.lossReason.id);
    else if (!done.ok) setProblem(done.fields.label ?? done.problems[0]?.message);
  }

  function finish(reason: string | undefined) {
    setChosen(undefined);
    setLabel("");
    setProblem(undefined);
    asked?.answer(reason);
  }

  return (
    <Modal opened onClose={() => finish(undefined)} title={t("loss.title")} closeButtonProps={{ "aria-label": t("kit:close") }} centered>
      <form onSubmit={(event) => (event.preventDefault(), void lose())}>
        <Stack>
          <Text size="sm">{t("loss.why", { title: asked.title })}</Text>
          <Radio.Group value={chosen ?? null} onChange={(value) => setChosen(value ?? undefined)} label={t("loss.reason")} required>
            <Stack gap="xs" mt="xs">
              {lossReasons.map(({ id, label }, index) => (
                <Radio key={id} value={id} label={label} data-autofocus={index === 0 || undefined} />
              ))}
              {mayAdd && <Radio value={another} label={t("loss.another")} />}
            </Stack>
          </Radio.Group>
          {chosen === another && (
            <TextInput label={t("loss.new")} value={label} maxLength={100} error={problem} autoFocus required onChange={(event) => setLabel(event.currentTarget.value)} />
          )}
          {!lossReasons.length && !mayAdd && <Text size="sm">{t("loss.none")}</Text>}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => finish(undefined)}>
              {t("kit:cancel")}
            </Button>
            <Button type="submit" color="red" loading={running} disabled={!chosen || (chosen === another && !label.trim())}>
              {t("loss.lose")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
