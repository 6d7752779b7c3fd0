import { Button, CloseButton, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconAnchor } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { graphql, type ResultOf } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { useFresh } from "../../kit/live/use_journal";
import { inDays } from "../parts/days";
import { endOf } from "./end_of";
import { PERSON } from "../parts/person";
import { Row } from "../parts/Row";
import { Tag } from "../parts/Tag";
import { Section } from "../parts/Section";
import { Who } from "../parts/Who";
import classes from "../parts/parts.module.css";
import { useRuleName, type Rule } from "./rule";
import { SetHold } from "./SetHold";

const DUE = graphql(
  `
    query DueContacts($on: DateTime!, $after: String) {
      retentionPreview(on: $on) {
        rule { id }
        contacts(first: 20, after: $after) {
          totalCount
          pageInfo { hasNextPage endCursor }
          nodes { ...Person lastContactAt createdAt restrictedAt }
        }
      }
    }
  `,
  [PERSON],
);
type Due = ResultOf<typeof DUE>["retentionPreview"][number]["contacts"]["nodes"][number];

interface Props {
  rule: Rule;
  days: number;
  start: number;
  close: () => void;
}

/** Who is due under a rule by a day. */
export function DueList({ rule, days, start, close }: Props) {
  const { t } = useTranslation("privacy/retention");
  const kit = useTranslation("kit").t;
  const format = useFormat();
  const named = useRuleName();
  const [pages, setPages] = useState<(string | null)[]>([null]);
  const [holding, setHolding] = useState<Due>();
  const top = useRef<HTMLDivElement>(null);
  const on = inDays(days, start);
  // Newer browsers return a promise, which is no way to end an effect.
  useEffect(() => void top.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <div ref={top}>
      <Section
        title={t("due.title", { rule: named(rule), day: format.date(on) })}
        actions={<CloseButton aria-label={kit("close")} onClick={close} />}
      >
        <Text size="sm" c="dimmed" mb="sm">
          {rule.justification}
        </Text>
        <div className={classes.list}>
          {pages.map((after, index) => (
            <One
              key={after ?? ""}
              rule={rule}
              on={on}
              after={after}
              hold={setHolding}
              more={index === pages.length - 1 ? (next) => setPages([...pages, next]) : undefined}
            />
          ))}
        </div>
      </Section>
      {holding && <SetHold contactId={holding.id} close={() => setHolding(undefined)} />}
    </div>
  );
}

interface OneProps {
  rule: Rule;
  on: string;
  after: string | null;
  hold: (contact: Due) => void;
  more?: (cursor: string) => void;
}

function One({ rule, on, after, hold, more }: OneProps) {
  const { t } = useTranslation("privacy/retention");
  const format = useFormat();
  const [result, again] = useQuery({ query: DUE, variables: { on, after } });
  useFresh(again, ["hold.", "erasure.", "retention"]);
  return (
    <Answer of={result} again={again} skeleton={<Stack p="xs"><Skeleton height={44} /><Skeleton height={44} /></Stack>}>
      {({ retentionPreview }) => {
        const contacts = retentionPreview.find((one) => one.rule.id === rule.id)?.contacts;
        if (!contacts) return null;
        const next = contacts.pageInfo.hasNextPage ? contacts.pageInfo.endCursor : null;
        return (
          <>
            <div role="list" aria-label={t("due.list")}>
              {contacts.nodes.map((contact) => (
                <div role="listitem" key={contact.id}>
                  <Row
                    title={<Who person={contact} />}
                    detail={contact.lastContactAt ? t("due.last", { at: format.date(contact.lastContactAt) }) : t("due.never", { at: format.date(contact.createdAt) })}
                    end={
                      <>
                        {contact.restrictedAt && (
                          <Tag>
                            {t("due.restricted")}
                          </Tag>
                        )}
                        {rule.clock === "LAST_CONTACT" && (
                          <Text size="xs">{t("due.ends", { at: format.date(endOf(contact.lastContactAt ?? contact.createdAt, rule.months)) })}</Text>
                        )}
                        <Button size="xs" variant="default" leftSection={<IconAnchor size={14} aria-hidden />} onClick={() => hold(contact)}>
                          {t("hold.set")}
                        </Button>
                      </>
                    }
                  />
                </div>
              ))}
            </div>
            {next && more && (
              <Group justify="center" p="xs">
                <Button variant="subtle" size="xs" onClick={() => more(next)}>
                  {t("due.more", { count: contacts.totalCount })}
                </Button>
              </Group>
            )}
          </>
        );
      }}
    </Answer>
  );
}
