import { Alert, Button, Checkbox, Group, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { tell } from "../../kit/dialogs/notify";
import { usePathOf } from "../../kit/shell/screens";
import { ERASE } from "./documents";

const grounds = ["NO_LONGER_NECESSARY", "CONSENT_WITHDRAWN", "OBJECTION", "UNLAWFUL", "LEGAL_OBLIGATION", "CHILD_SERVICE"] as const;

/** Erases a person for good, after the one who does it wrote the name. */
export function Erase({ contactId, name, close }: { contactId: string; name: string; close: () => void }) {
  const { t } = useTranslation(["contacts", "records"]);
  const navigate = useNavigate();
  const pathOf = usePathOf();
  const [ground, setGround] = useState("");
  const [remember, setRemember] = useState(true);
  const [claims, setClaims] = useState(true);
  const [accounting, setAccounting] = useState(true);
  const [typed, setTyped] = useState("");
  const [erase, running] = useAct(ERASE);
  const noProof = ground === "UNLAWFUL" || ground === "CHILD_SERVICE";
  const word = name || t("erase.word");
  const sure = typed.trim().normalize() === word.trim().normalize();

  async function go() {
    const keep = { claims: claims && !noProof, accounting };
    const done = await erase({ input: { contactId, ground: ground as (typeof grounds)[number], remember, keep } });
    if (!done.ok) return;
    tell.done(t("erase.done"));
    close();
    const certificate = done.data.eraseContact.erasure && pathOf(done.data.eraseContact.erasure.id);
    void navigate({ to: (certificate ?? "/contacts") as "/" });
  }

  return (
    <Modal opened onClose={close} title={t("erase.title", { name: word })} size="lg" centered closeButtonProps={{ "aria-label": t("records:close") }}>
      <form onSubmit={(event) => (event.preventDefault(), sure && ground && void go())}>
        <Stack>
          <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={t("erase.warning")}>
            {t("erase.body")}
          </Alert>
          <Radio.Group label={t("erase.ground")} value={ground} onChange={setGround} required>
            <Stack gap={8} mt={6}>
              {grounds.map((one) => (
                <Radio key={one} value={one} label={t(`erase.because.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Stack gap={8}>
            <Text size="sm" fw={500}>
              {t("erase.keep")}
            </Text>
            <Checkbox checked={claims && !noProof} disabled={noProof} onChange={(event) => setClaims(event.currentTarget.checked)} label={t("erase.claims")} description={noProof ? t("erase.noProof") : undefined} />
            <Checkbox checked={accounting} onChange={(event) => setAccounting(event.currentTarget.checked)} label={t("erase.accounting")} />
            <Checkbox checked={remember} onChange={(event) => setRemember(event.currentTarget.checked)} label={t("erase.remember")} description={t("erase.rememberWhy")} />
          </Stack>
          <TextInput label={t("erase.type", { word })} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" dir="auto" required />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("records:cancel")}
            </Button>
            <Button type="submit" color="red" loading={running} disabled={!sure || !ground}>
              {t("erase.go")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
