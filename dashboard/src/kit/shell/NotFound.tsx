import { Button } from "@mantine/core";
import { IconMapQuestion } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "./Empty";
import { Page } from "./Page";

/** For a path that leads nowhere, and for an object that is not there (any more) or not ours. */
export function NotFound() {
  const { t } = useTranslation("kit");
  return (
    <Page title={t("notFound.title")}>
      <Empty
        icon={IconMapQuestion}
        title={t("notFound.what")}
        action={
          <Button component={Link} to="/" mt="sm">
            {t("notFound.home")}
          </Button>
        }
      >
        {t("notFound.why")}
      </Empty>
    </Page>
  );
}
