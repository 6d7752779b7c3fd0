import { IconCalendar, IconHourglassHigh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { clock } from "../../kit/format/server_clock";
import { useFormat } from "../../kit/format/use_format";
import type { Card } from "../documents";
import { dayOf } from "../state/filter";
import { Initials } from "./Initials";
import classes from "./card.module.css";
import { useShortDay } from "./use_short_day";

/** A deal that stands still for so many days is shown as such. */
export const staleAfterDays = 30;

/** What is on a card. Nothing in it takes the focus: the card itself is the link. */
export function CardFace({ card, hint }: { card: Card; hint?: string }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const shortDay = useShortDay();
  const open = card.stage.kind === "OPEN";
  const days = Math.floor((clock() - Date.parse(card.stageSince)) / 86_400_000);
  const overdue = open && card.expectedCloseOn && card.expectedCloseOn < dayOf(clock());
  const known = card.amount.amountMinor !== "0";
  return (
    <>
      <span className={classes.title} dir="auto">
        {card.title}
      </span>
      <span className={classes.company} dir="auto">
        {card.company?.name}
      </span>
      <span className={classes.foot}>
        <span className={classes.amount}>{known ? format.money(card.amount, { cents: false }) : <i>{t("card.noAmount")}</i>}</span>
        {open && days >= staleAfterDays && (
          <span className={classes.stale} title={t("card.stale", { count: days })}>
            <IconHourglassHigh size={13} aria-hidden /> {t("card.days", { count: days })}
          </span>
        )}
        {open && card.expectedCloseOn && (
          <span className={overdue ? classes.overdue : classes.date} title={t(overdue ? "card.overdue" : "card.close")}>
            <IconCalendar size={13} aria-hidden /> {shortDay(card.expectedCloseOn)}
          </span>
        )}
        {card.owner && (
          <span className={classes.owner}>
            <Initials name={card.owner.name} label={t("card.owner", { name: card.owner.name })} />
          </span>
        )}
      </span>
      {hint && <span className={classes.hint}>{hint}</span>}
    </>
  );
}
