import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { useFailureText } from "../../kit/client/failure_text";
import { graphql } from "../../kit/client/graphql";
import { tell } from "../../kit/dialogs/notify";
import { inputs, PAGE, UPDATE, valuesOf, type Person, type ValueName } from "../page";
import { toSet, type Difference, type Side } from "./choices";

const MERGE = graphql(
  `mutation MergeContacts($input: MergeContactsInput!) { mergeContacts(input: $input) { contact { ...ContactPage } userErrors { code field message } } }`,
  [PAGE],
);
const PRIMARY = graphql(
  `mutation PrimaryAfterMerge($input: SetPrimaryAddressInput!) { setPrimaryAddress(input: $input) { contact { ...ContactPage } userErrors { code field message } } }`,
  [PAGE],
);

interface Choice {
  kept: Person;
  gone: Person;
  left: Person;
  right: Person;
  all: Difference[];
  chosen: Record<string, Side>;
  survivor: Side;
  emailOf: Side;
}

type Step = "merge" | "values" | "address";

/** Merges, then sets what was chosen otherwise than the merge decides by itself. */
export function useMerge() {
  const { t } = useTranslation("contacts");
  const failureText = useFailureText();
  const [step, setStep] = useState<Step>();
  const [stale, setStale] = useState(false);
  const [join] = useAct(MERGE);
  const [update] = useAct(UPDATE);
  const [primary] = useAct(PRIMARY);
  const key = useRef(crypto.randomUUID());

  async function merge({ kept, gone, left, right, all, chosen, survivor, emailOf }: Choice): Promise<boolean | "stale"> {
    setStale(false);
    setStep("merge");
    try {
      const merged = await join(
        { input: { survivorId: kept.id, mergedId: gone.id, expectedSurvivorVersion: kept.version, expectedMergedVersion: gone.version, idempotencyKey: key.current } },
        { quiet: true },
      );
      if (!merged.ok) {
        key.current = crypto.randomUUID();
        if (merged.problems.some(({ code }) => code === "STALE") || merged.failure?.code === "CONFLICT") {
          setStale(true);
          return "stale";
        }
        tell.failed(merged.failure ? failureText(merged.failure) : merged.problems.map(({ message }) => message).join(" ") || t("merge.refused"));
        return false;
      }
      let person = merged.data.mergeContacts.contact;
      let whole = true;
      const values = person ? toSet(all, chosen, survivor, valuesOf(person)) : [];
      if (person && values.length) {
        setStep("values");
        const custom = values.filter(([name]) => name.startsWith("custom.")).map(([name, value]) => ({ key: name.slice(7), value }));
        const plain = Object.fromEntries(values.filter(([name]) => name in inputs).map(([name, value]) => [inputs[name as ValueName], value]));
        const set = await update({ input: { contactId: person.id, expectedVersion: person.version, ...plain, ...(custom.length ? { custom } : {}) } }, { quiet: true });
        if (set.ok) person = set.data.updateContact.contact ?? person;
        else whole = false;
      }
      const wanted = (emailOf === "left" ? left : right).addresses.find((one) => one.primary)?.email;
      const address = person?.addresses.find(({ email, primary: used }) => email === wanted && !used);
      if (address) {
        setStep("address");
        const used = await primary({ input: { addressId: address.id } }, { quiet: true });
        whole = whole && used.ok;
      }
      if (whole) tell.done(t("merge.done"));
      else tell.failed(t("merge.half"));
      return true;
    } finally {
      setStep(undefined);
    }
  }
  return { merge, state: { step, stale } };
}
