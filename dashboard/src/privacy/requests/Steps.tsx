import { Paper, Text, Timeline } from "@mantine/core";
import { IconMailCheck, IconMessage, IconPointFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Ago } from "../../kit/format/Ago";
import { Tag } from "../parts/Tag";
import classes from "../parts/parts.module.css";
import type { Request } from "./request";

/** The whole exchange, oldest first. */
export function Steps({ request }: { request: Request }) {
  const { t } = useTranslation("privacy");
  return (
    <Timeline bulletSize={24} lineWidth={2} active={request.steps.length}>
      {request.steps.map((step) => (
        <Timeline.Item
          key={step.id}
          bullet={step.kind.startsWith("MESSAGE") ? <IconMessage size={13} aria-hidden /> : step.mail ? <IconMailCheck size={13} aria-hidden /> : <IconPointFilled size={11} aria-hidden />}
          title={
            <Text size="sm" fw={500} component="span">
              {t(`step.${step.kind}`)}
            </Text>
          }
        >
          <Text size="xs" c="dimmed" component="div">
            <Ago at={step.at} /> · {t(`actor.${actorKind(step.actor)}`)}{" "}
            {step.mail && (
              <Tag size="sm" tone={step.mail === "BOUNCED" ? "late" : step.mail === "SENT" ? "good" : "calm"}>
                {t(`mail.${step.mail}`)}
              </Tag>
            )}
          </Text>
          {step.text && (
            <Paper className={classes.text} bg="var(--accord-side)" p="sm" mt={6} fz="sm">
              {step.text}
            </Paper>
          )}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

/** `member_01…` → `member`. */
function actorKind(actor: string) {
  const kind = actor.includes("_") ? actor.slice(0, actor.lastIndexOf("_")) : actor;
  return ["member", "api_key", "contact", "mailbox", "system"].includes(kind) ? kind : "other";
}
