import { Group, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { fromLocal, nowLocal, toLocal } from "../parts/days";
import { BREACH_LINE, exceptions, risks, type Breach } from "./breach";

const RECORD = graphql(
  `
    mutation RecordBreach($input: RecordBreachInput!) {
      recordBreach(input: $input) { breach { ...BreachLine } userErrors { code field message } }
    }
  `,
  [BREACH_LINE],
);
const UPDATE = graphql(
  `
    mutation UpdateBreach($input: UpdateBreachInput!) {
      updateBreach(input: $input) { breach { ...BreachLine } userErrors { code field message } }
    }
  `,
  [BREACH_LINE],
);
const long = ["facts", "people", "records", "effects", "remedies", "plainWords"] as const;

interface Props {
  /** Absent: a new one. */
  breach?: Breach;
  close: () => void;
  saved: (id: string) => void;
}

/** Records a breach, or changes what is known of it. */
export function EditBreach({ breach, close, saved }: Props) {
  const { t } = useTranslation("privacy/breaches");
  const [record] = useAct(RECORD);
  const [update] = useAct(UPDATE);
  const [texts, setTexts] = useState({ title: "", facts: "", people: "", records: "", effects: "", remedies: "", lateBecause: "", plainWords: "", ...breach?.texts });
  const [risk, setRisk] = useState<Enum<"BreachRisk">>(breach?.risk ?? "NOT_ASSESSED");
  const [exception, setException] = useState<Enum<"BreachException"> | "">(breach?.exception ?? "");
  const [aware, setAware] = useState(breach ? toLocal(breach.awareAt) : nowLocal());
  const [hours, setHours] = useState(breach ? Math.round((Date.parse(breach.dueAt) - Date.parse(breach.awareAt)) / 3_600_000) : 72);
  const [began, setBegan] = useState(toLocal(breach?.beganAt));
  const [ended, setEnded] = useState(toLocal(breach?.endedAt));
  const [people, setPeople] = useState<number | string>(breach?.peopleApproximate ?? "");
  const [records, setRecords] = useState<number | string>(breach?.recordsApproximate ?? "");
  const write = (name: keyof typeof texts) => (event: { currentTarget: { value: string } }) => setTexts({ ...texts, [name]: event.currentTarget.value });
  const late = Date.parse(fromLocal(aware) ?? "") + hours * 3_600_000 < Date.now() && !breach?.authorityToldAt;

  async function submit() {
    const values = {
      ...texts,
      risk,
      // Unchanged to the second: the input only knows minutes.
      awareAt: breach && aware === toLocal(breach.awareAt) ? breach.awareAt : fromLocal(aware)!,
      clockHours: hours,
      beganAt: fromLocal(began),
      endedAt: fromLocal(ended),
      peopleApproximate: typeof people === "number" ? people : null,
      recordsApproximate: typeof records === "number" ? records : null,
      exception: risk === "HIGH" && exception ? exception : null,
    };
    if (breach) {
      const done = await update({ input: { ...values, breachId: breach.id, expectedVersion: breach.version } }, { quiet: true });
      if (done.ok) finish(breach.id);
      return done;
    }
    const done = await record({ input: values }, { quiet: true });
    if (done.ok && done.data.recordBreach.breach) finish(done.data.recordBreach.breach.id);
    return done;
  }
  function finish(id: string) {
    tell.done(t("saved"));
    saved(id);
  }

  return (
    <ActDialog title={t(breach ? "change" : "record")} about={breach ? undefined : t("recordAbout")} action={t(breach ? "save" : "record")} size="xl" submit={submit} close={close}>
      {(wrong) => (
        <>
          <TextInput label={t("text.title")} required maxLength={300} data-autofocus value={texts.title} onChange={write("title")} error={wrong("title")} />
          <Group grow align="flex-start">
            <TextInput type="datetime-local" label={t("awareAt")} description={t("awareWhy")} required max={nowLocal()} value={aware} onChange={(event) => setAware(event.currentTarget.value)} error={wrong("awareAt")} />
            <NumberInput label={t("hours")} description={t("hoursWhy")} min={1} max={720} value={hours} onChange={(value) => setHours(Number(value) || 72)} error={wrong("clockHours")} />
          </Group>
          <Group grow align="flex-start">
            <Choice label={t("riskLabel")} of={risks} named={(one) => t(`risk.${one}`)} value={risk} onChange={(one) => one && setRisk(one)} error={wrong("risk")} />
            {risk === "HIGH" && <Choice label={t("exceptionLabel")} of={exceptions} named={(one) => t(`exception.${one}`)} none={t("noException")} value={exception} onChange={setException} error={wrong("exception")} />}
          </Group>
          <Group grow align="flex-start">
            <TextInput type="datetime-local" label={t("beganAt")} value={began} onChange={(event) => setBegan(event.currentTarget.value)} error={wrong("beganAt")} />
            <TextInput type="datetime-local" label={t("endedAt")} value={ended} onChange={(event) => setEnded(event.currentTarget.value)} error={wrong("endedAt")} />
          </Group>
          <Group grow align="flex-start">
            <NumberInput label={t("peopleApproximate")} min={0} value={people} onChange={setPeople} error={wrong("peopleApproximate")} />
            <NumberInput label={t("recordsApproximate")} min={0} value={records} onChange={setRecords} error={wrong("recordsApproximate")} />
          </Group>
          {long.map((one) => (
            <Textarea
              key={one}
              label={t(`text.${one}`)}
              description={one === "effects" || one === "remedies" || one === "plainWords" ? t("peopleRead") : undefined}
              required={one === "facts"}
              autosize
              minRows={2}
              maxRows={8}
              value={texts[one]}
              onChange={write(one)}
              error={wrong(one)}
            />
          ))}
          {(late || texts.lateBecause) && <Textarea label={t("text.lateBecause")} description={t("lateWhy")} autosize minRows={2} maxRows={8} value={texts.lateBecause} onChange={write("lateBecause")} error={wrong("lateBecause")} />}
        </>
      )}
    </ActDialog>
  );
}
