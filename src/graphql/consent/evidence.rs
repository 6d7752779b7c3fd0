//! The proof of a consent in GraphQL: what was shown, on which page, the e-mails, and the click that
//! confirmed it.

use std::sync::Arc;

use async_graphql::{ID, Object, SimpleObject};
use entity::Time;

use super::{ConsentMethod, MailState};
use crate::consent::Proof;

/// GraphQL type over a consent's proof.
pub struct ConsentEvidence(pub(super) Arc<Proof>);

/// The proof that a consent was given. Parts whose key was destroyed by an erasure are null.
#[Object]
impl ConsentEvidence {
    /// The exact text that stood beside the checkbox or button.
    async fn wording(&self) -> Option<Wording> {
        let row = self.0.wording.as_ref()?;
        Some(Wording {
            language: row.language.clone(),
            text: row.text.clone(),
            sha256: hex::encode(&row.sha256),
        })
    }

    /// The published form version on which it was given; null when it was given in the preference centre.
    async fn form_version(&self) -> Option<EvidenceFormVersion> {
        let row = self.0.form_version.as_ref()?;
        Some(EvidenceFormVersion {
            id: row.id.into(),
            number: row.number,
            sha256: hex::encode(&row.sha256),
            form_id: row.form_id.into(),
            form_name: self.0.form.as_ref().map(|form| form.name.clone()).unwrap_or_default(),
            published_at: row.published_at,
        })
    }

    /// The page that showed the form.
    async fn page(&self) -> Option<EvidencePage> {
        let page = &self.0.evidence.as_ref()?.page;
        let utm =
            page.utm.iter().map(|(name, value)| UtmParameter { name: name.clone(), value: value.clone() });
        Some(EvidencePage { origin: page.origin.clone(), path: page.path.clone(), utm: utm.collect() })
    }

    /// The language the form was shown in.
    async fn language(&self) -> Option<&str> {
        Some(&self.0.evidence.as_ref()?.language)
    }

    /// Where the person asked for it.
    async fn method(&self) -> ConsentMethod {
        self.0.method.into()
    }

    /// When the form was submitted, or it was chosen in the preference centre.
    async fn submitted_at(&self) -> Option<Time> {
        self.0.asked_at
    }

    /// Browser family in which that was done.
    async fn submitted_with(&self) -> Option<&str> {
        self.0
            .evidence
            .as_ref()
            .map(|evidence| evidence.submitted_with.as_str())
            .filter(|text| !text.is_empty())
    }

    /// The e-mails about it, oldest first: the confirmation request, then the receipt.
    async fn mails(&self) -> Vec<EvidenceMail> {
        let mails = self.0.mails.iter().map(|mail| EvidenceMail {
            kind: mail.row.kind.clone(),
            message_id: mail.row.message_id.clone(),
            language: mail.row.language.clone(),
            state: mail.row.state.into(),
            smtp_code: mail.row.smtp_code,
            smtp_reply: mail.smtp_reply.clone(),
            at: mail.row.at,
            template_sha256: hex::encode(&mail.row.template_sha256),
        });
        mails.collect()
    }

    /// When the person clicked the confirmation button on the page that the e-mail links to.
    async fn confirmed_at(&self) -> Option<Time> {
        self.0.confirmed.as_ref().map(|entry| entry.at)
    }

    /// Browser family that clicked it.
    async fn confirmed_with(&self) -> Option<&str> {
        self.0
            .evidence
            .as_ref()
            .map(|evidence| evidence.confirmed_with.as_str())
            .filter(|text| !text.is_empty())
    }

    /// Seconds between the e-mail and the click; very few suggest a machine.
    async fn seconds_after_mail(&self) -> Option<i64> {
        self.0.evidence.as_ref()?.seconds_after_mail
    }

    /// The mailbox that proved it: local part as typed, domain normalised.
    async fn mailbox(&self) -> Option<&str> {
        Some(&self.0.evidence.as_ref()?.mailbox)
    }

    /// The journal entry of the form submission; null when it was given in the preference centre.
    async fn submitted_entry_id(&self) -> Option<ID> {
        self.0.submitted.as_ref().map(|entry| entry.id.into())
    }

    /// The journal entry of the click; it contains a commitment to the sealed part of this evidence.
    async fn confirmed_entry_id(&self) -> Option<ID> {
        self.0.confirmed.as_ref().map(|entry| entry.id.into())
    }

    /// The journal entry of the consent.
    async fn given_entry_id(&self) -> ID {
        self.0.given.id.into()
    }
}

/// An exact text that was shown to a person.
#[derive(SimpleObject)]
pub struct Wording {
    /// `fr` or `en`.
    pub language: String,
    /// The exact text.
    pub text: String,
    /// SHA-256 of the text, in hex.
    pub sha256: String,
}

/// The form version on which a consent was given.
#[derive(SimpleObject)]
pub struct EvidenceFormVersion {
    /// The version's id.
    pub id: ID,
    /// Its number.
    pub number: i32,
    /// SHA-256 of its canonical definition, in hex.
    pub sha256: String,
    /// The form's id.
    pub form_id: ID,
    /// The form's current name.
    pub form_name: String,
    /// When it was published.
    pub published_at: Time,
}

/// The page that showed a form, without anything that could identify a person.
#[derive(SimpleObject)]
pub struct EvidencePage {
    /// Scheme, host and port; empty when unknown.
    pub origin: String,
    /// Path.
    pub path: String,
    /// Campaign parameters; only these are stored: `utm_source`, `utm_medium`, `utm_campaign`, `utm_term`,
    /// `utm_content`.
    pub utm: Vec<UtmParameter>,
}

/// One campaign parameter.
#[derive(SimpleObject)]
pub struct UtmParameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// An e-mail that is part of a proof. Its text is not stored; the hash identifies its template.
#[derive(SimpleObject)]
pub struct EvidenceMail {
    /// Which mail: `confirm_opt_in`, `opt_in_receipt` …
    pub kind: String,
    /// Its `Message-ID`.
    pub message_id: String,
    /// `fr` or `en`.
    pub language: String,
    /// Delivery state.
    pub state: MailState,
    /// The mail server's reply code (RFC 5321); 0 while unknown.
    pub smtp_code: i32,
    /// The mail server's full reply; null while unknown, or after its key was destroyed.
    pub smtp_reply: Option<String>,
    /// When this state was recorded.
    pub at: Time,
    /// SHA-256 of the template, in hex.
    #[graphql(name = "templateSha256")]
    pub template_sha256: String,
}
