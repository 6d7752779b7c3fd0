import { Badge, Group, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Ago } from "../kit/format/Ago";
import { useViewer } from "../kit/session/viewer";
import { CustomText } from "../records/identity/CustomText";
import { customFilters } from "../records/pick/custom_filter";
import { isSealed, type CustomField } from "../records/pick/use_fields";
import { useMembers } from "../records/pick/use_members";
import type { Column } from "../records/table/column";
import classes from "../records/table/table.module.css";
import { ownerFilter, timeFilter, type FilterDef } from "../records/view/filter";
import type { Row } from "./documents";
import type { CompanyFilter } from "./use_list";

export const standard = ["name", "domain", "industry", "owner", "phone", "updated"];

export function useColumns(fields: CustomField[]): Column<Row>[] {
  const { t } = useTranslation("companies");
  return useMemo(() => {
    const clip = (text: string | null) => text && <bdi className={classes.clip}>{text}</bdi>;
    return [
      { key: "name", label: t("field.name"), width: 260, sort: { field: "NAME" }, cell: (row) => <Name row={row} /> },
      { key: "domain", label: t("field.domain"), width: 240, cell: ({ domain }) => clip(domain) },
      { key: "industry", label: t("field.industry"), width: 170, cell: ({ industry }) => clip(industry) },
      { key: "owner", label: t("field.owner"), width: 160, cell: ({ owner }) => clip(owner?.name ?? null) },
      { key: "phone", label: t("field.phone"), width: 150, cell: ({ phone }) => clip(phone) },
      { key: "website", label: t("field.website"), width: 220, cell: ({ website }) => clip(website) },
      { key: "created", label: t("field.created"), width: 140, sort: { field: "CREATED_AT" }, cell: ({ createdAt }) => <Ago at={createdAt} /> },
      { key: "updated", label: t("field.updated"), width: 140, sort: { field: "UPDATED_AT" }, cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
      ...fields
        .filter((field) => field.mayRead && !isSealed(field))
        .map((field): Column<Row> => ({
          key: `custom.${field.key}`,
          label: field.label,
          width: 160,
          sort: field.type === "CHOICES" ? undefined : { custom: field.key },
          cell: (row) => {
            const value = row.customFields?.find(({ key }) => key === field.key)?.value;
            return value ? <CustomText field={field} value={value} plain /> : null;
          },
        })),
    ];
  }, [fields, t]);
}

export function useFilters(fields: CustomField[]): FilterDef<CompanyFilter>[] {
  const { t } = useTranslation(["companies", "records"]);
  const members = useMembers();
  const me = useViewer().member?.id;
  return useMemo(() => {
    const people = [{ value: "me", label: t("records:me") }, ...members.map(({ id, name }) => ({ value: id, label: name }))];
    const time = (key: "createdAt" | "updatedAt", name: string): FilterDef<CompanyFilter> => ({
      key,
      label: t(`field.${name}`),
      type: "time",
      make: (value) => {
        const condition = timeFilter(value);
        return condition && { [key]: condition };
      },
    });
    const defs: FilterDef<CompanyFilter>[] = [
      { key: "owner", label: t("field.owner"), type: "choices", options: people, mayBeEmpty: true, make: (value) => ({ owner: ownerFilter(value, me) }) },
      { key: "name", label: t("field.name"), type: "text", make: ({ text }) => (text?.trim() ? { name: { contains: text.trim() } } : undefined) },
      { key: "hasOpenDeals", label: t("filter.openDeals"), type: "boolean", make: ({ is }) => (is === undefined ? undefined : { hasOpenDeals: is }) },
      { key: "hasContacts", label: t("filter.people"), type: "boolean", make: ({ is }) => (is === undefined ? undefined : { hasContacts: is }) },
      time("createdAt", "created"),
      time("updatedAt", "updated"),
      ...(customFilters(fields) as FilterDef<CompanyFilter>[]),
    ];
    return defs;
  }, [fields, members, me, t]);
}

function Name({ row }: { row: Row }) {
  const { t } = useTranslation("companies");
  return (
    <Group gap={6} wrap="nowrap" miw={0}>
      <Link to={`/companies/${row.id}` as "/"} tabIndex={-1} className={`${classes.name} ${classes.clip}`}>
        <bdi>{row.name}</bdi>
      </Link>
      {row.archivedAt && (
        <Badge size="xs" variant="light" color="gray" tt="none">
          {t("archived")}
        </Badge>
      )}
    </Group>
  );
}

export function Compact({ row }: { row: Row }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Name row={row} />
      <Text size="xs" c="dimmed" className={classes.clip}>
        <bdi>{[row.domain, row.industry].filter(Boolean).join(" · ")}</bdi>
      </Text>
    </div>
  );
}
