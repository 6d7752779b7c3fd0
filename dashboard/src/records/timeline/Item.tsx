import { Group, Text } from "@mantine/core";
import { IconArrowsRightLeft, IconCheckbox, IconEye, IconForms, IconMail, IconMessage, IconNote, IconPhone, IconPresentation, IconShieldCheck, IconUser, IconUsers, type Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Ago } from "../../kit/format/Ago";
import classes from "./timeline.module.css";

const icons: Record<string, Icon> = {
  CALL: IconPhone,
  MEETING: IconUsers,
  DEMO: IconPresentation,
  NOTE: IconNote,
  TASK: IconCheckbox,
  EMAIL: IconMessage,
  CONTACT: IconUser,
  CONSENT: IconShieldCheck,
  DEAL: IconArrowsRightLeft,
  SUBMISSION: IconForms,
  MAIL: IconMail,
  REVEAL: IconEye,
};

/** One thing that happened: an icon, what, when, and who. */
export function Item({ icon, at, who, children }: { icon: string; at: string; who?: ReactNode; children: ReactNode }) {
  const Shown = icons[icon] ?? IconUser;
  return (
    <li className={classes.item}>
      <span className={classes.icon}>
        <Shown size={15} stroke={1.6} aria-hidden />
      </span>
      <div className={classes.what}>
        {children}
        <Group gap={6} mt={2}>
          <Text size="xs" c="dimmed" component="span">
            <Ago at={at} />
          </Text>
          {who && (
            <Text size="xs" c="dimmed" component="span">
              · <bdi>{who}</bdi>
            </Text>
          )}
        </Group>
      </div>
    </li>
  );
}
