//! Every root field, room by room: what is asked of it, and who may. O = owner, A = admin, D = DPO, S = sales, M = marketing,
//! R = reader. `$contact` and the like stand for an id of ours, `$key` for a word of the role's own.

/// Field, arguments, roles.
pub type Row = (&'static str, &'static str, &'static str);

const HOUSE: &[Row] = &[("node", "(id: $contact)", "OADSMR"), ("nodes", "(ids: [$contact, $form, $submission, $consent])", "OADSMR")];

const ACCOUNTS: &[Row] = &[
    ("viewer", "", "OADSMR"),
    ("parkedJobs", "(first: 1)", "OA"),
    ("updateWorkspace", "(input: { name: \"Lumen\" })", "OAD"),
    ("members", "(first: 1)", "OADSMR"),
    ("member", "(id: $member)", "OADSMR"),
    ("retryJob", "(input: { jobId: $job })", "OA"),
];

const CONTACTS: &[Row] = &[
    ("contacts", "(first: 1)", "OADSMR"),
    ("contact", "(id: $contact)", "OADSMR"),
    ("companies", "(first: 1)", "OADSMR"),
    ("company", "(id: $company)", "OADSMR"),
    ("tags", "(first: 1)", "OADSMR"),
];

const JOURNAL: &[Row] = &[("journal", "(first: 1)", "OADSMR"), ("journalHead", "", "OADSMR"), ("subscription journal", "(after: 0)", "OADSMR")];

const FORMS: &[Row] = &[
    ("forms", "(first: 1)", "OADSMR"),
    ("form", "(id: $form)", "OADSMR"),
    ("submissions", "(first: 1)", "OADSMR"),
    ("createForm", "(input: { name: \"f\", definition: { languages: [\"en\"], title: [], fields: [] } })", "OAM"),
    ("updateForm", "(input: { formId: $form, expectedVersion: 1, name: \"f\" })", "OAM"),
    ("publishForm", "(input: { formId: $form })", "OAM"),
    ("archiveForm", "(input: { formId: $form })", "OAM"),
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
    ("archivePurpose", "(input: { purposeId: $nobody_purpose })", "OADM"),
    ("withdrawConsent", "(input: { consentId: $consent, reason: TOLD_BY_PHONE })", "OADSM"),
    ("revokeConsent", "(input: { consentId: $consent, reason: PURPOSE_ENDED })", "OAD"),
    ("subscription consentChanged", "(after: 0)", "OADSMR"),
    ("mergeContacts", "(input: { survivorId: $contact, mergedId: $contact, expectedSurvivorVersion: 1, expectedMergedVersion: 1 })", "OADS"),
];

/// All of them.
pub fn rights() -> Vec<Row> {
    [HOUSE, ACCOUNTS, CONTACTS, JOURNAL, FORMS, CONSENT].concat()
}
