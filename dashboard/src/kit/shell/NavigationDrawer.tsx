import { Drawer } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useViewer } from "../session/viewer";
import { Navigation } from "./Navigation";

/** The navigation on a phone. */
export default function NavigationDrawer({ close }: { close: () => void }) {
  const { t } = useTranslation("kit");
  const { workspace } = useViewer();
  return (
    <Drawer opened onClose={close} size={280} title={workspace.name} closeButtonProps={{ "aria-label": t("close") }}>
      <nav aria-label={t("sidebar.label")}>
        <Navigation />
      </nav>
    </Drawer>
  );
}
