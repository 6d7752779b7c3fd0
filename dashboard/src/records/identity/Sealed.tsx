import { Button, Group, Modal, Select, Stack, Text, VisuallyHidden } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import type { CustomField } from "../pick/use_fields";
import { useCustomWords } from "./CustomText";

const REVEAL = graphql(`
  mutation RevealField($input: RevealFieldInput!) {
    revealField(input: $input) { value userErrors { code field message } }
  }
`);

const reasons = ["CONTRACT_PERFORMANCE", "PAYMENT", "REQUEST_OF_THE_PERSON", "VERIFICATION", "LEGAL_OBLIGATION"] as const;
const seconds = 30;

interface Props {
  field: CustomField;
  masked: string;
  owner: { contactId: string } | { companyId: string };
}

/** A masked value: it is shown for half a minute after a fresh second factor and a reason, and is kept nowhere. */
export function Sealed({ field, masked, owner }: Props) {
  const { t } = useTranslation("records");
  const words = useCustomWords();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState<string | null>(null);
  const [problem, setProblem] = useState<string>();
  const [plain, setPlain] = useState<string>();
  const [left, setLeft] = useState(0);
  const [reveal, running] = useAct(REVEAL);

  const hide = () => (setPlain(undefined), setLeft(0));
  useEffect(() => {
    if (plain === undefined) return;
    setLeft(seconds);
    const timer = setInterval(() => setLeft((now) => now - 1), 1_000);
    const hideAway = () => document.hidden && hide();
    document.addEventListener("visibilitychange", hideAway);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", hideAway);
    };
  }, [plain]);
  useEffect(() => {
    if (plain !== undefined && left < 0) hide();
  }, [left, plain]);

  async function show() {
    if (!reason) return setProblem(t("reveal.choose"));
    const done = await reveal({ input: { ...owner, fieldId: field.id, reason: reason as (typeof reasons)[number] } });
    setAsking(false);
    setReason(null);
    if (done.ok) setPlain(done.data.revealField.value ?? "");
  }

  return (
    <Group gap="xs" mih={32} px={8} data-sealed={plain === undefined ? "masked" : "shown"}>
      {plain === undefined ? (
        <Text size="sm" ff="monospace">
          {masked}
        </Text>
      ) : (
        <Text size="sm" fw={600} role="status" dir="auto" style={{ overflowWrap: "anywhere" }}>
          <VisuallyHidden>{field.label}: </VisuallyHidden>
          {words(field, plain)}
        </Text>
      )}
      {plain === undefined
        ? field.mayRead && (
            <Button size="compact-xs" variant="default" leftSection={<IconEye size={14} aria-hidden />} onClick={() => setAsking(true)} aria-label={t("reveal.open", { label: field.label })}>
              {t("reveal.button")}
            </Button>
          )
        : (
            <Button size="compact-xs" variant="default" leftSection={<IconEyeOff size={14} aria-hidden />} onClick={hide}>
              {t("reveal.hide", { count: Math.max(left, 0) })}
            </Button>
          )}
      <Modal opened={asking} onClose={() => setAsking(false)} title={t("reveal.title", { label: field.label })} centered closeButtonProps={{ "aria-label": t("close") }}>
        <form onSubmit={(event) => (event.preventDefault(), void show())}>
          <Stack>
            <Text size="sm">{t("reveal.why", { count: seconds })}</Text>
            <Select
              label={t("reveal.reason")}
              data={reasons.map((value) => ({ value, label: t(`reveal.because.${value}`) }))}
              value={reason}
              onChange={(value) => (setReason(value), setProblem(undefined))}
              error={problem}
              required
              allowDeselect={false}
              data-autofocus
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setAsking(false)}>
                {t("cancel")}
              </Button>
              <Button type="submit" loading={running}>
                {t("reveal.go")}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Group>
  );
}
