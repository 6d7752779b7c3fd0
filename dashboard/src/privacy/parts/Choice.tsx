import { NativeSelect } from "@mantine/core";

interface Props<Value extends string> {
  label: string;
  description?: string;
  of: readonly Value[];
  /** How a value is called. */
  named: (value: Value) => string;
  /** `""` = nothing chosen; then `none` stands there. */
  value: Value | "";
  none?: string;
  onChange: (value: Value | "") => void;
  required?: boolean;
  error?: string;
}

/** One of a few values, by the browser's own list. */
export function Choice<Value extends string>({ of, named, none, onChange, ...rest }: Props<Value>) {
  const data = [...(none === undefined ? [] : [{ value: "", label: none }]), ...of.map((value) => ({ value, label: named(value) }))];
  return <NativeSelect {...rest} data={data} onChange={(event) => onChange(event.currentTarget.value as Value | "")} />;
}
