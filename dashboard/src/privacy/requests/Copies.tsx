import { Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyList } from "../copies/CopyList";
import classes from "../parts/parts.module.css";

/** The copies that answer a request. */
export function Copies({ contactId, requestId }: { contactId: string; requestId: string }) {
  const { t } = useTranslation("privacy/requests");
  return (
    <section className={classes.paper}>
      <Title order={2} fz="sm" mb={8}>
        {t("copies")}
      </Title>
      <CopyList contactId={contactId} only={({ requestId: of }) => of === requestId} />
    </section>
  );
}
