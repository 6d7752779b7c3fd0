import { graphql, type Enum, type ResultOf } from "../../kit/client/graphql";

export const FIELD = graphql(`
  fragment FieldRow on Field {
    id
    entity
    key
    label { language text }
    type
    dataClass
    reason
    required
    options { value label { language text } }
    retiredOptions { value }
    validation { min max maxLength pattern }
    position
    version
    archivedAt
  }
`);
export const FIELDS = graphql(`query FieldSettings($entity: EntityKind!) { fields(entity: $entity, archived: true) { ...FieldRow } }`, [FIELD]);
export const CREATE = graphql(`mutation CreateField($input: CreateFieldInput!) { createField(input: $input) { field { ...FieldRow } userErrors { code field message } } }`, [FIELD]);
export const UPDATE = graphql(`mutation UpdateField($input: UpdateFieldInput!) { updateField(input: $input) { field { ...FieldRow } userErrors { code field message } } }`, [FIELD]);
export const ARCHIVE = graphql(`mutation ArchiveField($input: ArchiveFieldInput!) { archiveField(input: $input) { field { ...FieldRow } userErrors { code field message } } }`, [FIELD]);
export const RESTORE = graphql(`mutation RestoreField($input: RestoreFieldInput!) { restoreField(input: $input) { field { ...FieldRow } userErrors { code field message } } }`, [FIELD]);
export const CLASSES = graphql(`query ClassRules { classRules { class readers writers notifyOnChange notifyOnReveal } }`);
export const UPDATE_CLASS = graphql(`
  mutation UpdateClassRule($input: UpdateClassRuleInput!) {
    updateClassRule(input: $input) { classRule { class readers writers notifyOnChange notifyOnReveal } userErrors { code field message } }
  }
`);

export type Field = ResultOf<typeof FIELD>;
export type Entity = Enum<"EntityKind">;
export type FieldType = Enum<"FieldType">;
export type DataClass = Enum<"DataClass">;
export const entities: Entity[] = ["CONTACT", "COMPANY", "DEAL"];
export const types: FieldType[] = ["TEXT", "NUMBER", "MONEY", "DATE", "CHOICE", "CHOICES", "BOOLEAN", "URL", "PHONE", "IBAN", "EMAIL"];
export const dataClasses: DataClass[] = ["OPEN", "INTERNAL", "CONFIDENTIAL", "SECRET"];

export const labelIn = (label: { language: string; text: string }[], language: string, key: string) =>
  label.find((one) => one.language === language)?.text || label[0]?.text || key;
