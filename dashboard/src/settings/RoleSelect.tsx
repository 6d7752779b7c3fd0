import { Select, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Role } from "../kit/session/viewer";
import { useViewer } from "../kit/session/viewer";

export const roles: Role[] = ["OWNER", "ADMIN", "DPO", "SALES", "MARKETING", "READER"];

interface Props {
  value: Role;
  onChange: (role: Role) => void;
  error?: string;
  label?: string;
}

/** A role, with what it may do in words. Only an owner can give ownership away. */
export function RoleSelect({ value, onChange, error, label }: Props) {
  const { t } = useTranslation(["settings", "kit"]);
  const { role } = useViewer();
  const offered = roles.filter((one) => one !== "OWNER" || role === "OWNER" || value === "OWNER");
  return (
    <div>
      <Select
        label={label ?? t("settings:role.label")}
        value={value}
        allowDeselect={false}
        error={error}
        data={offered.map((one) => ({ value: one, label: t(`kit:role.${one}`) }))}
        renderOption={({ option }) => (
          <div>
            <Text size="sm" fw={500}>
              {option.label}
            </Text>
            <Text size="xs" c="dimmed">
              {t(`settings:role.about.${option.value}`)}
            </Text>
          </div>
        )}
        onChange={(role) => role && onChange(role as Role)}
      />
      <Text size="xs" c="dimmed" mt={4}>
        {t(`settings:role.about.${value}`)}
      </Text>
    </div>
  );
}
