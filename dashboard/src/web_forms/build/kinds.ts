import {
  IconAt,
  IconBriefcase,
  IconBuilding,
  IconCheckbox,
  IconCircleDot,
  IconCursorText,
  IconEyeOff,
  IconListCheck,
  IconPhone,
  IconTextPlus,
  IconUser,
  IconUsers,
  type Icon,
} from "@tabler/icons-react";
import type { Kind, Question } from "../model/model";
import { newId, withOptions } from "../model/model";

export const kindIcons: Record<Kind, Icon> = {
  EMAIL: IconAt,
  GIVEN_NAME: IconUser,
  FAMILY_NAME: IconUsers,
  PHONE: IconPhone,
  COMPANY: IconBuilding,
  JOB_TITLE: IconBriefcase,
  TEXT: IconCursorText,
  LONG_TEXT: IconTextPlus,
  CHOICE: IconCircleDot,
  CHOICES: IconListCheck,
  CHECKBOX: IconCheckbox,
  HIDDEN: IconEyeOff,
};

export const kinds = Object.keys(kindIcons) as Kind[];

/** Kinds that fill a contact's own attribute: one of each is enough. */
export const once: Kind[] = ["EMAIL", "GIVEN_NAME", "FAMILY_NAME", "PHONE", "COMPANY", "JOB_TITLE"];

/** What a person would call them, ready to be changed. */
const suggested: Partial<Record<Kind, Record<string, string>>> = {
  EMAIL: { en: "E-mail address", fr: "Adresse e-mail" },
  GIVEN_NAME: { en: "First name", fr: "Prénom" },
  FAMILY_NAME: { en: "Last name", fr: "Nom" },
  PHONE: { en: "Telephone", fr: "Téléphone" },
  COMPANY: { en: "Company", fr: "Entreprise" },
  JOB_TITLE: { en: "Job title", fr: "Fonction" },
};

/** A new question with a key that no other has. */
export function newQuestion(kind: Kind, languages: string[], others: Question[]): Question {
  const taken = new Set(others.map(({ key }) => key));
  const base = kind.toLowerCase();
  let key = base;
  for (let number = 2; taken.has(key); number += 1) key = `${base}_${number}`;
  const label = Object.fromEntries(languages.flatMap((one) => (suggested[kind]?.[one] ? [[one, suggested[kind][one]]] : [])));
  return {
    id: newId(),
    key,
    kind,
    label: label as Record<string, string>,
    reason: {},
    required: kind === "EMAIL",
    options: withOptions(kind) ? [newOption([]), newOption([{ value: "option_1" }])] : [],
    value: "",
  };
}

export function newOption(others: { value: string }[]) {
  const taken = new Set(others.map(({ value }) => value));
  let number = 1;
  while (taken.has(`option_${number}`)) number += 1;
  return { id: newId(), value: `option_${number}`, label: {} };
}

/** The list with one element moved. */
export function moved<Item>(list: Item[], from: number, to: number): Item[] {
  const copy = [...list];
  copy.splice(to, 0, ...copy.splice(from, 1));
  return copy;
}
