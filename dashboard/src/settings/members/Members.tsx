import { Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Pages } from "../../kit/client/Pages";
import { useMay } from "../../kit/session/viewer";
import { useCommands } from "../../kit/shell/commands";
import { Empty } from "../../kit/shell/Empty";
import { Page } from "../../kit/shell/Page";
import { useShortcuts } from "../../kit/shell/shortcuts";
import { roles } from "../RoleSelect";
import { RowsSkeleton } from "../Rows";
import classes from "../settings.module.css";
import { MEMBERS } from "./documents";
import { MemberRow } from "./MemberRow";

const Invite = lazy(() => import("./Invite"));

/** Who works here, and what each may do. */
export default function Members() {
  const { t } = useTranslation(["settings/members", "settings", "kit"]);
  const may = useMay("administer");
  const [active, setActive] = useState(false);
  const [inviting, setInviting] = useState(false);
  const invite = () => setInviting(true);
  useShortcuts(may ? [{ keys: "c", label: t("invite.title"), run: invite }] : []);
  useCommands(may ? [{ id: "members.invite", label: t("invite.title"), icon: IconUserPlus, keys: "c", run: invite }] : []);
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        may && (
          <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={invite}>
            {t("invite.title")}
          </Button>
        )
      }
    >
      <Stack maw={920} gap="lg">
        <div>
          <Group mb="sm">
            <SegmentedControl
              size="xs"
              aria-label={t("which")}
              value={active ? "active" : "all"}
              onChange={(value) => setActive(value === "active")}
              data={[
                { value: "all", label: t("all") },
                { value: "active", label: t("active") },
              ]}
            />
          </Group>
          <Pages
            key={String(active)}
            query={MEMBERS}
            variables={{ active }}
            connection={({ members }) => members}
            kinds={["member."]}
            skeleton={<RowsSkeleton />}
            empty={
              <Empty icon={IconUsers} title={t("none")}>
                {t("noneAbout")}
              </Empty>
            }
          >
            {(members) => (
              <ul className={classes.list} style={{ marginBottom: 8 }}>
                {members.map((member) => (
                  <MemberRow key={member.id} member={member} may={may} />
                ))}
              </ul>
            )}
          </Pages>
        </div>
        <section className={classes.card} aria-labelledby="roles-title">
          <h2 id="roles-title" className={classes.heading}>
            {t("roles")}
          </h2>
          <dl style={{ margin: "8px 0 0" }}>
            {roles.map((role) => (
              <div key={role} style={{ padding: "6px 0" }}>
                <Text component="dt" size="sm" fw={600}>
                  {t(`kit:role.${role}`)}
                </Text>
                <Text component="dd" size="sm" c="dimmed" m={0}>
                  {t(`settings:role.about.${role}`)}
                </Text>
              </div>
            ))}
          </dl>
        </section>
      </Stack>
      <Suspense fallback={null}>{inviting && <Invite close={() => setInviting(false)} />}</Suspense>
    </Page>
  );
}
