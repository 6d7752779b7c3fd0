import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCommands } from "../../kit/shell/commands";
import { DeskPage } from "../parts/DeskPage";
import { DisclosureList } from "./DisclosureList";
import { LogDisclosure } from "./LogDisclosure";
import { useRecipientTabs } from "./tabs";

/** Everything that was disclosed. */
export default function Disclosures() {
  const { t } = useTranslation("privacy/recipients");
  const [logging, setLogging] = useState(false);
  const tabs = useRecipientTabs();
  const open = () => setLogging(true);
  useCommands([{ id: "log-disclosure", label: t("log.action"), icon: IconPlus, run: open }]);
  return (
    <DeskPage
      title={t("title")}
      about={t("disclosuresAbout")}
      tabs={tabs}
      actions={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
          {t("log.action")}
        </Button>
      }
    >
      <DisclosureList />
      {logging && <LogDisclosure close={() => setLogging(false)} />}
    </DeskPage>
  );
}
