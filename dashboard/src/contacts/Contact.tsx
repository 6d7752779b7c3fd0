import { Anchor, Badge, Button, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconChecklist, IconNote, IconPhone, IconUserOff } from "@tabler/icons-react";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../kit/client/Answer";
import { tell } from "../kit/dialogs/notify";
import { useFormat } from "../kit/format/use_format";
import { useMay } from "../kit/session/viewer";
import { useCommands } from "../kit/shell/commands";
import { Empty } from "../kit/shell/Empty";
import { Page } from "../kit/shell/Page";
import { useShortcuts } from "../kit/shell/shortcuts";
import { Deals } from "../records/Deals";
import { useFields } from "../records/pick/use_fields";
import { useChanges } from "../records/table/use_changes";
import { Composer } from "../records/timeline/Composer";
import type { Kind } from "../records/timeline/log";
import { ConsentPanel } from "./consents/ConsentPanel";
import classes from "./contact.module.css";
import { ContactMenu } from "./ContactMenu";
import { Duplicates } from "./Duplicates";
import { Identity } from "./Identity";
import { CONTACT, type Person } from "./page";
import { Locked } from "./privacy/Locked";
import { fullName } from "./row";
import { Timeline } from "./Timeline";
import { useFieldLabel } from "./use_field_label";

/** One person: who they are, what may be done with them, and what happened. */
export default function Contact() {
  const { id } = useParams({ strict: false }) as { id: string };
  return <Shown key={id} id={id} />;
}

function Shown({ id }: { id: string }) {
  const { t } = useTranslation("contacts");
  const navigate = useNavigate();
  const [result, again] = useQuery({ query: CONTACT, variables: { id } });
  const person = result.data?.contact;
  const seen = useRef(false);
  if (person) seen.current = true;
  useChanges("contact", (ids) => (ids.includes(id) || (person && ids.includes(person.id))) && again({ requestPolicy: "network-only" }));

  // A merged contact's address leads on to who is left.
  useEffect(() => {
    if (!person || person.id === id) return;
    tell.done(t("wasMerged", { name: fullName(person) }));
    void navigate({ to: `/contacts/${person.id}` as "/", replace: true });
  }, [person, id, navigate, t]);

  if (result.data && !person && !result.fetching && !result.stale) {
    return (
      <Page title={t("gone.title")}>
        <Empty icon={IconUserOff} title={t(seen.current ? "gone.now" : "gone.title")} action={<Button component={Link} to={"/contacts" as "/"}>{t("gone.back")}</Button>}>
          {t("gone.body")}
        </Empty>
      </Page>
    );
  }
  const fresh = () => again({ requestPolicy: "network-only" });
  if (person) {
    return (
      <>
        {result.error && <Answer of={{ ...result, data: undefined, fetching: false }} again={again} skeleton={null}>{() => null}</Answer>}
        <Open person={person} fresh={fresh} />
      </>
    );
  }
  return (
    <Page title={t("loading")}>
      <Answer
        of={{ ...result, data: undefined }}
        again={again}
        skeleton={
          <div className={classes.grid}>
            <Skeleton className={classes.who} height={420} />
            <Skeleton className={classes.what} height={300} />
            <Skeleton className={classes.use} height={360} />
          </div>
        }
      >
        {() => null}
      </Answer>
    </Page>
  );
}

function Open({ person, fresh }: { person: Person; fresh: () => void }) {
  const { t } = useTranslation(["contacts", "records"]);
  const format = useFormat();
  const fields = useFields("CONTACT");
  const labelOf = useFieldLabel(fields);
  const locked = person.restrictedAt !== null;
  const may = useMay("changeContacts") && !locked;
  const [kind, setKind] = useState<Kind>("NOTE");
  const input = useRef<HTMLTextAreaElement>(null);
  const begin = (next: Kind) => (setKind(next), requestAnimationFrame(() => input.current?.focus()));
  const logs = [
    { kind: "NOTE", keys: "n", icon: IconNote },
    { kind: "CALL", keys: "l", icon: IconPhone },
    { kind: "TASK", keys: "t", icon: IconChecklist },
  ] as const;
  useShortcuts(may ? logs.map((one) => ({ keys: one.keys, label: t(`records:log.save.${one.kind}`), run: () => begin(one.kind) })) : []);
  useCommands(may ? logs.map((one) => ({ id: `contact.log.${one.kind}`, label: t(`records:log.save.${one.kind}`), icon: one.icon, keys: one.keys, run: () => begin(one.kind) })) : []);
  const about = [person.jobTitle, person.company?.name ?? person.companyName].filter(Boolean).join(" · ");

  return (
    <Page
      title={fullName(person) || t(locked ? "locked.name" : "unnamed")}
      about={
        <Group gap="xs" mt={2}>
          <Anchor component={Link} to={"/contacts" as "/"} size="sm">
            {t("title")}
          </Anchor>
          {about && <bdi>{about}</bdi>}
          {person.archivedAt && (
            <Badge color="gray" variant="light" tt="none">
              {t("archivedSince", { at: format.date(person.archivedAt) })}
            </Badge>
          )}
          {person.art14DueAt && (
            <Badge color="yellow" variant="light" tt="none">
              {t("art14", { at: format.date(person.art14DueAt) })}
            </Badge>
          )}
        </Group>
      }
      actions={<ContactMenu person={person} changed={fresh} />}
    >
      {locked && <Locked person={person} changed={fresh} />}
      <div className={classes.grid} data-contact={person.id} data-version={person.version}>
        <div className={classes.who}>
          <Identity person={person} fields={fields} may={may} />
        </div>
        <Stack className={classes.use} gap={14}>
          <ConsentPanel id={person.id} locked={locked} />
          {!locked && <Duplicates person={person} />}
          <Deals of={{ contactIds: [person.id] }} />
        </Stack>
        <Stack className={classes.what} gap={14}>
          {may && <Composer about={{ contactId: person.id }} person kind={kind} setKind={setKind} input={input} />}
          <Paper withBorder p="md" component="section" aria-labelledby="timeline">
            <Title order={2} id="timeline" mb="xs">
              {t("timeline.title")}
            </Title>
            <Timeline id={person.id} may={may} labelOf={labelOf} />
          </Paper>
          {!may && !locked && (
            <Text size="sm" c="dimmed">
              {t("readOnly")}
            </Text>
          )}
        </Stack>
      </div>
    </Page>
  );
}
