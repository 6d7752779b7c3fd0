import { Badge, Tooltip, VisuallyHidden } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "../store";
import { connection } from "./connection";

/** Live, reconnecting, or behind by n. Says nothing during the first moments of a hiccup. */
export function ConnectionBadge() {
  const { t } = useTranslation("kit");
  const now = useStore(connection);
  const patient = usePatience(now.state === "reconnecting", 1_500);
  const shown = now.state === "reconnecting" && patient ? "live" : now.state === "live" && now.behind > 0 ? "behind" : now.state;
  const color = { idle: "gray", live: "teal", behind: "yellow", reconnecting: "orange", refused: "red" }[shown];
  const label = t(`connection.${shown}`, { count: now.state === "live" ? now.behind : 0 });
  return (
    <>
      <Tooltip label={t(`connection.${shown}_why`)} multiline maw={280}>
        <Badge variant="dot" color={color} tt="none" fw={500} data-connection={shown} style={{ flexShrink: 0 }}>
          {label}
        </Badge>
      </Tooltip>
      <VisuallyHidden role="status">{shown === "live" || shown === "idle" ? "" : t(`connection.${shown}_why`)}</VisuallyHidden>
    </>
  );
}

/** True for the first `ms` of `happening`. */
function usePatience(happening: boolean, ms: number) {
  const [patient, setPatient] = useState(true);
  useEffect(() => {
    setPatient(true);
    if (!happening) return;
    const timer = setTimeout(() => setPatient(false), ms);
    return () => clearTimeout(timer);
  }, [happening, ms]);
  return happening && patient;
}
