import { Button, Group, SegmentedControl, Select, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { IconInbox } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { Pages } from "../../kit/client/Pages";
import { graphql } from "../../kit/client/graphql";
import { Ago } from "../../kit/format/Ago";
import { useFormat } from "../../kit/format/use_format";
import { useFresh } from "../../kit/live/use_journal";
import { Empty } from "../../kit/shell/Empty";
import classes from "../web_forms.module.css";
import { states, type State } from "./states";

const COUNTS = graphql(`
  query FormArrivals($id: ID!, $days: Int!) {
    form(id: $id) { id submissionCounts { state count } caughtCounts(days: $days) { reason count } }
  }
`);
const SUBMISSIONS = graphql(`
  query FormSubmissions($formId: ID!, $state: SubmissionState, $first: Int!, $after: String) {
    submissions(formId: $formId, state: $state, first: $first, after: $after) {
      nodes { id state receivedAt formVersion { id number } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const kinds = ["submission.", "opt_in."];

/** What came in, in which state, and what was turned away and why. Never what people typed. */
export function Arrivals({ formId }: { formId: string }) {
  const { t } = useTranslation("web_forms");
  const format = useFormat();
  const [days, setDays] = useState("30");
  const [state, setState] = useState<State | null>(null);
  const [result, again] = useQuery({ query: COUNTS, variables: { id: formId, days: Number(days) } });
  useFresh(again, kinds);
  return (
    <Stack gap="xl" maw={980}>
      <Answer of={result} again={again} skeleton={<Skeleton height={140} />}>
        {({ form }) => {
          const count = (wanted: State) => form?.submissionCounts.find(({ state }) => state === wanted)?.count ?? 0;
          const caught = form?.caughtCounts ?? [];
          return (
            <>
              <section aria-label={t("arrivals.byState")}>
                <h2 className={classes.heading}>{t("arrivals.byState")}</h2>
                <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="xs" mt="xs">
                  {states.map((one) => (
                    <div key={one} className={classes.card}>
                      <Text fz="xl" fw={600} lh={1.2}>
                        {format.number(count(one))}
                      </Text>
                      <Text size="sm" fw={500}>
                        {t(`state.${one}`)}
                      </Text>
                      <Text size="xs" c="dimmed">
                        {t(`stateAbout.${one}`)}
                      </Text>
                    </div>
                  ))}
                </SimpleGrid>
              </section>
              <section aria-label={t("arrivals.caught")}>
                <Group justify="space-between">
                  <h2 className={classes.heading}>{t("arrivals.caught")}</h2>
                  <SegmentedControl size="xs" aria-label={t("arrivals.period")} value={days} onChange={setDays} data={["7", "30", "365"].map((one) => ({ value: one, label: t("arrivals.days", { count: Number(one) }) }))} />
                </Group>
                <Text size="sm" c="dimmed">
                  {t("arrivals.caughtAbout")}
                </Text>
                {caught.length ? (
                  <ul className={classes.rows}>
                    {caught.map(({ reason, count }) => (
                      <li key={reason} className={classes.line} style={{ alignItems: "flex-start" }}>
                        <Text fw={600} w={56} ta="end" style={{ flex: "none" }}>
                          {format.number(count)}
                        </Text>
                        <div>
                          <Text size="sm" fw={500}>
                            {t(`caught.${reason}`)}
                          </Text>
                          <Text size="sm" c="dimmed">
                            {t(`caughtAbout.${reason}`)}
                          </Text>
                        </div>
                      </li>
                    ))}
                  </ul>
                ) : (
                  <Text size="sm" mt="xs">
                    {t("arrivals.nothingCaught")}
                  </Text>
                )}
              </section>
            </>
          );
        }}
      </Answer>
      <section aria-label={t("arrivals.list")}>
        <Group justify="space-between" mb="xs">
          <h2 className={classes.heading}>{t("arrivals.list")}</h2>
          <Select
            size="xs"
            aria-label={t("arrivals.filter")}
            placeholder={t("arrivals.all")}
            clearable
            clearButtonProps={{ "aria-label": t("clear") }}
            value={state}
            onChange={(value) => setState(value as State | null)}
            data={states.map((one) => ({ value: one, label: t(`state.${one}`) }))}
          />
        </Group>
        <Pages
          key={state}
          query={SUBMISSIONS}
          variables={{ formId, state }}
          connection={({ submissions }) => submissions}
          kinds={kinds}
          skeleton={<Skeleton height={160} />}
          empty={
            <Empty icon={IconInbox} title={t("arrivals.none")} action={state ? <Button variant="default" size="xs" onClick={() => setState(null)}>{t("arrivals.all")}</Button> : undefined}>
              {state ? t("arrivals.noneOfState") : t("arrivals.noneAbout")}
            </Empty>
          }
        >
          {(nodes) => (
            <ul className={classes.rows}>
              {nodes.map(({ id, state, receivedAt, formVersion }) => (
                <li key={id} className={classes.line}>
                  <span style={{ flex: 1 }}>{t(`state.${state}`)}</span>
                  <Text size="sm" c="dimmed">
                    {t("versions.number", { number: formVersion.number })}
                  </Text>
                  <Text size="sm" c="dimmed" component="span" miw={110} ta="end">
                    <Ago at={receivedAt} />
                  </Text>
                </li>
              ))}
            </ul>
          )}
        </Pages>
      </section>
    </Stack>
  );
}
