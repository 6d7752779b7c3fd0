import { graphql } from "../../kit/client/graphql";

export const RESTRICT = graphql(`
  mutation RestrictContact($input: RestrictContactInput!) {
    restrictContact(input: $input) { restriction { id } userErrors { code field message } }
  }
`);
export const LIFT = graphql(`
  mutation LiftRestrictionOf($input: LiftRestrictionInput!) {
    liftRestriction(input: $input) { restriction { id announcedAt liftedAt } userErrors { code field message } }
  }
`);
export const ERASE = graphql(`
  mutation EraseContact($input: EraseContactInput!) {
    eraseContact(input: $input) { erasure { id } userErrors { code field message } }
  }
`);
export const LOG_REQUEST = graphql(`
  mutation LogRequestOf($input: LogRequestInput!) {
    logRequest(input: $input) { request { id dueAt } userErrors { code field message } }
  }
`);
export const RIGHTS = graphql(`
  query RightsOf($contactId: ID!) { contactRights(contactId: $contactId) { bases rights { right applies } } }
`);
export const ARCHIVE = graphql(`
  mutation ArchiveContact($input: ArchiveContactInput!) {
    archiveContact(input: $input) { contact { id version archivedAt } userErrors { code field message } }
  }
`);
export const RESTORE = graphql(`
  mutation RestoreContact($input: RestoreContactInput!) {
    restoreContact(input: $input) { contact { id version archivedAt } userErrors { code field message } }
  }
`);
