import { Anchor, Popover, Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Enum } from "../kit/client/graphql";
import { useFormat } from "../kit/format/use_format";

interface Props {
  total?: number;
  searching: boolean;
  /** More than what a search reads. */
  best: boolean;
  withheld?: { reason: Enum<"Usability">; count: number }[];
}

/** How many there are, and who is left out of a list that is to be used, and why. */
export function Totals({ total, searching, best, withheld }: Props) {
  const { t } = useTranslation("contacts");
  const format = useFormat();
  if (searching && best) return <span>{t("count.best")}</span>;
  const left = withheld?.filter(({ count }) => count > 0) ?? [];
  const sum = left.reduce((all, { count }) => all + count, 0);
  return (
    <span role="status">
      {total === undefined ? "…" : t("count.people", { count: total, number: format.number(total) })}
      {sum > 0 && (
        <>
          {" · "}
          <Popover width={320} withArrow shadow="md" trapFocus>
            <Popover.Target>
              <Anchor component="button" fz="inherit">
                {t("count.withheld", { count: sum, number: format.number(sum) })}
              </Anchor>
            </Popover.Target>
            <Popover.Dropdown aria-label={t("count.why")}>
              <Text size="sm" fw={600} mb={6}>
                {t("count.why")}
              </Text>
              <Table fz="sm" withRowBorders={false}>
                <Table.Tbody>
                  {left.map(({ reason, count }) => (
                    <Table.Tr key={reason}>
                      <Table.Td>{t(`use.${reason}`)}</Table.Td>
                      <Table.Td ta="end">{format.number(count)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Popover.Dropdown>
          </Popover>
        </>
      )}
    </span>
  );
}
