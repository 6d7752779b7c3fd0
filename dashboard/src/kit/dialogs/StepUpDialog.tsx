import { Button, Group, Modal, Skeleton, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../client/act";
import { Answer } from "../client/Answer";
import { useFailureText } from "../client/failure_text";
import { graphql } from "../client/graphql";
import { CodeInput } from "../session/CodeInput";
import { EnrolSecondFactor } from "../session/EnrolSecondFactor";
import { useStore } from "../store";
import { stepUpAsked } from "./step_up";

const FACTOR = graphql(`query SecondFactorState { viewer { secondFactor { enabled } } }`);
const STEP_UP = graphql(`
  mutation StepUp($input: SecondFactorCodeInput!) {
    stepUp(input: $input) { session { id steppedUpAt } userErrors { code field message } }
  }
`);

/** Asks for a code of the second factor, or leads through enrolling one, before a sensitive act goes on. */
export default function StepUpDialog() {
  const { t } = useTranslation("kit");
  const asked = useStore(stepUpAsked);
  const [result, again] = useQuery({ query: FACTOR, requestPolicy: "network-only", pause: !asked });
  if (!asked) return null;
  return (
    <Modal
      opened
      onClose={() => asked.answer(false)}
      title={t("stepUp.title")}
      closeButtonProps={{ "aria-label": t("close") }}
      centered
    >
      <Answer of={result} again={again} skeleton={<Skeleton height={120} />}>
        {({ viewer }) =>
          viewer.secondFactor?.enabled ? (
            <AskCode answer={asked.answer} />
          ) : (
            <Stack>
              <Text size="sm">{t("stepUp.enrolFirst")}</Text>
              <EnrolSecondFactor done={() => asked.answer(true)} />
            </Stack>
          )
        }
      </Answer>
    </Modal>
  );
}

function AskCode({ answer }: { answer: (done: boolean) => void }) {
  const { t } = useTranslation("kit");
  const [code, setCode] = useState("");
  const failureText = useFailureText();
  const [problem, setProblem] = useState<string>();
  const [stepUp, running] = useAct(STEP_UP);
  return (
    <form
      onSubmit={async (event) => {
        event.preventDefault();
        const done = await stepUp({ input: { code } }, { quiet: true });
        if (done.ok) answer(true);
        else setProblem(done.failure ? failureText(done.failure) : done.problems[0]?.message);
      }}
    >
      <Stack>
        <Text size="sm">{t("stepUp.why")}</Text>
        <CodeInput value={code} onChange={setCode} error={problem} autoFocus />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => answer(false)}>
            {t("cancel")}
          </Button>
          <Button type="submit" loading={running}>
            {t("stepUp.continue")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
