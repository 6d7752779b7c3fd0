import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useViewer } from "../kit/session/viewer";
import { customFilters } from "../records/pick/custom_filter";
import type { CustomField } from "../records/pick/use_fields";
import { useMembers } from "../records/pick/use_members";
import { usePurposes } from "../records/pick/use_purposes";
import { useTags } from "../records/pick/use_tags";
import { ownerFilter, timeFilter, type FilterDef } from "../records/view/filter";
import type { VariablesOf } from "../kit/client/graphql";
import type { CONTACTS } from "./row";

export type ContactFilter = NonNullable<VariablesOf<typeof CONTACTS>["filter"]>;

const lifecycles = ["PROSPECT", "CUSTOMER", "FORMER"] as const;
const states = ["NEVER_ASKED", "REQUESTED", "GIVEN", "REFUSED", "WITHDRAWN", "REVOKED", "EXPIRED", "INVALIDATED"] as const;

/** Everything that contacts can be filtered by. */
export function useFilters(fields: CustomField[]): FilterDef<ContactFilter>[] {
  const { t } = useTranslation(["contacts", "records"]);
  const members = useMembers();
  const tags = useTags();
  const all = usePurposes();
  const me = useViewer().member?.id;
  return useMemo(() => {
    const purposes = all.filter(({ archived }) => !archived).map(({ id, title, channels }) => ({ value: id, label: title, channels }));
    const consents = all.filter(({ legalBasis, archived }) => legalBasis === "CONSENT" && !archived).map(({ id, title, channels }) => ({ value: id, label: title, channels }));
    const people = [{ value: "me", label: t("records:me") }, ...members.map(({ id, name }) => ({ value: id, label: name }))];
    const time = (key: "createdAt" | "updatedAt" | "lastContactAt", name: string, mayBeEmpty = false): FilterDef<ContactFilter> => ({
      key,
      label: t(`field.${name}`),
      type: "time",
      mayBeEmpty,
      make: (value) => {
        const condition = timeFilter(value);
        return condition && { [key]: condition };
      },
    });
    const defs: FilterDef<ContactFilter>[] = [
      { key: "usable", label: t("filter.usable"), type: "usable", purposes, make: () => undefined },
      { key: "owner", label: t("field.owner"), type: "choices", options: people, mayBeEmpty: true, make: (value) => ({ owner: ownerFilter(value, me) }) },
      { key: "lifecycle", label: t("field.lifecycle"), type: "choices", options: lifecycles.map((value) => ({ value, label: t(`lifecycle.${value}`) })), make: ({ in: list }) => ({ lifecycle: list as (typeof lifecycles)[number][] }) },
      { key: "tags", label: t("field.tags"), type: "choices", options: tags.map(({ id, name }) => ({ value: id, label: name })), make: ({ in: any }) => ({ tags: { any } }) },
      { key: "company", label: t("field.company"), type: "company", mayBeEmpty: true, make: ({ in: list, none }) => ({ company: none ? { isEmpty: true } : { in: list } }) },
      { key: "consent", label: t("filter.consent"), type: "consent", purposes: consents, options: states.map((value) => ({ value, label: t(`state.${value}`) })), make: ({ purposeId, channel, in: list }) => (purposeId && channel && list ? { consent: { purposeId, channel: channel as "EMAIL", states: list as ["GIVEN"] } } : undefined) },
      { key: "deal", label: t("filter.deal"), type: "choices", options: (["OPEN", "WON", "LOST"] as const).map((value) => ({ value, label: t(`records:dealKind.${value}`) })), make: ({ in: kinds }) => ({ deal: { kinds: kinds as ["OPEN"] } }) },
      { key: "language", label: t("field.language"), type: "choices", options: (["fr", "en"] as const).map((value) => ({ value, label: t(`records:language.${value}`) })), make: ({ in: list }) => ({ language: { in: list } }) },
      time("lastContactAt", "lastContact", true),
      time("createdAt", "created"),
      time("updatedAt", "updated"),
      ...(customFilters(fields) as FilterDef<ContactFilter>[]),
    ];
    return defs;
  }, [fields, members, tags, all, me, t]);
}
