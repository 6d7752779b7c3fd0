import { ActionIcon, Anchor, Menu, Text, ThemeIcon } from "@mantine/core";
import { IconBan, IconCheck, IconDots, IconDownload, IconHandStop, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Enum } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { useMay } from "../../kit/session/viewer";
import type { Basis, Consent } from "./ConsentPanel";
import classes from "./consents.module.css";
import { EndConsent } from "./EndConsent";
import { Evidence } from "./Evidence";
import { useProof } from "./use_proof";

interface Props {
  purpose: { id: string; title: string; legalBasis: Enum<"LegalBasis"> };
  channel: Enum<"Channel">;
  answer: Enum<"Usability"> | undefined;
  consent: Consent | undefined;
  basis: Basis | undefined;
  changed: () => void;
}

/** One purpose on one channel: yes or no in words, the state behind it, and the proof. */
export function ConsentRow({ purpose, channel, answer, consent, basis, changed }: Props) {
  const { t } = useTranslation("contacts");
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const [ending, setEnding] = useState<"withdraw" | "revoke">();
  const mayChange = useMay("changeContacts");
  const mayProve = useMay("readEvidence");
  const mayRevoke = useMay("changeWorkspace");
  const proof = useProof();
  const yes = answer === "USABLE";
  const given = consent?.state === "GIVEN";
  const proven = consent && consent.evidence;
  const id = `evidence-${purpose.id}-${channel}`;
  const page = consent?.evidence?.page;

  // What the answer itself does not say already.
  const behind = consent
    ? t(`since.${consent.state}`, { at: format.date(consent.since) })
    : basis
      ? basis.until
        ? t("basis.ended", { since: format.date(basis.since), until: format.date(basis.until) })
        : t("basis.since", { at: format.date(basis.since) })
      : answer === "NEVER_ASKED" || answer === "NO_BASIS"
        ? null
        : purpose.legalBasis === "CONSENT"
          ? t("state.NEVER_ASKED")
          : t("basis.none");

  return (
    <div className={classes.row} data-channel={channel} data-answer={answer} data-state={consent?.state}>
      <ThemeIcon size={22} radius="xl" variant="light" color={yes ? "teal" : "gray"}>
        {yes ? <IconCheck size={14} aria-hidden /> : <IconX size={14} aria-hidden />}
      </ThemeIcon>
      <div style={{ flex: "1 1 0", minWidth: 0 }}>
        <Text size="sm">
          {answer === undefined ? t(`channel.${channel}`) : yes ? t(`may.${channel}`) : t("because", { what: t(`mayNot.${channel}`), why: t(`use.${answer}`) })}
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {behind}
          {given && consent.expiresAt && <> · {t("expires", { at: format.date(consent.expiresAt) })}</>}
          {consent?.evidence && (
            <>
              {" · "}
              {t(`method.${consent.evidence.method}`)}
              {page?.origin && <> · <bdi>{page.origin.replace(/^https?:\/\//, "") + page.path}</bdi></>}
            </>
          )}
        </Text>
        {consent && mayProve && (proven || given) && (
          <Anchor component="button" size="xs" onClick={() => setOpen(!open)} aria-expanded={open} aria-controls={id}>
            {t(open ? "evidence.hide" : "evidence.show")}
          </Anchor>
        )}
      </div>
      {consent && ((given && mayChange) || mayProve) && (
        <Menu position="bottom-end" withinPortal width={240}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("consents.menu", { purpose: purpose.title, channel: t(`channel.${channel}`) })}>
              <IconDots size={15} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {mayProve && proven && (
              <Menu.Item leftSection={<IconDownload size={15} aria-hidden />} onClick={() => void proof.download(consent.id, "html")}>
                {t("evidence.download")}
              </Menu.Item>
            )}
            {given && mayChange && (
              <Menu.Item leftSection={<IconHandStop size={15} aria-hidden />} onClick={() => setEnding("withdraw")}>
                {t("withdraw.open")}
              </Menu.Item>
            )}
            {given && mayRevoke && (
              <Menu.Item color="red" leftSection={<IconBan size={15} aria-hidden />} onClick={() => setEnding("revoke")}>
                {t("revoke.open")}
              </Menu.Item>
            )}
            {!(mayProve && proven) && !given && <Menu.Label>{t("consents.nothingToDo")}</Menu.Label>}
          </Menu.Dropdown>
        </Menu>
      )}
      {consent && open && <Evidence id={id} consentId={consent.id} />}
      {consent && ending && <EndConsent how={ending} consentId={consent.id} what={`${purpose.title}, ${t(`channel.${channel}`)}`} close={() => setEnding(undefined)} done={changed} />}
    </div>
  );
}
