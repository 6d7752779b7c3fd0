import { Button, SegmentedControl } from "@mantine/core";
import { IconAlertTriangle, IconBuilding, IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { graphql } from "../../kit/client/graphql";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { useShortcuts } from "../../kit/shell/shortcuts";
import { DeskPage } from "../parts/DeskPage";
import { Pages } from "../parts/Pages";
import { Row } from "../parts/Row";
import { Tag } from "../parts/Tag";
import { useFilter } from "../parts/use_filter";
import { EditRecipient } from "./EditRecipient";
import { countryName, RECIPIENT, type Recipient } from "./recipient";
import { useRecipientTabs } from "./tabs";

const RECIPIENTS = graphql(
  `
    query Recipients($first: Int!, $after: String, $archived: Boolean) {
      recipients(first: $first, after: $after, archived: $archived) { nodes { ...RecipientWhole } pageInfo { hasNextPage endCursor } }
    }
  `,
  [RECIPIENT],
);

/** The companies to which data are disclosed. */
export default function Recipients() {
  const { t } = useTranslation("privacy/recipients");
  const navigate = useNavigate();
  const [which, setWhich] = useFilter<"used" | "archived">("recipients", "used");
  const [adding, setAdding] = useState(false);
  const tabs = useRecipientTabs();
  const open = () => setAdding(true);
  useShortcuts([{ keys: "c", label: t("add"), run: open }]);
  useCommands([{ id: "add-recipient", label: t("add"), icon: IconPlus, keys: "c", run: open }]);
  return (
    <DeskPage
      title={t("title")}
      about={t("about")}
      tabs={tabs}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
          {t("add")}
        </Button>
      }
    >
      <SegmentedControl
        mb="md"
        value={which}
        onChange={(value) => setWhich(value as typeof which)}
        aria-label={t("which")}
        data={[
          { value: "used", label: t("used") },
          { value: "archived", label: t("archived") },
        ]}
      />
      <Pages
        document={RECIPIENTS}
        variables={{ archived: which === "archived" }}
        of={(data) => data.recipients}
        label={t("title")}
        fresh={["recipient."]}
        row={(recipient) => <RecipientRow recipient={recipient} />}
        empty={
          <Empty icon={IconBuilding} title={t("none")}>
            {t("noneWhy")}
          </Empty>
        }
      />
      {adding && <EditRecipient close={() => setAdding(false)} saved={(id) => void navigate({ to: `/privacy/recipients/${id}` as "/" })} />}
    </DeskPage>
  );
}

function RecipientRow({ recipient }: { recipient: Recipient }) {
  const { t, i18n } = useTranslation("privacy/recipients");
  return (
    <Row
      to={`/privacy/recipients/${recipient.id}`}
      title={<bdi>{recipient.name}</bdi>}
      detail={[recipient.legalName, t(`role.${recipient.role}`), [recipient.country, ...recipient.accessCountries].map((one) => countryName(one, i18n.language)).join(", ")].join(" · ")}
      end={
        recipient.transferAllowed ? (
          <Tag tone="good">{t(`mechanism.${recipient.mechanism}`)}</Tag>
        ) : (
          <Tag tone="late" icon={<IconAlertTriangle size={13} aria-hidden />}>
            {t("notAllowed")}
          </Tag>
        )
      }
    />
  );
}
