import { Text, ThemeIcon } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../kit/format/use_format";
import { Due } from "../parts/Due";
import { isOpen, kindIcons, stateTones } from "../parts/kinds";
import { Row } from "../parts/Row";
import { Tag } from "../parts/Tag";
import { askerOf, type RequestLine } from "./request";

/** A request in a list: who wants what, and by when. */
export function RequestRow({ request }: { request: RequestLine }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const Icon = kindIcons[request.kind];
  return (
    <Row
      to={`/privacy/requests/${request.id}`}
      icon={
        <ThemeIcon variant="light" color="gray" size={32} radius="xl">
          <Icon size={17} stroke={1.6} aria-hidden />
        </ThemeIcon>
      }
      title={
        <>
          {t(`kind.${request.kind}`)} · {askerOf(request) ?? t("person.unknown")}
        </>
      }
      detail={[
        t("received", { at: format.date(request.receivedAt), channel: t(`channel.${request.channel}`) }),
        request.assignee && t("assignedTo", { name: request.assignee.name }),
        request.hurdle && isOpen(request.state) && t(`hurdle.${request.hurdle}.short`),
      ]
        .filter(Boolean)
        .join(" · ")}
      end={
        <>
          <Tag tone={stateTones[request.state]}>
            {t(`state.${request.state}`)}
          </Tag>
          {isOpen(request.state) ? (
            <Due dueAt={request.dueAt} overdue={request.overdue} suspendedAt={request.suspendedAt} />
          ) : (
            request.answeredAt && (
              <Text size="xs" c="dimmed">
                {t("answered", { at: format.date(request.answeredAt) })}
              </Text>
            )
          )}
        </>
      }
    />
  );
}
