//! Reads a kind of records, page by page.

use super::{
    Kind, Record, acts, consents, duties, identity,
    person::{At, Person},
    rights,
};
use crate::error::Result;

/// A kind's records, page by page.
pub struct Pages<'p, 'a> {
    person: &'p Person<'a>,
    kind: Kind,
    at: At,
}

impl<'a> Person<'a> {
    /// Everything of a kind at once. For large kinds use `pages`.
    ///
    /// # Errors
    /// `Internal` when something sealed does not open.
    pub async fn all(&self, kind: Kind) -> Result<Vec<Record>> {
        let mut records = Vec::new();
        let mut pages = self.pages(kind);
        while let Some(page) = pages.next().await? {
            records.extend(page);
        }
        Ok(records)
    }

    /// The same, page by page.
    #[must_use]
    pub fn pages(&self, kind: Kind) -> Pages<'_, 'a> {
        Pages { person: self, kind, at: At::Start }
    }
}

impl Pages<'_, '_> {
    /// The next page; `None` when there is no more. A page may be empty.
    ///
    /// # Errors
    /// `Internal` when something sealed does not open.
    pub async fn next(&mut self) -> Result<Option<Vec<Record>>> {
        if self.at == At::End {
            return Ok(None);
        }
        let person = self.person;
        let (records, at) = match self.kind {
            Kind::Activity => acts::activities(person, self.at).await?,
            Kind::Mail => acts::mails(person, self.at).await?,
            Kind::History => acts::history(person, self.at).await?,
            Kind::Journal => acts::journal(person, self.at).await?,
            small => (Box::pin(small_kind(person, small)).await?, At::End),
        };
        self.at = at;
        Ok(Some(records))
    }
}

async fn small_kind(person: &Person<'_>, kind: Kind) -> Result<Vec<Record>> {
    match kind {
        Kind::Value => identity::values_of(person).await,
        Kind::Profile => identity::profile(person),
        Kind::Address => identity::addresses(person).await,
        Kind::Tag => identity::tags(person).await,
        Kind::Merged => identity::merged(person).await,
        Kind::Duplicate => identity::duplicates(person).await,
        Kind::Deal => acts::deals(person).await,
        Kind::Consent => consents::consents(person).await,
        Kind::Evidence => consents::evidence(person).await,
        Kind::Basis => consents::bases(person).await,
        Kind::Pause => consents::pauses(person).await,
        Kind::Submission => consents::submissions(person).await,
        Kind::OptIn => consents::opt_ins(person).await,
        Kind::Mailbox => consents::mailboxes(person).await,
        Kind::Suppression => consents::suppressions(person).await,
        Kind::Disclosure => rights::disclosures(person).await,
        Kind::RecipientNotice => rights::recipient_notices(person).await,
        Kind::Authorisation => rights::authorisations(person).await,
        Kind::Transfer => rights::transfers(person).await,
        Kind::Request => rights::requests(person).await,
        Kind::RequestStep => rights::request_steps(person).await,
        Kind::MailboxProof => rights::mailbox_proofs(person).await,
        Kind::Package => rights::packages(person).await,
        Kind::Hold => duties::holds(person).await,
        Kind::Restriction => duties::restrictions(person).await,
        Kind::Notice => duties::notices(person).await,
        Kind::RetentionNotice => duties::retention_notices(person).await,
        Kind::Breach => duties::breaches(person).await,
        Kind::Quarantine => duties::quarantined(person).await,
        Kind::Activity | Kind::Mail | Kind::History | Kind::Journal => Ok(Vec::new()),
    }
}
