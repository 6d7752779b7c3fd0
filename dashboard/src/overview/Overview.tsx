import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "../kit/shell/Page";
import { Feed } from "./Feed";
import { Numbers } from "./Numbers";

/** The first screen: how things stand, and what happens. */
export default function Overview() {
  const { t } = useTranslation("overview");
  return (
    <Page title={t("title")}>
      <Stack>
        <Numbers />
        <Feed />
      </Stack>
    </Page>
  );
}
