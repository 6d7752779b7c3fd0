import { Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconBellRinging, IconBuilding, IconEyeOff, IconHourglass, IconInbox, IconShieldCheck, IconUserQuestion, type Icon } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../kit/format/use_format";
import classes from "./desk.module.css";
import type { DeskData } from "./Desk";

type Tone = "calm" | "soon" | "late";
interface Tile {
  name: string;
  icon: Icon;
  to: string;
  count: number;
  detail: string;
  tone: Tone;
}

/** One tile for each thing that may wait. */
export function Waiting({ data }: { data: DeskData }) {
  const { t } = useTranslation("privacy/desk");
  const format = useFormat();
  const going = data.retentionPreview.reduce((sum, { going }) => sum + going, 0);
  const told = data.retentionPreview.reduce((sum, { told }) => sum + told, 0);
  const late = data.breaches.nodes.filter(({ overdue }) => overdue).length;
  const unsafe = data.recipients.nodes.filter(({ transferAllowed }) => !transferAllowed).length;
  const residues = data.erasures.nodes.filter(({ residues }) => residues && residues.length > 0).length;
  const { open, overdue, dueSoon } = data.requestCounts;
  const tone = (isLate: boolean, isSoon: boolean): Tone => (isLate ? "late" : isSoon ? "soon" : "calm");

  const tiles: Tile[] = [
    { name: "requests", icon: IconInbox, to: "/privacy/requests", count: open, tone: tone(overdue > 0, dueSoon > 0), detail: overdue ? t("requests.overdue", { count: overdue }) : dueSoon ? t("requests.soon", { count: dueSoon }) : t("requests.calm") },
    { name: "breaches", icon: IconAlertTriangle, to: "/privacy/breaches", count: data.breaches.totalCount, tone: tone(late > 0, data.breaches.totalCount > 0), detail: late ? t("breaches_.late", { count: late }) : data.breaches.totalCount ? t("breaches_.open") : t("breaches_.calm") },
    { name: "quarantine", icon: IconEyeOff, to: "/privacy/quarantine", count: data.quarantine.totalCount, tone: tone(false, data.quarantine.totalCount > 0), detail: data.quarantine.totalCount ? t("quarantine.waiting") : t("quarantine.calm") },
    { name: "retention", icon: IconHourglass, to: "/privacy/retention", count: going, tone: "calm", detail: going ? told ? t("retention.told", { count: told }) : t("retention.going") : t("retention.calm") },
    { name: "notices", icon: IconBellRinging, to: "/privacy/recipients/notices", count: data.recipientNotices.totalCount, tone: tone(false, data.recipientNotices.totalCount > 0), detail: data.recipientNotices.totalCount ? t("notices.waiting") : t("notices.calm") },
    { name: "inform", icon: IconUserQuestion, to: "/privacy/to-inform", count: data.toInform.totalCount, tone: tone(data.late.totalCount > 0, data.toInform.totalCount > 0), detail: data.late.totalCount ? t("inform.late", { count: data.late.totalCount }) : t(data.toInform.totalCount ? "inform.waiting" : "inform.calm") },
    { name: "recipients", icon: IconBuilding, to: "/privacy/recipients", count: unsafe, tone: tone(unsafe > 0, false), detail: unsafe ? t("recipients.unsafe") : t("recipients.calm") },
    { name: "erasures", icon: IconShieldCheck, to: "/privacy/certificates", count: residues, tone: tone(residues > 0, false), detail: residues ? t("erasures.residues") : t("erasures.calm") },
  ];
  return tiles.map(({ name, icon: Icon, to, count, detail, tone }) => (
    <Link key={name} to={to as "/"} className={classes.tile} data-tone={tone} data-tile={name}>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" c="dimmed" component="span">
          {t(`tile.${name}`)}
        </Text>
        <Icon size={18} stroke={1.5} aria-hidden />
      </Group>
      <span className={classes.count}>{format.number(count)}</span>
      <Text size="xs" component="span" className={classes.detail}>
        {detail}
      </Text>
    </Link>
  ));
}
