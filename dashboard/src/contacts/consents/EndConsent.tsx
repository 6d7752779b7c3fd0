import { Button, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";

const WITHDRAW = graphql(`
  mutation WithdrawConsent($input: WithdrawConsentInput!) {
    withdrawConsent(input: $input) { consent { id state since holdsNow } userErrors { code field message } }
  }
`);
const REVOKE = graphql(`
  mutation RevokeConsent($input: RevokeConsentInput!) {
    revokeConsent(input: $input) { consent { id state since holdsNow } userErrors { code field message } }
  }
`);

const reasons = {
  withdraw: ["TOLD_BY_PHONE", "TOLD_BY_EMAIL", "TOLD_BY_POST", "TOLD_IN_PERSON", "OBJECTION"],
  revoke: ["PURPOSE_ENDED", "PROOF_INSUFFICIENT", "MINOR", "WRONG_PERSON"],
} as const;

interface Props {
  how: "withdraw" | "revoke";
  consentId: string;
  what: string;
  close: () => void;
  done: () => void;
}

/** Records that a consent ended. Staff can end one, and never give one. */
export function EndConsent({ how, consentId, what, close, done }: Props) {
  const { t } = useTranslation(["contacts", "records"]);
  const [reason, setReason] = useState<string>("");
  const [withdraw, withdrawing] = useAct(WITHDRAW);
  const [revoke, revoking] = useAct(REVOKE);

  async function end() {
    const input = { consentId, reason };
    const ended = how === "withdraw" ? await withdraw({ input: input as never }) : await revoke({ input: input as never });
    if (!ended.ok) return;
    tell.done(t(`${how}.done`));
    done();
    close();
  }

  return (
    <Modal opened onClose={close} title={t(`${how}.title`)} centered closeButtonProps={{ "aria-label": t("records:close") }}>
      <form onSubmit={(event) => (event.preventDefault(), void end())}>
        <Stack>
          <Text size="sm" fw={600}>
            {what}
          </Text>
          <Text size="sm">{t(`${how}.body`)}</Text>
          <Radio.Group label={t(`${how}.reason`)} value={reason} onChange={setReason} required>
            <Stack gap={8} mt={6}>
              {reasons[how].map((one) => (
                <Radio key={one} value={one} label={t(`reason.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("records:cancel")}
            </Button>
            <Button type="submit" color="red" disabled={!reason} loading={withdrawing || revoking}>
              {t(`${how}.go`)}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
