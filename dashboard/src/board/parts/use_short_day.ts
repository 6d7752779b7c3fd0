import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "../../kit/format/server_clock";

/** A day on a card: "3 Dec", with its year when that is not this one. */
export function useShortDay() {
  const { i18n } = useTranslation("board");
  const tag = i18n.language === "en" ? "en-GB" : i18n.language;
  return useMemo(() => {
    const near = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", timeZone: "UTC" });
    const far = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", year: "2-digit", timeZone: "UTC" });
    return (day: string) => {
      const thisYear = day.startsWith(String(new Date(clock()).getFullYear()));
      return (thisYear ? near : far).format(new Date(`${day}T00:00:00Z`));
    };
  }, [tag]);
}
