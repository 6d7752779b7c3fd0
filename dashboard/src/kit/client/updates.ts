import type { UpdatesConfig } from "@urql/exchange-graphcache";

/**
 * What mutations change beyond the objects that they answer with. Objects with an id are brought up to date
 * everywhere by the cache itself; only lists need a word here: a new row makes the lists of its kind be asked
 * again when they are shown.
 */
const lists: Record<string, string[]> = {
  createContact: ["contacts"],
  archiveContact: ["contacts"],
  restoreContact: ["contacts"],
  mergeContacts: ["contacts", "duplicateContacts"],
  dismissDuplicate: ["duplicateContacts"],
  createCompany: ["companies"],
  archiveCompany: ["companies"],
  restoreCompany: ["companies"],
  createDeal: ["deals"],
  archiveDeal: ["deals", "board"],
  restoreDeal: ["deals", "board"],
  createForm: ["forms"],
  archiveForm: ["forms"],
  restoreForm: ["forms"],
  createPurpose: ["purposes"],
  createField: ["fields"],
  updateField: ["fields"],
  archiveField: ["fields"],
  restoreField: ["fields"],
  deleteField: ["fields"],
  createPipeline: ["pipelines"],
  updatePipeline: ["pipelines"],
  archivePipeline: ["pipelines"],
  restorePipeline: ["pipelines"],
  createLossReason: ["lossReasons"],
  archiveLossReason: ["lossReasons"],
  restoreLossReason: ["lossReasons"],
  renameTag: ["tags"],
  mergeTags: ["tags"],
  deleteTag: ["tags"],
  retryJob: ["parkedJobs"],
  inviteMember: ["members"],
  createApiKey: ["apiKeys"],
  endSession: ["sessions"],
  endOtherSessions: ["sessions"],
  logRequest: ["requests", "requestCounts"],
  setHold: ["holds"],
  createRetentionRule: ["retentionRules"],
  archiveRetentionRule: ["retentionRules"],
  createRecipient: ["recipients"],
  recordBreach: ["breaches"],
  releaseQuarantined: ["quarantine"],
  destroyQuarantined: ["quarantine"],
};

export const updates: UpdatesConfig = {
  Mutation: Object.fromEntries(
    Object.entries(lists).map(([mutation, fields]) => [
      mutation,
      (_result, _args, cache) => {
        for (const { fieldName, fieldKey } of cache.inspectFields("Query")) {
          if (fields.includes(fieldName)) cache.invalidate("Query", fieldKey);
        }
      },
    ]),
  ),
};
