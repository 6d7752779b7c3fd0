import { Button, Group, Select, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import type { Enum } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { REVEAL, type Changes, type FieldDefinition, type PanelDeal } from "./documents";
import { Row } from "./Row";
import { SelectRow } from "./SelectRow";
import { TextRow } from "./TextRow";
import type { Saved } from "./use_draft";

interface Props {
  deal: PanelDeal;
  fields: FieldDefinition[];
  save: (changes: Changes, read: (deal: PanelDeal) => string, base: string) => Promise<Saved>;
  readOnly: boolean;
}

/** The workspace's own fields of deals, each with the editor of its type. Sealed values show only when asked for. */
export function CustomRows({ deal, fields, save, readOnly }: Props) {
  const { t, i18n } = useTranslation("board");
  const format = useFormat();
  const said = (texts: { language: string; text: string }[], otherwise: string) =>
    texts.find(({ language }) => language === i18n.language)?.text ?? texts[0]?.text ?? otherwise;
  return [...fields]
    .filter(({ mayRead, mayWrite }) => mayRead || mayWrite)
    .sort((one, other) => one.position - other.position)
    .map((field) => {
      const label = said(field.label, field.key);
      const held = deal.customFields.find(({ key }) => key === field.key);
      const value = held?.value ?? "";
      const still = readOnly || !field.mayWrite;
      const read = (now: PanelDeal) => now.customFields.find(({ key }) => key === field.key)?.value ?? "";
      const put = (text: string, base: string) => save({ custom: [{ key: field.key, value: text === "" ? null : text }] }, read, base);
      if (held?.masked) return <Sealed key={field.id} dealId={deal.id} field={field} label={label} masked={held.masked} />;
      if (field.type === "CHOICE" || field.type === "BOOLEAN") {
        const data =
          field.type === "BOOLEAN"
            ? ["true", "false"].map((one) => ({ value: one, label: t(one === "true" ? "yes" : "no") }))
            : field.options.map((one) => ({ value: one.value, label: said(one.label, one.value) }));
        const written = (one: string) => data.find((option) => option.value === one)?.label ?? one;
        return <SelectRow key={field.id} label={label} value={value} data={data} save={put} readOnly={still} clearable={!field.required} written={written} />;
      }
      const many = field.type === "CHOICES";
      const shown = many
        ? value.split("\n").filter(Boolean).map((one) => said(field.options.find((option) => option.value === one)?.label ?? [], one)).join(", ")
        : field.type === "DATE" && value
          ? format.day(value)
          : value;
      return (
        <TextRow
          key={field.id}
          label={label}
          value={value}
          shown={shown}
          save={put}
          readOnly={still}
          kind={many ? "long" : field.type === "DATE" ? "date" : field.type === "NUMBER" ? "decimal" : "text"}
          hint={many ? t("edit.onePerLine") : undefined}
        />
      );
    });
}

const reasons: Enum<"RevealReason">[] = ["CONTRACT_PERFORMANCE", "PAYMENT", "REQUEST_OF_THE_PERSON", "VERIFICATION", "LEGAL_OBLIGATION"];

/** A sealed value: shown masked, and opened for a reason that goes into the journal. */
function Sealed({ dealId, field, label, masked }: { dealId: string; field: FieldDefinition; label: string; masked: string }) {
  const { t } = useTranslation("board");
  const [asking, setAsking] = useState(false);
  const [value, setValue] = useState<string>();
  const [reveal, running] = useAct(REVEAL);

  async function open(reason: string | null) {
    if (!reason) return;
    const done = await reveal({ input: { dealId, fieldId: field.id, reason: reason as (typeof reasons)[number] } });
    setAsking(false);
    if (done.ok) setValue(done.data.revealField.value ?? "");
  }

  return (
    <Row label={label}>
      {(labelId) => (
        <Group gap="xs" mih={30}>
          <Text size="sm" aria-labelledby={labelId}>
            {value ?? masked}
          </Text>
          {asking ? (
            <Select size="xs" autoFocus w={230} disabled={running} aria-label={t("sealed.reason")} placeholder={t("sealed.reason")} data={reasons.map((one) => ({ value: one, label: t(`sealed.${one}`) }))} onChange={(reason) => void open(reason)} />
          ) : (
            field.mayRead && (
              <Button size="compact-xs" variant="default" onClick={() => (value === undefined ? setAsking(true) : setValue(undefined))}>
                {t(value === undefined ? "sealed.show" : "sealed.hide")}
              </Button>
            )
          )}
        </Group>
      )}
    </Row>
  );
}
