import { ActionIcon, Avatar, Badge, Menu, Text } from "@mantine/core";
import { IconDeviceDesktopOff, IconDots, IconDoorExit, IconMailForward, IconPencil, IconShieldOff, IconUserCheck, IconUserOff } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { Ago } from "../../kit/format/Ago";
import { useViewer } from "../../kit/session/viewer";
import classes from "../settings.module.css";
import { DEACTIVATE, END_SESSIONS, LEAVE, REACTIVATE, REMOVE_FACTOR, RESEND, type Member } from "./documents";

const EditMember = lazy(() => import("./EditMember"));

/** One member, and what can be done with their account. */
export function MemberRow({ member, may }: { member: Member; may: boolean }) {
  const { t } = useTranslation(["settings/members", "settings", "kit"]);
  const viewer = useViewer();
  const [editing, setEditing] = useState(false);
  const me = viewer.member?.id === member.id;
  const reachable = may && (viewer.role === "OWNER" || member.role !== "OWNER");
  return (
    <li className={`${classes.row} ${member.deactivatedAt ? classes.off : ""}`}>
      <Avatar name={member.name} color="accent" radius="xl" size={36} alt="" />
      <div className={classes.grow}>
        <Text fw={500} size="sm">
          <bdi>{member.name}</bdi> {me && <Text span c="dimmed" size="sm">{t("you")}</Text>}
        </Text>
        <Text size="sm" c="dimmed">
          {member.email}
        </Text>
      </div>
      <Text size="sm">{t(`kit:role.${member.role}`)}</Text>
      <State member={member} />
      {(reachable || me) && <Actions member={member} me={me} reachable={reachable} edit={() => setEditing(true)} />}
      <Suspense fallback={null}>{editing && <EditMember member={member} close={() => setEditing(false)} />}</Suspense>
    </li>
  );
}

function State({ member }: { member: Member }) {
  const { t } = useTranslation("settings/members");
  const shared = { variant: "light", tt: "none", c: "var(--mantine-color-text)" } as const;
  if (member.deactivatedAt) return <Badge {...shared} color="gray">{t("state.deactivated")}</Badge>;
  if (!member.joinedAt) {
    return (
      <Badge {...shared} color="yellow">
        {t("state.invited")} <Ago at={member.invitedAt} />
      </Badge>
    );
  }
  return <Badge {...shared} color={member.hasSecondFactor ? undefined : "gray"}>{t(member.hasSecondFactor ? "state.factor" : "state.noFactor")}</Badge>;
}

interface ActionsProps {
  member: Member;
  me: boolean;
  reachable: boolean;
  edit: () => void;
}

function Actions({ member, me, reachable, edit }: ActionsProps) {
  const { t } = useTranslation(["settings/members", "settings"]);
  const [resend] = useAct(RESEND);
  const [deactivate] = useAct(DEACTIVATE);
  const [reactivate] = useAct(REACTIVATE);
  const [endSessions] = useAct(END_SESSIONS);
  const [removeFactor] = useAct(REMOVE_FACTOR);
  const [leave] = useAct(LEAVE);
  const { name, id } = member;
  const input = { memberId: id };
  const active = !member.deactivatedAt;

  const sure = (what: string) => confirm({ title: t(`${what}.title`, { name }), body: t(`${what}.body`), action: t(`${what}.action`), danger: true });

  async function end() {
    if (!(await sure("deactivate"))) return;
    const done = await deactivate({ input });
    if (done.ok) tell.done(t("deactivate.done", { name }), { undo: () => reactivate({ input }) });
  }
  async function again() {
    const done = await reactivate({ input });
    if (done.ok) tell.done(t("reactivate.done", { name }));
  }
  async function signOut() {
    if (!(await sure("endSessions"))) return;
    const done = await endSessions({ input });
    if (done.ok) tell.done(t("endSessions.done", { count: done.data.endMemberSessions.ended ?? 0 }));
  }
  async function withoutFactor() {
    if (!(await sure("removeFactor"))) return;
    const done = await removeFactor({ input });
    if (done.ok) tell.done(t("removeFactor.done", { name }));
  }
  async function sendAgain() {
    const done = await resend({ input });
    if (done.ok) tell.done(t("invite.done", { email: member.email }));
  }
  async function go() {
    if (!(await sure("leave"))) return;
    const done = await leave({});
    if (done.ok) location.assign("/");
  }

  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t("settings:more", { name })}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {reachable && active && (
          <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={edit}>
            {t("change")}
          </Menu.Item>
        )}
        {reachable && active && !member.joinedAt && (
          <Menu.Item leftSection={<IconMailForward size={16} aria-hidden />} onClick={() => void sendAgain()}>
            {t("invite.again")}
          </Menu.Item>
        )}
        {reachable && active && member.joinedAt && !me && (
          <Menu.Item leftSection={<IconDeviceDesktopOff size={16} aria-hidden />} onClick={() => void signOut()}>
            {t("endSessions.action")}
          </Menu.Item>
        )}
        {reachable && active && member.hasSecondFactor && !me && (
          <Menu.Item leftSection={<IconShieldOff size={16} aria-hidden />} onClick={() => void withoutFactor()}>
            {t("removeFactor.action")}
          </Menu.Item>
        )}
        {reachable && active && !me && (
          <Menu.Item c="var(--mantine-color-error)" leftSection={<IconUserOff size={16} aria-hidden />} onClick={() => void end()}>
            {t("deactivate.action")}
          </Menu.Item>
        )}
        {reachable && !active && (
          <Menu.Item leftSection={<IconUserCheck size={16} aria-hidden />} onClick={() => void again()}>
            {t("reactivate.action")}
          </Menu.Item>
        )}
        {me && (
          <Menu.Item c="var(--mantine-color-error)" leftSection={<IconDoorExit size={16} aria-hidden />} onClick={() => void go()}>
            {t("leave.action")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
