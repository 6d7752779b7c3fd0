import { Checkbox, ScrollArea, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fold } from "../../kit/shell/fold";
import { useTags } from "./use_tags";

interface Props {
  label: string;
  value: string[];
  onChange: (names: string[]) => void;
  /** Whether a name that no tag has yet makes one. */
  create?: boolean;
}

/** Chooses tags by name: type to find, Enter takes the first one, or makes a new one. */
export function TagPicker({ label, value, onChange, create }: Props) {
  const { t } = useTranslation("records");
  const [text, setText] = useState("");
  const word = text.trim();
  const names = [...new Set([...value, ...useTags().map(({ name }) => name)])];
  const found = names.filter((name) => fold(name).includes(fold(word)));
  const fresh = create && word && !names.some((name) => fold(name) === fold(word)) ? word : undefined;
  const set = (name: string, on: boolean) => onChange(on ? [...value, name].slice(0, 20) : value.filter((one) => one !== name));

  return (
    <Stack gap="xs">
      <TextInput
        label={label}
        placeholder={t("tags.find")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !word) return;
          event.preventDefault();
          const name = found.find((one) => fold(one) === fold(word)) ?? fresh ?? found[0];
          if (name) set(name, !value.includes(name));
          setText("");
        }}
        dir="auto"
        autoComplete="off"
        data-autofocus
      />
      <ScrollArea.Autosize mah={190}>
        <Stack gap={6} role="group" aria-label={label}>
          {fresh && <Checkbox size="sm" label={t("tags.new", { name: fresh })} checked={false} onChange={() => (set(fresh, true), setText(""))} />}
          {found.map((name) => (
            <Checkbox key={name} size="sm" label={<bdi>{name}</bdi>} checked={value.includes(name)} onChange={(event) => set(name, event.currentTarget.checked)} />
          ))}
          {!found.length && !fresh && (
            <Text size="sm" c="dimmed">
              {t("pick.nothing")}
            </Text>
          )}
        </Stack>
      </ScrollArea.Autosize>
    </Stack>
  );
}
