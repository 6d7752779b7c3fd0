import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { RESTRICT } from "./documents";

const grounds = ["ACCURACY_CONTESTED", "UNLAWFUL", "NEEDED_FOR_CLAIMS", "OBJECTION_PENDING"] as const;

/** Locks a person's data: kept, and neither used nor changed. */
export function Restrict({ contactId, name, close, done }: { contactId: string; name: string; close: () => void; done: () => void }) {
  const { t } = useTranslation(["contacts", "records"]);
  const [ground, setGround] = useState("");
  const [restrict, running] = useAct(RESTRICT);
  async function go() {
    const made = await restrict({ input: { contactId, ground: ground as (typeof grounds)[number] } });
    if (!made.ok) return;
    tell.done(t("restrict.done"));
    done();
    close();
  }
  return (
    <Modal opened onClose={close} title={t("restrict.title", { name })} centered closeButtonProps={{ "aria-label": t("records:close") }}>
      <form onSubmit={(event) => (event.preventDefault(), void go())}>
        <Stack>
          <Text size="sm">{t("restrict.body")}</Text>
          <Radio.Group label={t("restrict.ground")} value={ground} onChange={setGround} required>
            <Stack gap={8} mt={6}>
              {grounds.map((one) => (
                <Radio key={one} value={one} label={t(`ground.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("records:cancel")}
            </Button>
            <Button type="submit" loading={running} disabled={!ground}>
              {t("restrict.go")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
