import { Select, type ComboboxData } from "@mantine/core";
import { Row } from "./Row";
import { useDraft, type Saved } from "./use_draft";
import classes from "./panel.module.css";

interface Props {
  label: string;
  value: string;
  data: ComboboxData;
  save: (value: string, base: string) => Promise<Saved>;
  placeholder?: string;
  readOnly?: boolean;
  clearable?: boolean;
  searchable?: boolean;
  written: (value: string) => string;
}

/** A field with a choice: choosing saves. */
export function SelectRow({ label, value, data, save, placeholder, readOnly, clearable = true, searchable, written }: Props) {
  const draft = useDraft(value, save);
  return (
    <Row label={label} draft={draft} written={written}>
      {(labelId) => (
        <Select
          size="xs"
          classNames={{ input: classes.choice }}
          aria-labelledby={labelId}
          data={data}
          value={(draft.text ?? value) || null}
          placeholder={placeholder}
          readOnly={readOnly || draft.saving}
          clearable={clearable && !readOnly}
          allowDeselect={false}
          searchable={searchable}
          comboboxProps={{ withinPortal: true }}
          onChange={(next) => void draft.commit(next ?? "")}
        />
      )}
    </Row>
  );
}
