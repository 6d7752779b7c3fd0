import { Badge, Group, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Ago } from "../kit/format/Ago";
import { CustomText } from "../records/identity/CustomText";
import { isSealed, type CustomField } from "../records/pick/use_fields";
import type { Column } from "../records/table/column";
import classes from "../records/table/table.module.css";
import { fullName, type Row } from "./row";

export const standard = ["name", "email", "company", "owner", "lifecycle", "tags", "lastContact"];

/** Every column that the table can show; the name is always the first. */
export function useColumns(fields: CustomField[]): Column<Row>[] {
  const { t } = useTranslation(["contacts", "records"]);
  return useMemo(() => {
    const clip = (text: string | null) => text && <bdi className={classes.clip}>{text}</bdi>;
    const custom = fields
      .filter((field) => field.mayRead && !isSealed(field))
      .map((field): Column<Row> => ({
        key: `custom.${field.key}`,
        label: field.label,
        width: 150,
        sort: field.type === "CHOICES" ? undefined : { custom: field.key },
        cell: (row) => {
          const value = row.customFields?.find(({ key }) => key === field.key)?.value;
          return value ? <CustomText field={field} value={value} plain /> : null;
        },
      }));
    const columns: Column<Row>[] = [
      { key: "name", label: t("field.name"), width: 200, sort: { field: "NAME" }, cell: (row) => <Name row={row} /> },
      { key: "email", label: t("field.email"), width: 230, cell: (row) => clip(row.email) },
      { key: "company", label: t("field.company"), width: 170, cell: (row) => clip(row.company?.name ?? row.companyName) },
      { key: "owner", label: t("field.owner"), width: 130, cell: (row) => clip(row.owner?.name ?? null) },
      { key: "lifecycle", label: t("field.lifecycle"), width: 130, cell: ({ restrictedAt, lifecycle }) => !restrictedAt && t(`lifecycle.${lifecycle}`) },
      { key: "tags", label: t("field.tags"), width: 150, cell: ({ tags }) => <Tags tags={tags} /> },
      { key: "lastContact", label: t("field.lastContact"), width: 120, sort: { field: "LAST_CONTACT_AT" }, cell: ({ lastContactAt }) => lastContactAt && <Ago at={lastContactAt} /> },
      { key: "phone", label: t("field.phone"), width: 150, cell: ({ phone }) => clip(phone) },
      { key: "jobTitle", label: t("field.jobTitle"), width: 170, cell: ({ jobTitle }) => clip(jobTitle) },
      { key: "language", label: t("field.language"), width: 100, cell: ({ language }) => t(`records:language.${language}`) },
      { key: "created", label: t("field.created"), width: 140, sort: { field: "CREATED_AT" }, cell: ({ createdAt }) => <Ago at={createdAt} /> },
      { key: "updated", label: t("field.updated"), width: 140, sort: { field: "UPDATED_AT" }, cell: ({ updatedAt }) => <Ago at={updatedAt} /> },
      ...custom,
    ];
    return columns;
  }, [fields, t]);
}

function Name({ row }: { row: Row }) {
  const { t } = useTranslation("contacts");
  return (
    <Group gap={6} wrap="nowrap" miw={0}>
      <Link to={`/contacts/${row.id}` as "/"} tabIndex={-1} className={`${classes.name} ${classes.clip}`}>
        <bdi>{fullName(row) || t(row.restrictedAt ? "locked.name" : "unnamed")}</bdi>
      </Link>
      {row.restrictedAt && <IconLock size={14} role="img" aria-label={t("locked.badge")} style={{ flex: "none" }} />}
      {row.archivedAt && <Badge size="xs" variant="light" color="gray" tt="none">{t("archived")}</Badge>}
    </Group>
  );
}

function Tags({ tags }: { tags: Row["tags"] }) {
  return (
    <Group gap={4} wrap="nowrap" miw={0} className={classes.clip}>
      {tags.map(({ id, name }) => (
        <Badge key={id} size="sm" variant="default" tt="none" fw={400} style={{ flex: "none" }}>
          <bdi>{name}</bdi>
        </Badge>
      ))}
    </Group>
  );
}

/** A row in a narrow window: who, and how to find them. */
export function Compact({ row }: { row: Row }) {
  return (
    <div style={{ minWidth: 0 }}>
      <Name row={row} />
      <Text size="xs" c="dimmed" className={classes.clip}>
        <bdi>{[row.company?.name ?? row.companyName, row.email].filter(Boolean).join(" · ")}</bdi>
      </Text>
    </div>
  );
}
