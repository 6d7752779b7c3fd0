import { Badge, Radio, Table, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../kit/format/use_format";
import { CustomText } from "../../records/identity/CustomText";
import { useFields } from "../../records/pick/use_fields";
import type { Person } from "../page";
import { fullName } from "../row";
import { useFieldLabel } from "../use_field_label";
import type { Difference, Side } from "./choices";

interface Props {
  left: Person;
  right: Person;
  survivor: Side;
  setSurvivor: (side: Side) => void;
  all: Difference[];
  sideOf: (one: Difference) => Side;
  choose: (key: string, side: Side) => void;
  emailOf: Side;
  chooseEmail: (side: Side) => void;
}

/** The two contacts in two columns, with a choice in every row where they differ. */
export function Sides({ left, right, survivor, setSurvivor, all, sideOf, choose, emailOf, chooseEmail }: Props) {
  const { t } = useTranslation(["contacts", "records"]);
  const format = useFormat();
  const fields = useFields("CONTACT");
  const labelOf = useFieldLabel(fields);
  const people = { left, right };
  const emails = { left: left.addresses.find(({ primary }) => primary)?.email, right: right.addresses.find(({ primary }) => primary)?.email };

  function say(key: string, value: string | null, side: Side): ReactNode {
    if (!value) return <Text span size="sm" c="dimmed">{t("records:edit.empty")}</Text>;
    if (key === "company") return <bdi>{people[side].company?.name ?? value}</bdi>;
    if (key === "owner") return <bdi>{people[side].owner?.name ?? value}</bdi>;
    if (key === "lifecycle") return t(`lifecycle.${value}`);
    if (key === "language") return t(`records:language.${value}`);
    const field = key.startsWith("custom.") ? fields.find((one) => `custom.${one.key}` === key) : undefined;
    return field ? <CustomText field={field} value={value} /> : <bdi style={{ whiteSpace: "pre-wrap" }}>{value}</bdi>;
  }

  const pick = (name: string, side: Side, chosen: Side, label: string, onChange: () => void, shown: ReactNode) => (
    <Table.Td key={side}>
      <Radio name={name} checked={chosen === side} onChange={onChange} aria-label={`${label}: ${t(`merge.${side}`)}`} label={shown} styles={{ label: { overflowWrap: "anywhere" } }} />
    </Table.Td>
  );
  const sides: Side[] = ["left", "right"];
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table fz="sm" verticalSpacing={6} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={130}>{t("merge.stays")}</Table.Th>
            {sides.map((side) => (
              <Table.Th key={side}>
                <Radio
                  name="survivor"
                  checked={survivor === side}
                  onChange={() => setSurvivor(side)}
                  label={
                    <>
                      <bdi>{fullName(people[side]) || t("unnamed")}</bdi>{" "}
                      <Badge size="xs" variant="light" tt="none" color={survivor === side ? "teal" : "gray"}>
                        {t(survivor === side ? "merge.kept" : "merge.absorbed")}
                      </Badge>
                      <Text size="xs" c="dimmed">
                        {t("merge.added", { at: format.date(people[side].createdAt) })}
                      </Text>
                    </>
                  }
                />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {emails.left && emails.right && (
            <Table.Tr>
              <Table.Th>{t("merge.email")}</Table.Th>
              {sides.map((side) => pick("email", side, emailOf, t("merge.email"), () => chooseEmail(side), <bdi>{emails[side]}</bdi>))}
            </Table.Tr>
          )}
          {all.map((one) => (
            <Table.Tr key={one.key}>
              <Table.Th>{labelOf(one.key)}</Table.Th>
              {sides.map((side) => pick(one.key, side, sideOf(one), labelOf(one.key), () => choose(one.key, side), say(one.key, one[side], side)))}
            </Table.Tr>
          ))}
          {!all.length && (
            <Table.Tr>
              <Table.Td colSpan={3}>{t("merge.noDifference")}</Table.Td>
            </Table.Tr>
          )}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
