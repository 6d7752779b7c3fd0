import { Button, Skeleton, Text, Title } from "@mantine/core";
import { IconArrowsExchange, IconCheckbox, IconMail, IconNote, IconPhone, IconPresentation, IconUsers } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Pages } from "../../kit/client/Pages";
import { Ago } from "../../kit/format/Ago";
import { useFormat } from "../../kit/format/use_format";
import { idsOf } from "../../kit/journal/ids";
import { useNames } from "../../kit/journal/names";
import { Sentence } from "../../kit/journal/Sentence";
import { useNameOfActor } from "../parts/use_name_of_actor";
import { TIMELINE, type Item } from "./documents";
import classes from "./panel.module.css";

const icons = { CALL: IconPhone, MEETING: IconUsers, DEMO: IconPresentation, NOTE: IconNote, TASK: IconCheckbox, EMAIL: IconMail };

/** What happened with the deal, the newest first: what people logged, and the journal in plain words. */
export function Timeline({ dealId }: { dealId: string }) {
  const { t } = useTranslation("board");
  const skeleton = [0, 1, 2].map((line) => <Skeleton key={line} height={34} mt={10} />);
  return (
    <section className={classes.part} aria-labelledby="deal-timeline">
      <Title order={3} id="deal-timeline" mb={4}>
        {t("timeline.title")}
      </Title>
      <Pages
        query={TIMELINE}
        variables={{ id: dealId }}
        connection={({ deal }) => deal?.timeline ?? { nodes: [] as Item[], pageInfo: { hasNextPage: false, endCursor: null } }}
        kinds={["deal.", "activity."]}
        size={25}
        skeleton={skeleton}
        empty={
          <Text size="sm" c="dimmed">
            {t("timeline.empty")}
          </Text>
        }
      >
        {(items) => <Items items={items} />}
      </Pages>
    </section>
  );
}

function Items({ items }: { items: Item[] }) {
  const entries = useMemo(() => items.flatMap((item) => (item.__typename === "TimelineDealChange" ? [item.entry] : [])), [items]);
  const ids = useMemo(() => idsOf(entries), [entries]);
  const nameOf = useNames(ids);
  return (
    <ol className={classes.items}>
      {items.map((item) => {
        if (item.__typename === "TimelineActivity") return <Logged key={item.id} item={item} />;
        if (item.__typename !== "TimelineDealChange") return null;
        return (
          <li key={item.id} className={classes.item}>
            <span className={classes.itemIcon}>
              <IconArrowsExchange size={15} aria-hidden />
            </span>
            <div>
              <Sentence entry={item.entry} nameOf={nameOf} />
              <Text size="xs" c="dimmed">
                <Ago at={item.at} />
              </Text>
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function Logged({ item: { at, activity } }: { item: Extract<Item, { __typename: "TimelineActivity" }> }) {
  const { t } = useTranslation("board");
  const format = useFormat();
  const nameOf = useNameOfActor();
  const [whole, setWhole] = useState(false);
  const Icon = icons[activity.kind];
  const long = activity.body.length > 420 || activity.body.split("\n").length > 6;
  const due = activity.dueOn ? format.day(activity.dueOn) : activity.dueAt ? format.moment(activity.dueAt) : undefined;
  return (
    <li className={classes.item}>
      <span className={classes.itemIcon} title={t(`activity.${activity.kind}`)}>
        <Icon size={15} aria-hidden />
      </span>
      <div>
        <Text size="sm" fw={500} dir="auto">
          {activity.subject}
        </Text>
        {activity.body && (
          <div className={`${classes.text} ${long && !whole ? classes.clamped : ""}`} dir="auto">
            {activity.body}
          </div>
        )}
        {long && (
          <Button size="compact-xs" variant="subtle" mt={2} aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {t(whole ? "timeline.less" : "timeline.more")}
          </Button>
        )}
        <Text size="xs" c="dimmed" component="div">
          {t(`activity.${activity.kind}`)} · {nameOf(activity.author)} · <Ago at={at} />
          {activity.kind === "TASK" && ` · ${activity.doneAt ? t("task.doneOn", { date: format.date(activity.doneAt) }) : due ? t("task.due", { date: due }) : t("task.open")}`}
        </Text>
      </div>
    </li>
  );
}
