import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMembers } from "./use_members";

interface Props {
  label: string;
  value: string | null;
  onChange: (id: string | null) => void;
  error?: string;
  autoFocus?: boolean;
}

/** Chooses somebody of the staff who has access now. */
export function MemberSelect({ label, value, onChange, error, autoFocus }: Props) {
  const { t } = useTranslation("records");
  const members = useMembers();
  return (
    <Select
      label={label}
      data={members.filter(({ joined, id }) => joined || id === value).map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
      error={error}
      searchable
      clearable
      clearButtonProps={{ "aria-label": t("clear") }}
      placeholder={t("nobody")}
      nothingFoundMessage={t("pick.nothing")}
      comboboxProps={{ withinPortal: false }}
      data-autofocus={autoFocus || undefined}
      autoFocus={autoFocus}
    />
  );
}
