import { graphql, type ResultOf } from "../kit/client/graphql";
import { DEFINITION } from "./model/model";

/** Everything that the editor shows of a form, in one question. */
export const FORM = graphql(
  `
    query FormEditor($id: ID!) {
      form(id: $id) {
        id
        name
        version
        draft { ...Definition }
        publishedVersion { id number publishedAt definition { ...Definition } }
        createdAt
        updatedAt
        archivedAt
        hostedUrl
        embedSnippet
      }
      purposes {
        id
        key
        legalBasis
        channels
        archivedAt
        currentVersion { id number texts { language title description wording } }
      }
      pipelines { id name stages { id name kind } }
      members(first: 100, active: true) { nodes { id name } }
      viewer { workspace { id legalName postalAddress contactEmail privacyNoticeUrl } }
    }
  `,
  [DEFINITION],
);

export const UPDATE = graphql(
  `
    mutation UpdateForm($input: UpdateFormInput!) {
      updateForm(input: $input) {
        form { id name version updatedAt draft { ...Definition } }
        userErrors { code field message }
      }
    }
  `,
  [DEFINITION],
);

export const PUBLISH = graphql(
  `
    mutation PublishForm($input: PublishFormInput!) {
      publishForm(input: $input) {
        form { id version updatedAt draft { ...Definition } publishedVersion { id number publishedAt definition { ...Definition } } }
        version { id number }
        userErrors { code field message }
      }
    }
  `,
  [DEFINITION],
);

export const ARCHIVE = graphql(`
  mutation ArchiveForm($input: ArchiveFormInput!) {
    archiveForm(input: $input) { form { id archivedAt } userErrors { code field message } }
  }
`);

export const RESTORE = graphql(`
  mutation RestoreForm($input: RestoreFormInput!) {
    restoreForm(input: $input) { form { id archivedAt } userErrors { code field message } }
  }
`);

export type FormData = ResultOf<typeof FORM>;
export type EditedForm = NonNullable<FormData["form"]>;
export type Purpose = FormData["purposes"][number];
export type Controller = FormData["viewer"]["workspace"];

/** What the editor's parts know of the workspace. */
export interface Around {
  purposes: Purpose[];
  pipelines: FormData["pipelines"];
  members: FormData["members"]["nodes"];
  controller: Controller;
}

/** A purpose's texts in a language, or in another that it has. */
export function purposeText(purpose: Purpose | undefined, language: string) {
  const texts = purpose?.currentVersion.texts ?? [];
  return texts.find((one) => one.language === language) ?? texts[0];
}
