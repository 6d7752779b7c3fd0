import { IconSend } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { graphql } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { Empty } from "../../kit/shell/Empty";
import { Pages } from "../parts/Pages";
import { PERSON } from "../parts/person";
import { Row } from "../parts/Row";
import { Tag } from "../parts/Tag";
import { Who } from "../parts/Who";
import { useFieldWords } from "./use_field_words";

const DISCLOSURES = graphql(
  `
    query Disclosures($first: Int!, $after: String, $recipientId: ID) {
      disclosures(first: $first, after: $after, recipientId: $recipientId) {
        nodes { id recipient { id name } contact { ...Person } purpose { id currentVersion { id texts { language title } } } means fields at }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [PERSON],
);

/** What was disclosed: of whom, to whom, and which fields. */
export function DisclosureList({ recipientId }: { recipientId?: string }) {
  const { t, i18n } = useTranslation("privacy/recipients");
  const format = useFormat();
  const fieldWords = useFieldWords();
  return (
    <Pages
      document={DISCLOSURES}
      variables={{ recipientId: recipientId ?? null }}
      of={(data) => data.disclosures}
      label={t("tab.disclosures")}
      fresh={["disclosure.", "erasure."]}
      row={(one) => (
        <Row
          title={
            <>
              <Who person={one.contact} />
              {!recipientId && ` → ${one.recipient.name}`}
            </>
          }
          detail={[
            format.moment(one.at),
            (one.purpose?.currentVersion.texts.find(({ language }) => language === i18n.language) ?? one.purpose?.currentVersion.texts[0])?.title,
            t("fields", { fields: format.list(one.fields.map(fieldWords.say)) }),
          ]
            .filter(Boolean)
            .join(" · ")}
          end={<Tag>{t(`means.${one.means}`)}</Tag>}
        />
      )}
      empty={
        <Empty icon={IconSend} title={t("noDisclosures")}>
          {t("noDisclosuresWhy")}
        </Empty>
      }
    />
  );
}
