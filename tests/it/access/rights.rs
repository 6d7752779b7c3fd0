//! Every root field, room by room: its arguments, and the roles that may use it. O = owner, A = admin, D =
//! DPO, S = sales, M = marketing, R = reader. `$contact` and the like stand for an id of this workspace,
//! `$key` for a key unique to the role.

/// Field, arguments, roles.
pub type Row = (&'static str, &'static str, &'static str);

const HOUSE: &[Row] = &[
    ("node", "(id: $contact)", "OADSMR"),
    ("nodes", "(ids: [$contact, $form, $submission, $consent])", "OADSMR"),
];

const ACCOUNTS: &[Row] = &[
    ("viewer", "", "OADSMR"),
    ("parkedJobs", "(first: 1)", "OA"),
    ("updateWorkspace", "(input: { name: \"Lumen\" })", "OAD"),
    ("members", "(first: 1)", "OADSMR"),
    ("member", "(id: $member)", "OADSMR"),
    ("sessions", "(memberId: $member)", "OA"),
    ("apiKeys", "(first: 1)", "OA"),
    ("inviteMember", "(input: { email: \"$key@lumen.example\", name: \"n\", role: READER })", "OA"),
    ("resendInvitation", "(input: { memberId: $member })", "OA"),
    ("updateMember", "(input: { memberId: $member, expectedVersion: 1, name: \"n\" })", "OA"),
    ("deactivateMember", "(input: { memberId: $member })", "OA"),
    ("reactivateMember", "(input: { memberId: $member })", "OA"),
    ("endMemberSessions", "(input: { memberId: $member })", "OA"),
    ("removeSecondFactor", "(input: { memberId: $member })", "OA"),
    ("createApiKey", "(input: { name: \"k\", role: READER })", "OA"),
    ("revokeApiKey", "(input: { apiKeyId: $spare_api_key })", "OA"),
    // Another member's session answers like one that does not exist, so nobody sees a FORBIDDEN.
    ("endSession", "(input: { sessionId: $session })", "OADSMR"),
    // Needs no credential, so every role may call it; with a wrong password nobody is signed in.
    ("signIn", "(input: { workspace: \"nowhere\", email: \"a@b.example\", password: \"x\" })", "OADSMR"),
    ("requestPasswordReset", "(input: { workspace: \"nowhere\", email: \"a@b.example\" })", "OADSMR"),
    ("resetPassword", "(input: { token: \"t\", password: \"p\" })", "OADSMR"),
    ("acceptInvitation", "(input: { token: \"t\", password: \"p\" })", "OADSMR"),
    // For members only, while this test uses API keys. Covered by `sign_in.rs` and `second_factor.rs`.
    ("signOut", "", ""),
    ("leaveWorkspace", "", ""),
    ("changePassword", "(input: { currentPassword: \"c\", newPassword: \"n\" })", ""),
    ("endOtherSessions", "", ""),
    ("beginSecondFactor", "(input: { password: \"p\" })", ""),
    ("confirmSecondFactor", "(input: { code: \"000000\" })", ""),
    ("stepUp", "(input: { code: \"000000\" })", ""),
    ("renewRecoveryCodes", "(input: { code: \"000000\" })", ""),
    ("disableSecondFactor", "(input: { password: \"p\", code: \"000000\" })", ""),
    ("retryJob", "(input: { jobId: $job })", "OA"),
];

const CONTACTS: &[Row] = &[
    ("contacts", "(first: 1)", "OADSMR"),
    ("contact", "(id: $contact)", "OADSMR"),
    ("companies", "(first: 1)", "OADSMR"),
    ("activities", "(first: 1)", "OADSMR"),
    ("deals", "(first: 1)", "OADSMR"),
    ("search", "(query: \"ada\")", "OADSMR"),
    ("searchHits", "(query: \"ada\")", "OADSMR"),
    ("company", "(id: $company)", "OADSMR"),
    ("tags", "(first: 1)", "OADSMR"),
    (
        "createContact",
        "(input: { basisPurposeId: $basisPurpose, source: PHONE, givenName: \"Ada\" })",
        "OADSM",
    ),
    ("updateContact", "(input: { contactId: $contact, expectedVersion: 1, givenName: \"Ada\" })", "OADSM"),
    (
        "upsertContact",
        "(input: { externalId: \"$key\", basisPurposeId: $basisPurpose, givenName: \"Ada\" })",
        "OADSM",
    ),
    ("archiveContact", "(input: { contactId: $contact })", "OADSM"),
    ("restoreContact", "(input: { contactId: $contact })", "OADSM"),
    ("addContactAddress", "(input: { contactId: $contact, email: \"$key@example.org\" })", "OADSM"),
    ("setPrimaryAddress", "(input: { addressId: $address })", "OADSM"),
    ("removeContactAddress", "(input: { addressId: $address })", "OADSM"),
    ("createCompany", "(input: { name: \"$key\" })", "OADSM"),
    ("updateCompany", "(input: { companyId: $company, expectedVersion: 1, industry: \"$key\" })", "OADSM"),
    ("upsertCompany", "(input: { externalId: \"$key\", name: \"$key\" })", "OADSM"),
    ("archiveCompany", "(input: { companyId: $company })", "OADSM"),
    ("restoreCompany", "(input: { companyId: $company })", "OADSM"),
    ("tagContacts", "(input: { contactIds: [$contact], add: [\"$key\"] })", "OADSM"),
    ("renameTag", "(input: { tagId: $tag, name: \"$key\" })", "OADSM"),
    ("mergeTags", "(input: { fromTagIds: [$tag], intoTagId: $tag })", "OADSM"),
    ("deleteTag", "(input: { tagId: $tag })", "OADSM"),
    ("duplicateContacts", "(first: 1)", "OADSMR"),
    ("dismissDuplicate", "(input: { contactId: $contact, otherContactId: $contact })", "OADSM"),
];

const FIELDS: &[Row] = &[
    ("fields", "(entity: CONTACT)", "OADSMR"),
    ("classRules", "", "OADSMR"),
    (
        "createField",
        "(input: { entity: DEAL, key: \"$key\", label: [{ language: \"en\", text: \"Size\" }], type: NUMBER, dataClass: OPEN, reason: \"To plan\" })",
        "OAD",
    ),
    ("updateField", "(input: { fieldId: $field, expectedVersion: 1, position: 3 })", "OAD"),
    ("archiveField", "(input: { fieldId: $field })", "OAD"),
    ("restoreField", "(input: { fieldId: $field })", "OAD"),
    ("deleteField", "(input: { fieldId: $field })", "OAD"),
    ("updateClassRule", "(input: { class: INTERNAL, notifyOnReveal: true })", "OAD"),
    // An OPEN field is not sealed, and this is checked before a second factor is asked for, so a key can show
    // which roles are let through.
    ("revealField", "(input: { contactId: $contact, fieldId: $field, reason: PAYMENT })", "OADSM"),
];

const PIPELINE: &[Row] = &[
    ("pipelines", "", "OADSMR"),
    ("pipeline", "(id: $pipeline)", "OADSMR"),
    ("board", "(pipelineId: $pipeline, perStage: 5)", "OADSMR"),
    ("lossReasons", "", "OADSMR"),
    ("deal", "(id: $deal)", "OADSMR"),
    (
        "createPipeline",
        "(input: { name: \"$key\", currency: \"EUR\", stages: [{ name: \"$key\", kind: OPEN }] })",
        "OA",
    ),
    ("updatePipeline", "(input: { pipelineId: $pipeline, expectedVersion: 1, name: \"$key\" })", "OA"),
    ("archivePipeline", "(input: { pipelineId: $pipeline })", "OA"),
    ("restorePipeline", "(input: { pipelineId: $pipeline })", "OA"),
    ("createStage", "(input: { pipelineId: $pipeline, name: \"$key\", kind: OPEN })", "OA"),
    ("updateStage", "(input: { stageId: $stage, expectedVersion: 1, name: \"$key\" })", "OA"),
    ("reorderStages", "(input: { pipelineId: $pipeline, expectedVersion: 1, stageIds: [$stage] })", "OA"),
    ("archiveStage", "(input: { stageId: $stage })", "OA"),
    ("restoreStage", "(input: { stageId: $stage })", "OA"),
    ("deleteStage", "(input: { stageId: $stage })", "OA"),
    ("createLossReason", "(input: { label: \"$key\" })", "OA"),
    ("renameLossReason", "(input: { lossReasonId: $loss_reason, label: \"$key again\" })", "OA"),
    ("archiveLossReason", "(input: { lossReasonId: $loss_reason })", "OA"),
    ("restoreLossReason", "(input: { lossReasonId: $loss_reason })", "OA"),
    ("createDeal", "(input: { title: \"$key\", pipelineId: $pipeline })", "OAS"),
    ("updateDeal", "(input: { dealId: $deal, expectedVersion: 1, title: \"$key\" })", "OAS"),
    ("upsertDeal", "(input: { externalId: \"$key\", title: \"$key\", pipelineId: $pipeline })", "OAS"),
    ("archiveDeal", "(input: { dealId: $deal })", "OAS"),
    ("restoreDeal", "(input: { dealId: $deal })", "OAS"),
    (
        "setDealContacts",
        "(input: { dealId: $deal, expectedVersion: 1, contacts: [{ contactId: $contact }] })",
        "OAS",
    ),
    ("moveDeal", "(input: { dealId: $deal, toStageId: $stage })", "OAS"),
];

const JOURNAL: &[Row] = &[
    ("journal", "(first: 1)", "OADSMR"),
    ("journalHead", "", "OADSMR"),
    ("journalDays", "", "OADSMR"),
    ("subscription journal", "(after: 0)", "OADSMR"),
];

const FORMS: &[Row] = &[
    ("forms", "(first: 1)", "OADSMR"),
    ("form", "(id: $form)", "OADSMR"),
    ("submissions", "(first: 1)", "OADSMR"),
    (
        "createForm",
        "(input: { name: \"f\", definition: { languages: [\"en\"], title: [], fields: [] } })",
        "OAM",
    ),
    ("updateForm", "(input: { formId: $form, expectedVersion: 1, name: \"f\" })", "OAM"),
    ("publishForm", "(input: { formId: $form })", "OAM"),
    ("archiveForm", "(input: { formId: $form })", "OAM"),
    ("restoreForm", "(input: { formId: $form })", "OAM"),
];

const CONSENT: &[Row] = &[
    ("purposes", "", "OADSMR"),
    ("purpose", "(id: $purpose)", "OADSMR"),
    (
        "createPurpose",
        "(input: { key: \"$key\", legalBasis: CONSENT, channels: [EMAIL], texts: [{ language: \"en\", title: \"t\", wording: \"w\" }] })",
        "OADM",
    ),
    (
        "publishPurposeVersion",
        "(input: { purposeId: $purpose, texts: [{ language: \"en\", title: \"t\", wording: \"w $key\" }, { language: \"fr\", title: \"t\", wording: \"w $key\" }] })",
        "OADM",
    ),
    ("offerPurpose", "(input: { purposeId: $purpose, offered: true })", "OADM"),
    ("warnBeforeEnd", "(input: { purposeId: $purpose, days: null })", "OADM"),
    ("archivePurpose", "(input: { purposeId: $nobody_purpose })", "OADM"),
    ("restorePurpose", "(input: { purposeId: $nobody_purpose })", "OADM"),
    ("withdrawConsent", "(input: { consentId: $consent, reason: TOLD_BY_PHONE })", "OADSM"),
    ("revokeConsent", "(input: { consentId: $consent, reason: PURPOSE_ENDED })", "OAD"),
    ("subscription consentChanged", "(after: 0)", "OADSMR"),
    ("subscription contactChanged", "(after: 0)", "OADSMR"),
    ("subscription pipelineChanged", "(pipelineId: $pipeline, after: 0)", "OADSMR"),
    (
        "mergeContacts",
        "(input: { survivorId: $contact, mergedId: $contact, expectedSurvivorVersion: 1, expectedMergedVersion: 1 })",
        "OADS",
    ),
];

const ACTIVITIES: &[Row] = &[
    ("logActivity", "(input: { kind: CALL, subject: \"s\", contactId: $contact })", "OADSM"),
    ("updateActivity", "(input: { activityId: $activity, expectedVersion: 1, body: \"b\" })", "OADSM"),
    ("finishTask", "(input: { activityId: $activity })", "OADSM"),
    ("reopenTask", "(input: { activityId: $activity })", "OADSM"),
    ("archiveActivity", "(input: { activityId: $activity })", "OADSM"),
    ("restoreActivity", "(input: { activityId: $activity })", "OADSM"),
];

const RECIPIENTS: &[Row] = &[
    ("contactsToInform", "(first: 1)", "OADSMR"),
    ("art14Notices", "(contactId: $contact)", "OADSMR"),
    ("noticeRules", "", "OADSMR"),
    ("sendArt14Notice", "(input: { contactId: $contact })", "OADSM"),
    ("recordArt14Notice", "(input: { contactId: $contact, how: LETTER })", "OADSM"),
    ("setNoticeRule", "(input: { event: SHARED, notifies: false })", "OAD"),
    ("breaches", "(first: 1)", "OAD"),
    ("breach", "(id: $breach)", "OAD"),
    ("recordBreach", "(input: { title: \"t\", facts: \"f\", awareAt: \"2026-11-23T11:00:00Z\" })", "OAD"),
    (
        "updateBreach",
        "(input: { breachId: $breach, expectedVersion: 1, title: \"t\", facts: \"f\", awareAt: \"2026-11-23T11:00:00Z\" })",
        "OAD",
    ),
    (
        "findBreachPeople",
        "(input: { breachId: $breach, from: \"2026-11-23T11:00:00Z\", until: \"2026-11-23T12:00:00Z\" })",
        "OAD",
    ),
    ("recordAuthorityTold", "(input: { breachId: $breach })", "OAD"),
    ("tellBreachPeople", "(input: { breachId: $breach })", "OAD"),
    ("closeBreach", "(input: { breachId: $breach })", "OAD"),
    ("reopenBreach", "(input: { breachId: $breach })", "OAD"),
    ("recordOfProcessing", "", "OAD"),
    ("dataMap", "", "OAD"),
    ("recipients", "(first: 1)", "OAD"),
    ("recipient", "(id: $recipient)", "OAD"),
    ("transferCountries", "", "OAD"),
    ("disclosures", "(first: 1)", "OAD"),
    ("recipientNotices", "(first: 1)", "OAD"),
    (
        "createRecipient",
        "(input: { name: \"n\", legalName: \"l\", country: \"FR\", role: PROCESSOR, mechanism: EEA })",
        "OAD",
    ),
    (
        "updateRecipient",
        "(input: { recipientId: $recipient, expectedVersion: 1, name: \"n\", legalName: \"l\", country: \"FR\", role: PROCESSOR, mechanism: EEA })",
        "OAD",
    ),
    ("archiveRecipient", "(input: { recipientId: $recipient })", "OAD"),
    ("restoreRecipient", "(input: { recipientId: $recipient })", "OAD"),
    (
        "logDisclosure",
        "(input: { contactId: $contact, recipientId: $recipient, means: EMAIL, fields: [\"phone\"] })",
        "OAD",
    ),
    ("settleRecipientNotices", "(input: { noticeIds: [$notice], state: TOLD })", "OAD"),
];

const PACKAGES: &[Row] = &[
    ("package", "(id: $contact)", "OAD"),
    ("packages", "(contactId: $contact, first: 1)", "OAD"),
    ("orderPackage", "(input: { contactId: $contact, kind: ACCESS })", "OAD"),
    ("makePackageLink", "(input: { packageId: $package })", "OAD"),
    ("transferAuthorisations", "(contactId: $contact, first: 1)", "OAD"),
    (
        "askTransfer",
        "(input: { contactId: $contact, recipientId: $recipient, scope: [IDENTITY], purpose: \"p\", validUntil: \"2026-12-01T00:00:00Z\" })",
        "OAD",
    ),
    (
        "sendTransfer",
        "(input: { authorisationId: \"transfer_authorisation_01h455vb4pex5vsknk084sn02q\" })",
        "OAD",
    ),
    ("downloadProof", "(input: { consentId: $consent })", "OAD"),
];

const ERASURE: &[Row] = &[
    ("erasure", "(id: $contact)", "OAD"),
    ("erasures", "(first: 1)", "OAD"),
    ("archive", "(contactId: $contact, reason: AUDIT)", "OAD"),
    // Nobody's id, so that the contact is there for the other rows.
    (
        "eraseContact",
        "(input: { contactId: \"contact_01h455vb4pex5vsknk084sn02q\", ground: NO_LONGER_NECESSARY })",
        "OAD",
    ),
];

const RETENTION: &[Row] = &[
    ("retentionRules", "", "OAD"),
    ("retentionPreview", "", "OAD"),
    ("contactsWithoutRetention", "", "OAD"),
    ("retentionRuns", "(first: 1)", "OAD"),
    (
        "simulateRetention",
        "(input: { subject: CONTACTS, lifecycle: PROSPECT, clock: LAST_CONTACT, months: 12 })",
        "OAD",
    ),
    (
        "createRetentionRule",
        "(input: { subject: CONTACTS, lifecycle: CUSTOMER, clock: LAST_CONTACT, months: 120, justification: \"j\" })",
        "OAD",
    ),
    (
        "updateRetentionRule",
        "(input: { ruleId: \"retention_rule_01h455vb4pex5vsknk084sn02q\", expectedVersion: 1, months: 12 })",
        "OAD",
    ),
    ("archiveRetentionRule", "(input: { ruleId: \"retention_rule_01h455vb4pex5vsknk084sn02q\" })", "OAD"),
    // Refused for want of a confirmation, so that nobody is erased here.
    ("runRetention", "(input: { confirm: false })", "OAD"),
    // After the acts that it tells of.
    ("subscription retentionDue", "(after: 0)", "OAD"),
    ("holds", "(first: 1)", "OAD"),
    ("setHold", "(input: { contactId: $contact, reason: AUDIT, until: \"2027-01-01T00:00:00Z\" })", "OAD"),
    ("releaseHold", "(input: { holdId: \"hold_01h455vb4pex5vsknk084sn02q\" })", "OAD"),
];

const QUARANTINE: &[Row] = &[
    ("quarantine", "(first: 1)", "OAD"),
    ("specialWords", "", "OAD"),
    ("readQuarantined", "(input: { quarantineId: \"quarantine_01h455vb4pex5vsknk084sn02q\" })", "OAD"),
    (
        "releaseQuarantined",
        "(input: { quarantineId: \"quarantine_01h455vb4pex5vsknk084sn02q\", specialCategoryGround: LEGAL_CLAIMS })",
        "OAD",
    ),
    ("destroyQuarantined", "(input: { quarantineId: \"quarantine_01h455vb4pex5vsknk084sn02q\" })", "OAD"),
    ("addSpecialWord", "(input: { category: HEALTH, language: \"en\", word: \"$key\" })", "OAD"),
    ("removeSpecialWord", "(input: { specialWordId: \"special_word_01h455vb4pex5vsknk084sn02q\" })", "OAD"),
];

const REQUESTS: &[Row] = &[
    ("requests", "(first: 1)", "OAD"),
    ("request", "(id: $request)", "OAD"),
    ("requestCounts", "", "OAD"),
    ("contactRights", "(contactId: $contact)", "OAD"),
    ("subscription requestChanged", "(after: 0)", "OAD"),
    ("logRequest", "(input: { kind: ACCESS, channel: POST, contactId: $contact })", "OAD"),
    ("askForIdentity", "(input: { requestId: $request, expectedVersion: 1 })", "OAD"),
    ("startRequest", "(input: { requestId: $request, expectedVersion: 1 })", "OAD"),
    ("extendRequest", "(input: { requestId: $request, expectedVersion: 1, reason: COMPLEXITY })", "OAD"),
    ("answerRequest", "(input: { requestId: $request, expectedVersion: 1, message: \"m\" })", "OAD"),
    (
        "refuseRequest",
        "(input: { requestId: $request, expectedVersion: 1, reason: ACCURATE_ALREADY, message: \"m\" })",
        "OAD",
    ),
    ("fulfilRequest", "(input: { requestId: $request, expectedVersion: 1 })", "OAD"),
    ("closeRequest", "(input: { requestId: $request, expectedVersion: 1, reason: MISTAKEN })", "OAD"),
    ("assignRequest", "(input: { requestId: $request, expectedVersion: 1, assigneeId: $member })", "OAD"),
    ("recordBalance", "(input: { requestId: $request, expectedVersion: 1, outcome: UPHELD })", "OAD"),
    ("liftRestriction", "(input: { restrictionId: $restriction, means: MAIL })", "OAD"),
    ("restrictContact", "(input: { contactId: $contact, ground: ACCURACY_CONTESTED })", "OAD"),
];

/// All rows.
pub fn rights() -> Vec<Row> {
    [
        HOUSE, QUARANTINE, ACCOUNTS, CONTACTS, ACTIVITIES, FIELDS, PIPELINE, JOURNAL, FORMS, CONSENT,
        RECIPIENTS, PACKAGES, ERASURE, RETENTION, REQUESTS,
    ]
    .concat()
}
