import { Alert, Button, Group, Modal, Progress, Skeleton, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { Answer } from "../../kit/client/Answer";
import { confirm } from "../../kit/dialogs/confirm";
import { graphql } from "../../kit/client/graphql";
import { PAGE, type Person } from "../page";
import { fullName } from "../row";
import { differences, firstChoice, type Side } from "./choices";
import { Sides } from "./Sides";
import { useMerge } from "./use_merge";

const BOTH = graphql(
  `query BothContacts($left: ID!, $right: ID!) { left: contact(id: $left) { ...ContactPage } right: contact(id: $right) { ...ContactPage } }`,
  [PAGE],
);

/** Two contacts side by side: which one stays, which value of each field, and then one last question. */
export default function Merge({ ids: [left, right], close }: { ids: [string, string]; close: () => void }) {
  const { t } = useTranslation(["contacts", "records"]);
  const [result, again] = useQuery({ query: BOTH, variables: { left, right }, requestPolicy: "network-only" });
  return (
    <Modal opened onClose={close} title={t("merge.title")} size="56rem" closeButtonProps={{ "aria-label": t("records:close") }}>
      <Answer of={result} again={again} skeleton={<Skeleton height={320} />}>
        {(data) =>
          data.left && data.right && data.left.id !== data.right.id ? (
            <Choosing left={data.left} right={data.right} close={close} again={() => again({ requestPolicy: "network-only" })} />
          ) : (
            <Text size="sm">{t("merge.gone")}</Text>
          )
        }
      </Answer>
    </Modal>
  );
}

function Choosing({ left, right, close, again }: { left: Person; right: Person; close: () => void; again: () => void }) {
  const { t } = useTranslation(["contacts", "records"]);
  const navigate = useNavigate();
  const [survivor, setSurvivor] = useState<Side>(left.createdAt <= right.createdAt ? "left" : "right");
  const [chosen, setChosen] = useState<Record<string, Side>>({});
  const [emailOf, setEmailOf] = useState<Side>();
  const all = differences(left, right);
  const kept = survivor === "left" ? left : right;
  const gone = survivor === "left" ? right : left;
  const { merge, state } = useMerge();
  const locked = left.restrictedAt || right.restrictedAt;

  async function go() {
    const yes = await confirm({
      title: t("merge.lastTitle", { gone: fullName(gone) || t("unnamed"), kept: fullName(kept) || t("unnamed") }),
      body: t("merge.lastBody"),
      action: t("merge.go"),
      danger: true,
    });
    if (!yes) return;
    const done = await merge({ kept, gone, all, chosen, survivor, emailOf: emailOf ?? survivor, left, right });
    if (done === "stale") return again();
    if (!done) return;
    close();
    void navigate({ to: `/contacts/${kept.id}` as "/" });
  }

  return (
    <Stack>
      <Text size="sm">{t("merge.about")}</Text>
      {state.stale && (
        <Alert color="yellow" role="alert">
          {t("merge.stale")}
        </Alert>
      )}
      <Sides
        left={left}
        right={right}
        survivor={survivor}
        setSurvivor={setSurvivor}
        all={all}
        sideOf={(one) => chosen[one.key] ?? firstChoice(one, survivor)}
        choose={(key, side) => setChosen({ ...chosen, [key]: side })}
        emailOf={emailOf ?? survivor}
        chooseEmail={setEmailOf}
      />
      <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={t("merge.warning")}>
        {t("merge.warningBody")}
      </Alert>
      {locked && <Alert color="yellow">{t("merge.locked")}</Alert>}
      {state.step && (
        <div role="status">
          <Text size="sm" mb={4}>
            {t(`merge.step.${state.step}`)}
          </Text>
          <Progress value={{ merge: 33, values: 66, address: 85 }[state.step]} size="sm" aria-label={t("merge.title")} />
        </div>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={close} disabled={!!state.step}>
          {t("records:cancel")}
        </Button>
        <Button color="red" loading={!!state.step} disabled={!!locked} onClick={() => void go()}>
          {t("merge.go")}
        </Button>
      </Group>
    </Stack>
  );
}
