import { Alert, Group, MultiSelect, Select, TextInput } from "@mantine/core";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "urql";
import { useAct } from "../../kit/client/act";
import { graphql, type Enum } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { useFormat } from "../../kit/format/use_format";
import { ActDialog } from "../parts/ActDialog";
import { Choice } from "../parts/Choice";
import { fromLocal, toLocal } from "../parts/days";
import { regions } from "./regions";
import { countryName, mechanisms, RECIPIENT, roles, type Recipient } from "./recipient";

const ASKED = graphql(`
  query RecipientChoices {
    purposes { id archivedAt currentVersion { id texts { language title } } }
    transferCountries { asOf source eea adequate { country decision only until } }
  }
`);
const CREATE = graphql(
  `
    mutation CreateRecipient($input: CreateRecipientInput!) {
      createRecipient(input: $input) { recipient { ...RecipientWhole } userErrors { code field message } }
    }
  `,
  [RECIPIENT],
);
const UPDATE = graphql(
  `
    mutation UpdateRecipient($input: UpdateRecipientInput!) {
      updateRecipient(input: $input) { recipient { ...RecipientWhole } userErrors { code field message } }
    }
  `,
  [RECIPIENT],
);

/** Adds a recipient or changes one, and says what allows the transfer. */
export function EditRecipient({ recipient, close, saved }: { recipient?: Recipient; close: () => void; saved: (id: string) => void }) {
  const { t, i18n } = useTranslation("privacy/recipients");
  const format = useFormat();
  const [{ data }] = useQuery({ query: ASKED });
  const [create] = useAct(CREATE);
  const [update] = useAct(UPDATE);
  const key = useRef(crypto.randomUUID());
  const [name, setName] = useState(recipient?.name ?? "");
  const [legalName, setLegalName] = useState(recipient?.legalName ?? "");
  const [country, setCountry] = useState(recipient?.country ?? "FR");
  const [others, setOthers] = useState<string[]>(recipient?.accessCountries ?? []);
  const [role, setRole] = useState<Enum<"RecipientRole">>(recipient?.role ?? "PROCESSOR");
  const [chosen, setChosen] = useState<Enum<"TransferMechanism"> | "">(recipient?.mechanism ?? "");
  const [reference, setReference] = useState(recipient?.mechanismReference ?? "");
  const [assessment, setAssessment] = useState(recipient?.assessment ?? "");
  const [checked, setChecked] = useState(toLocal(recipient?.checkedAt));
  const [email, setEmail] = useState(recipient?.contactEmail ?? "");
  const [purposes, setPurposes] = useState<string[]>(recipient?.purposes.map(({ id }) => id) ?? []);

  const countries = useMemo(
    () => regions.map((value) => ({ value, label: countryName(value, i18n.language) })).sort((one, other) => one.label.localeCompare(other.label, i18n.language)),
    [i18n.language],
  );
  const eea = data?.transferCountries.eea ?? [];
  const outside = [country, ...others].filter((one) => data && !eea.includes(one));
  const decisions = data?.transferCountries.adequate.filter((one) => outside.includes(one.country)) ?? [];
  // Until somebody chooses: what the countries suggest.
  const mechanism = chosen || (outside.length === 0 ? "EEA" : outside.every((one) => decisions.some(({ country }) => country === one)) ? "ADEQUACY" : "SCC");
  const titles = (data?.purposes ?? []).filter(({ archivedAt, id }) => !archivedAt || purposes.includes(id)).map(({ id, currentVersion: { texts } }) => ({ value: id, label: (texts.find(({ language }) => language === i18n.language) ?? texts[0])?.title ?? id }));

  async function submit() {
    const values = {
      name,
      legalName,
      country,
      accessCountries: others,
      role,
      mechanism,
      mechanismReference: reference,
      assessment,
      checkedAt: checked === toLocal(recipient?.checkedAt) ? (recipient?.checkedAt ?? null) : fromLocal(checked),
      contactEmail: email,
      purposeIds: purposes,
    };
    if (recipient) {
      const done = await update({ input: { ...values, recipientId: recipient.id, expectedVersion: recipient.version } }, { quiet: true });
      if (done.ok) finish(recipient.id);
      return done;
    }
    const done = await create({ input: { ...values, idempotencyKey: key.current } }, { quiet: true });
    if (!done.ok) key.current = crypto.randomUUID();
    else if (done.data.createRecipient.recipient) finish(done.data.createRecipient.recipient.id);
    return done;
  }
  function finish(id: string) {
    tell.done(t("saved"));
    saved(id);
  }

  return (
    <ActDialog title={t(recipient ? "change" : "add")} about={t("editAbout")} action={t(recipient ? "save" : "add")} size="lg" submit={submit} close={close}>
      {(wrong) => (
        <>
          <Group grow align="flex-start">
            <TextInput label={t("name")} required maxLength={300} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} error={wrong("name")} />
            <TextInput label={t("legalName")} required maxLength={300} value={legalName} onChange={(event) => setLegalName(event.currentTarget.value)} error={wrong("legalName")} />
          </Group>
          <Group grow align="flex-start">
            <Choice label={t("roleLabel")} of={roles} named={(one) => t(`role.${one}`)} value={role} onChange={(one) => one && setRole(one)} error={wrong("role")} />
            <TextInput type="email" label={t("email")} description={t("emailWhy")} value={email} onChange={(event) => setEmail(event.currentTarget.value)} error={wrong("contactEmail")} />
          </Group>
          <Select label={t("country")} searchable allowDeselect={false} data={countries} value={country} onChange={(one) => one && setCountry(one)} error={wrong("country")} required />
          <MultiSelect label={t("others")} description={t("othersWhy")} searchable data={countries.filter(({ value }) => value !== country)} value={others} onChange={setOthers} maxValues={50} error={wrong("accessCountries")} />
          <Choice label={t("mechanismLabel")} description={t(`mechanismWhy.${mechanism}`)} of={mechanisms} named={(one) => t(`mechanism.${one}`)} value={mechanism} onChange={(one) => one && setChosen(one)} error={wrong("mechanism")} />
          {decisions.map((one) => (
            <Alert key={one.country} color="gray" p="xs">
              {countryName(one.country, i18n.language)}: {one.decision}
              {one.only && ` · ${t("only", { only: one.only })}`}
              {one.until && ` · ${t("until", { at: format.day(one.until) })}`}
            </Alert>
          ))}
          {mechanism !== "EEA" && (
            <>
              <TextInput label={t(`reference.${mechanism}`)} value={reference} onChange={(event) => setReference(event.currentTarget.value)} error={wrong("mechanismReference")} />
              {(mechanism === "SCC" || mechanism === "BCR") && <TextInput label={t("assessment")} value={assessment} onChange={(event) => setAssessment(event.currentTarget.value)} error={wrong("assessment")} />}
              <TextInput type="datetime-local" label={t("checkedAt")} description={t("checkedWhy")} value={checked} onChange={(event) => setChecked(event.currentTarget.value)} error={wrong("checkedAt")} />
            </>
          )}
          <MultiSelect label={t("purposes")} data={titles} value={purposes} onChange={setPurposes} maxValues={50} error={wrong("purposeIds")} />
        </>
      )}
    </ActDialog>
  );
}
