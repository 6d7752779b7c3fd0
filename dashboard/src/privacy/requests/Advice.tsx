import { Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import type { RequestKind } from "../parts/kinds";
import classes from "../parts/parts.module.css";

const RIGHTS = graphql(`query ContactRights($id: ID!) { contactRights(contactId: $id) { bases rights { right applies } } }`);

/** Whether the right applies, by the legal bases. Advice, and never by itself a ground to refuse. */
export function Advice({ contactId, kind }: { contactId: string; kind: RequestKind }) {
  const { t } = useTranslation("privacy/requests");
  const words = useTranslation("privacy").t;
  const format = useFormat();
  const [{ data }] = useQuery({ query: RIGHTS, variables: { id: contactId } });
  const found = data?.contactRights.rights.find(({ right }) => right === kind);
  if (!data || !found) return null;
  const bases = data.contactRights.bases.map((basis) => words(`basis.${basis}`));
  return (
    <section className={classes.paper}>
      <Title order={2} fz="sm" mb={4}>
        {t("advice.title")}
      </Title>
      <Text size="sm">{t(`advice.${found.applies}`)}</Text>
      <Text size="xs" c="dimmed" mt={4}>
        {bases.length ? t("advice.bases", { bases: format.list(bases) }) : t("advice.noBases")}
      </Text>
    </section>
  );
}
