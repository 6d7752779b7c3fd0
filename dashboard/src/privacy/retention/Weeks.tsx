import { Text, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { graphql } from "../../kit/client/graphql";
import { useFormat } from "../../kit/format/use_format";
import { inDays } from "../parts/days";
import classes from "./retention.module.css";

const STEPS = graphql(`
  query RetentionSteps($a: DateTime!, $b: DateTime!, $c: DateTime!, $d: DateTime!, $e: DateTime!) {
    a: retentionPreview(on: $a) { rule { id subject } going }
    b: retentionPreview(on: $b) { rule { id subject } going }
    c: retentionPreview(on: $c) { rule { id subject } going }
    d: retentionPreview(on: $d) { rule { id subject } going }
    e: retentionPreview(on: $e) { rule { id subject } going }
  }
`);
const step = 6;

/** How many contacts go in each stretch of six days, for ninety days. */
export function Weeks({ start }: { start: number }) {
  const { t } = useTranslation("privacy/retention");
  const format = useFormat();
  const first = useSteps(start, 0);
  const second = useSteps(start, 30);
  const third = useSteps(start, 60);
  if (!first || !second || !third) return <div className={classes.weeks} aria-busy="true" />;
  const totals = [...first, ...second, ...third];
  const bars = totals.map((total, index) => ({
    from: inDays(index * step, start),
    until: inDays((index + 1) * step, start),
    // A hold that ends makes numbers fall, never below what goes.
    count: Math.max(0, total - (totals[index - 1] ?? 0)),
  }));
  const highest = Math.max(1, ...bars.map(({ count }) => count));
  if (!totals.at(-1)) return null;
  return (
    <figure className={classes.figure}>
      <figcaption>
        <Text size="sm" fw={500} component="span">
          {t("weeks", { count: totals.at(-1) })}
        </Text>
      </figcaption>
      <ol className={classes.weeks}>
        {bars.map(({ from, until, count }) => {
          const label = t("week", { from: format.date(from), until: format.date(until), count });
          return (
            <Tooltip key={from} label={label}>
              <li className={classes.week} aria-label={label}>
                <span className={classes.number} aria-hidden>
                  {count > 0 ? format.number(count) : ""}
                </span>
                <svg className={classes.bar} viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden>
                  <rect x="0" y={100 - Math.max(2, (count / highest) * 100)} width="10" height={Math.max(2, (count / highest) * 100)} />
                </svg>
                <span className={classes.day} aria-hidden>
                  {new Date(from).getDate()}/{new Date(from).getMonth() + 1}
                </span>
              </li>
            </Tooltip>
          );
        })}
      </ol>
    </figure>
  );
}

/** Cumulated numbers of contacts that go, after 6, 12 … 30 days from `from`. */
function useSteps(start: number, from: number) {
  const on = (count: number) => inDays(from + count * step, start);
  const [{ data }] = useQuery({ query: STEPS, variables: { a: on(1), b: on(2), c: on(3), d: on(4), e: on(5) } });
  return (
    data &&
    [data.a, data.b, data.c, data.d, data.e].map((rules) => rules.reduce((sum, { rule, going }) => sum + (rule.subject === "CONTACTS" ? going : 0), 0))
  );
}
