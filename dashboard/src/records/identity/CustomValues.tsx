import { Badge, Group, Stack, Text, Tooltip } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { isSealed, type CustomField } from "../pick/use_fields";
import { CustomInput } from "./CustomInput";
import { CustomText } from "./CustomText";
import { EditableValue } from "./EditableValue";
import classes from "./identity.module.css";
import type { Saving, Source } from "./model";
import { Sealed } from "./Sealed";

interface Held {
  key: string;
  value: string | null;
  masked: string | null;
  field: { id: string } | null;
}

interface Props {
  fields: CustomField[];
  held: readonly Held[];
  owner: { contactId: string } | { companyId: string };
  saving: Saving;
  provenance: readonly Source[];
  nameOf: (id: string) => string | null | undefined;
  may: boolean;
}

/** The workspace's own fields, as their data class allows, and answers to questions that only a form asked. */
export function CustomValues({ fields, held, owner, saving, provenance, nameOf, may }: Props) {
  const { t } = useTranslation("records");
  const answers = held.filter(({ field, value }) => !field && value);
  if (!fields.length && !answers.length) return null;
  return (
    <Stack gap={2}>
      {fields.map((field) => {
        const now = held.find(({ key }) => key === field.key);
        const key = `custom.${field.key}`;
        const common = { saving, provenance, nameOf };
        if (now?.masked) {
          return (
            <div key={key} className={classes.line} data-value={key}>
              <Label field={field} />
              <Stack gap={0}>
                <Sealed field={field} masked={now.masked} owner={owner} />
                {may && field.mayWrite && (
                  <EditableValue {...common} may of={{ key, label: field.label, prompt: t("edit.replace"), value: null, input: (props) => <CustomInput field={field} {...props} autoFocus /> }} />
                )}
              </Stack>
            </div>
          );
        }
        if (!field.mayRead && !field.mayWrite) return null;
        return (
          <EditableValue
            key={key}
            {...common}
            may={may && field.mayWrite}
            of={{
              key,
              label: field.label,
              value: now?.value ?? null,
              say: (value) => <CustomText field={field} value={value} />,
              input: (props) => <CustomInput field={field} {...props} autoFocus />,
            }}
          />
        );
      })}
      {answers.map(({ key, value }) => (
        <EditableValue key={key} saving={saving} provenance={provenance} nameOf={nameOf} may={false} of={{ key: `custom.${key}`, label: key, value, readOnly: true }} />
      ))}
    </Stack>
  );
}

function Label({ field }: { field: CustomField }) {
  const { t } = useTranslation("records");
  return (
    <Group gap={4} className={classes.label} align="center">
      <Text size="xs" c="dimmed">
        {field.label}
      </Text>
      {isSealed(field) && (
        <Tooltip label={t(`class.${field.dataClass}_why`)} multiline maw={260}>
          <Badge size="xs" variant="default" tt="none" leftSection={<IconLock size={10} aria-hidden />} tabIndex={0}>
            {t(`class.${field.dataClass}`)}
          </Badge>
        </Tooltip>
      )}
    </Group>
  );
}
