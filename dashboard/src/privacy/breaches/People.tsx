import { Button, Group, Skeleton, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { Answer } from "../../kit/client/Answer";
import { graphql } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { useFresh } from "../../kit/live/use_journal";
import classes from "../parts/parts.module.css";
import { PERSON } from "../parts/person";
import { Row } from "../parts/Row";
import { Section } from "../parts/Section";
import { Tag } from "../parts/Tag";
import { Who } from "../parts/Who";
import { BREACH_LINE, type Breach } from "./breach";
import { FindPeople } from "./FindPeople";

const PEOPLE = graphql(
  `
    query BreachPeople($id: ID!, $after: ID) {
      breach(id: $id) { id people(first: 50, afterContactId: $after) { contact { ...Person } seen changed firstAt lastAt entries toldAt } }
    }
  `,
  [PERSON],
);
const TELL = graphql(
  `
    mutation TellBreachPeople($input: TellBreachPeopleInput!) {
      tellBreachPeople(input: $input) { breach { ...BreachLine } userErrors { code field message } }
    }
  `,
  [BREACH_LINE],
);

/** Whom the breach concerns, as the journal shows, and who was told. */
export function People({ breach, again }: { breach: Breach; again: () => void }) {
  const { t } = useTranslation("privacy/breaches");
  const [finding, setFinding] = useState(false);
  const [pages, setPages] = useState<(string | null)[]>([null]);
  const [tellAll, telling] = useAct(TELL);
  const untold = breach.all - breach.told;
  const open = breach.state === "OPEN";

  async function tellThem() {
    const yes = await confirm({ title: t("people.tellTitle", { count: untold }), body: t("people.tellBody"), action: t("people.tell"), danger: true });
    if (!yes || !(await tellAll({ input: { breachId: breach.id } })).ok) return;
    tell.done(t("people.telling"));
    again();
  }

  return (
    <Section
      title={t("people.title", { count: breach.all })}
      actions={
        open && (
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => setFinding(true)}>
              {t("people.find")}
            </Button>
            {untold > 0 && (
              <Button size="xs" variant="default" loading={telling} onClick={() => void tellThem()}>
                {t("people.tell")}
              </Button>
            )}
          </Group>
        )
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        {breach.all ? t("people.told", { told: breach.told, count: breach.all }) : t("people.none")}
      </Text>
      {breach.all > 0 && (
        <div className={classes.list}>
          {pages.map((after, index) => (
            <One key={after ?? ""} id={breach.id} after={after} more={index === pages.length - 1 ? (next) => setPages([...pages, next]) : undefined} />
          ))}
        </div>
      )}
      {finding && <FindPeople breach={breach} close={() => setFinding(false)} done={again} />}
    </Section>
  );
}

function One({ id, after, more }: { id: string; after: string | null; more?: (after: string) => void }) {
  const { t } = useTranslation("privacy/breaches");
  const format = useFormat();
  const [result, again] = useQuery({ query: PEOPLE, variables: { id, after } });
  useFresh(again, ["breach."]);
  return (
    <Answer of={result} again={again} skeleton={<Skeleton height={100} />}>
      {({ breach }) => {
        const people = breach?.people ?? [];
        const last = people.at(-1)?.contact?.id;
        return (
          <>
            <div role="list" aria-label={t("people.label")}>
              {people.map((person, index) => (
                <div role="listitem" key={person.contact?.id ?? `${after} ${index}`}>
                  <Row
                    title={person.contact ? <Who person={person.contact} /> : t("people.erased")}
                    detail={person.entries ? t("people.entries", { count: person.entries, from: format.moment(person.firstAt), until: format.moment(person.lastAt) }) : t("people.assumed")}
                    end={
                      <>
                        {person.seen && <Tag>{t("people.seen")}</Tag>}
                        {person.changed && <Tag>{t("people.changed")}</Tag>}
                        <Tag tone={person.toldAt ? "good" : "soon"}>{person.toldAt ? t("people.toldOn", { at: format.date(person.toldAt) }) : t("people.untold")}</Tag>
                      </>
                    }
                  />
                </div>
              ))}
            </div>
            {people.length === 50 && last && more && (
              <Group justify="center" p="xs">
                <Button variant="subtle" size="xs" onClick={() => more(last)}>
                  {t("people.more")}
                </Button>
              </Group>
            )}
          </>
        );
      }}
    </Answer>
  );
}
