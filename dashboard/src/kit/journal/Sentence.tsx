import { Anchor, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../format/use_format";
import { usePathOf } from "../shell/screens";
import type { Told } from "./ids";

interface Props {
  entry: Told;
  /** From `useNames(idsOf(entries))`, so that a list asks once. */
  nameOf: (id: string) => string | null | undefined;
}

/** What an entry of the journal says, in plain words, with links to what it is about. */
export function Sentence({ entry, nameOf }: Props) {
  const { t, i18n } = useTranslation(["kit/journal", "kit"]);
  const part = useParts(entry, nameOf);
  const key = `kit/journal:kind.${entry.kind}`;
  const text = i18n.exists(key) ? t(key, { skipInterpolation: true }) : t("other", { skipInterpolation: true });
  // A part that this entry does not have goes with the punctuation in front of it.
  const pieces = text.split(/(\{\{\w+\}\})/);
  return (
    <>
      {pieces.map((piece, index) => {
        const name = /^\{\{(\w+)\}\}$/.exec(piece)?.[1];
        if (name) return <Fragment key={index}>{part(name)}</Fragment>;
        const next = pieces[index + 1]?.slice(2, -2);
        return <Fragment key={index}>{next && part(next) === undefined ? piece.replace(/[\s ]*[,:(]?[\s ]*$/, "") : piece}</Fragment>;
      })}
    </>
  );
}

/** Gives the words for a placeholder; undefined when the entry has nothing to say there. */
function useParts(entry: Told, nameOf: Props["nameOf"]) {
  const { t } = useTranslation(["kit/journal", "kit"]);
  const format = useFormat();
  const data = (entry.data ?? {}) as Record<string, unknown>;
  const words = (name: string) => (typeof data[name] === "string" ? data[name] : undefined);
  const thing = (id: string | null | undefined) => (id ? <Thing id={id} name={nameOf(id)} /> : undefined);
  const stage = (id: string | undefined) => id && <q>{nameOf(id) ?? "…"}</q>;

  return (name: string): ReactNode => {
    switch (name) {
      case "actor":
        return /_/.test(entry.actor) ? thing(entry.actor) : t(`actor.${entry.actor}`);
      case "subject":
        return thing(entry.subject) ?? t("someone");
      case "object":
        return thing(entry.object) ?? t("gone");
      case "kind":
        return <code>{entry.kind}</code>;
      case "stage":
      case "fromStage":
      case "lossReason":
        return stage(words(name)) || undefined;
      case "purpose":
      case "form":
      case "recipient":
      case "assignee":
        return thing(words(name));
      case "amount": {
        const amountMinor = data.amountMinor;
        const currency = words("currency");
        if (!currency || amountMinor === undefined || Number(amountMinor) === 0) return undefined;
        return format.money({ amountMinor: String(amountMinor), currency });
      }
      case "channel":
        return words("channel") && t(`channel.${words("channel")}`);
      case "role":
        return words("role") && t(`kit:role.${words("role")}`);
      case "until":
        return words("until") && format.date(words("until")!);
      default: {
        const value = data[name];
        return typeof value === "number" ? format.number(value) : undefined;
      }
    }
  };
}

/** A link where a screen shows the object; its name alone where none does. */
function Thing({ id, name }: { id: string; name: string | null | undefined }) {
  const { t } = useTranslation("kit/journal");
  const path = usePathOf()(id);
  if (name === undefined) return <Text span c="dimmed">…</Text>;
  if (name === null) return <Text span c="dimmed">{t("gone")}</Text>;
  const shown = name || t("unnamed");
  if (!path) return <bdi className="thing">{shown}</bdi>;
  return (
    <Anchor component={Link} to={path as "/"} fz="inherit" fw={500}>
      <bdi>{shown}</bdi>
    </Anchor>
  );
}
