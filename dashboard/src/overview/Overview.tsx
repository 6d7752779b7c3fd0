import { Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Page } from "../kit/shell/Page";
import { Charts } from "./Charts";
import { Feed } from "./Feed";
import { Numbers } from "./Numbers";
import { Stages } from "./Stages";

/** The first screen: how things stand, how they went, and what happens. */
export default function Overview() {
  const { t } = useTranslation("overview");
  return (
    <Page title={t("title")}>
      <Stack>
        <Numbers />
        <Charts />
        <Stages />
        <Feed />
      </Stack>
    </Page>
  );
}
