import { Alert, Button, Group, Select, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { useMay } from "../../kit/session/viewer";
import type { Person } from "../page";
import { LIFT } from "./documents";

const means = ["MAIL", "PHONE", "POST", "IN_PERSON"] as const;

/** Above a person whose data may be neither used nor changed: since when, why, and how it ends. */
export function Locked({ person, changed }: { person: Person; changed: () => void }) {
  const { t } = useTranslation("contacts");
  const format = useFormat();
  const may = useMay("privacyDesk");
  const [how, setHow] = useState<string>("MAIL");
  const [lift, running] = useAct(LIFT);
  const lasting = person.restrictions.filter(({ liftedAt }) => !liftedAt);

  async function end(id: string) {
    if (!(await confirm({ title: t("lift.title"), body: t(how === "MAIL" ? "lift.mail" : "lift.told"), action: t("lift.go") }))) return;
    const done = await lift({ input: { restrictionId: id, means: how as (typeof means)[number] } });
    if (!done.ok) return;
    tell.done(t(done.data.liftRestriction.restriction?.liftedAt ? "lift.done" : "lift.announced"));
    changed();
  }

  return (
    <Alert color="yellow" icon={<IconLock aria-hidden />} title={t("locked.title")} mb="md" data-locked>
      <Text size="sm">{t("locked.body", { at: format.date(person.restrictedAt!) })}</Text>
      {lasting.map((one) => (
        <Group key={one.id} gap="sm" mt="xs" align="flex-end">
          <Text size="sm" style={{ flex: "1 1 240px" }}>
            {t("locked.ground", { ground: t(`ground.${one.ground}`), at: format.date(one.since) })}
            {one.announcedAt && !one.failedAt && <> {t("locked.announced", { at: format.moment(one.announcedAt) })}</>}
            {one.failedAt && <> {t("locked.failed")}</>}
          </Text>
          {may && (
            <>
              <Select size="xs" label={t("lift.means")} data={means.map((value) => ({ value, label: t(`means.${value}`) }))} value={how} onChange={(value) => value && setHow(value)} allowDeselect={false} />
              <Button size="xs" variant="default" loading={running} onClick={() => void end(one.id)}>
                {t("lift.go")}
              </Button>
            </>
          )}
        </Group>
      ))}
      {!may && (
        <Text size="sm" mt="xs">
          {t("locked.askDpo")}
        </Text>
      )}
    </Alert>
  );
}
