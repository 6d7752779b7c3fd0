import { Anchor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSignOut } from "../kit/session/sign_out";
import { EnrolSecondFactor } from "../kit/session/EnrolSecondFactor";
import { Card } from "./Card";

/** For roles that must have a second factor: nothing else is possible before. */
export default function Enrol({ done }: { done: () => void }) {
  const { t } = useTranslation("sign_in");
  const signOut = useSignOut();
  return (
    <Card title={t("enrol.title")}>
      <Text size="sm">{t("enrol.why")}</Text>
      <EnrolSecondFactor done={done} />
      <Anchor component="button" type="button" size="sm" onClick={() => void signOut()}>
        {t("kit:member.signOut")}
      </Anchor>
    </Card>
  );
}
