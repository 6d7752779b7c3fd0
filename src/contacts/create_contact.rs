//! Creates contacts, from staff or an integration. No contact is kept without a legal basis: the input names
//! a purpose on another basis than consent, and how the data were obtained, which decides when the person
//! must be told (GDPR Art. 13 and 14).

use chrono::Months;
use entity::{
    BasisId, ContactAddressId, ContactId, ContactSource, EmailAddress, EntityKind, LegalBasis, PurposeId,
    Time, WorkspaceId, basis, contact, contact_alias, purpose, workspace,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict,
};
use serde::Serialize;

use super::{
    blank::{blank, new_address, new_basis},
    contact_values::{ContactChanges, apply, read},
    find_address, load_contact, lock_mailbox,
    tag_contacts::{put_tags, read_names},
    words::words_of_new_contact,
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, ProblemCode, Result},
    fields::{check_custom, set_custom},
    platform::{
        actor::Actor,
        inserts::Inserts,
        once::once,
        query::{Query, columns_of},
        vault::Vault,
        work::{Entry, Fact, Work},
    },
    records::{
        EXTERNAL_ID_TAKEN, check_links,
        domains::company_at,
        provenance::{DOMAIN, INTEGRATION, STAFF, traces},
        values::Check,
    },
};

/// A contact to create.
#[derive(Clone, Serialize)]
pub struct NewContact {
    /// Their values.
    pub values: ContactChanges,
    /// Their address. It becomes the one in use, unverified, which permits nothing yet.
    pub email: Option<String>,
    /// Names of tags; missing tags are created.
    pub tags: Vec<String>,
    /// Why they are kept: a purpose on another legal basis than consent.
    pub basis_purpose: PurposeId,
    /// How we got their data.
    pub source: ContactSource,
}

impl NewContact {
    /// Without values, to be filled in.
    #[must_use]
    pub fn of(basis_purpose: PurposeId, source: ContactSource) -> Self {
        Self { values: ContactChanges::default(), email: None, tags: Vec::new(), basis_purpose, source }
    }
}

/// Creates a contact with a basis; with the same idempotency key only once.
///
/// # Errors
/// `Rejected` with everything that is wrong; `TAKEN` when another contact has the address or the external id.
pub async fn create_contact(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    new: NewContact,
    key: Option<&str>,
) -> Result<contact::Model> {
    allow(actor, Right::WriteContacts)?;
    let (case, mut check) = Case::read(app, workspace, new).await?;
    let mut work = app.begin(workspace, actor).await?;
    let known = once(&work, &app.vault, "createContact", key, &case.new, &case.id.to_string()).await?;
    if let Some(id) = known.and_then(|id| id.parse::<ContactId>().ok()) {
        drop(work);
        return load_contact(app, workspace, id).await;
    }
    case.lock(&work).await?;
    case.check(&app.vault, &work, &mut check).await?;
    let Some(row) = Box::pin(case.insert(&app.vault, &mut work)).await? else {
        return Err(Error::rejected(ProblemCode::Taken, "externalId", EXTERNAL_ID_TAKEN));
    };
    work.commit().await?;
    Ok(row)
}

/// The contact with this external id, also if they were merged into another one since.
pub(super) async fn find_by_external_id(work: &Work, external_id: &str) -> Result<Option<ContactId>> {
    let own = contact::Entity::find()
        .filter(contact::Column::WorkspaceId.eq(work.workspace()))
        .filter(contact::Column::ExternalId.eq(external_id));
    if let Some(row) = own.one(work.db()).await? {
        return Ok(Some(row.id));
    }
    let merged = contact_alias::Entity::find()
        .filter(contact_alias::Column::WorkspaceId.eq(work.workspace()))
        .filter(contact_alias::Column::ExternalId.eq(external_id));
    Ok(merged.one(work.db()).await?.map(|alias| alias.contact_id))
}

/// The message does not tell whose address it is.
pub(super) const EMAIL_TAKEN: &str = "A contact with this address exists (perhaps archived): find it with contacts(filter: { email }) and change it.";

/// A contact about to be created.
pub(super) struct Case {
    pub id: ContactId,
    pub new: NewContact,
    /// Their address and its fingerprint.
    pub email: Option<(EmailAddress, Vec<u8>)>,
    language: String,
    basis: Option<purpose::Model>,
}

impl Case {
    /// Reads what can be read before the unit of work begins.
    pub async fn read(app: &App, workspace: WorkspaceId, new: NewContact) -> Result<(Self, Check)> {
        let (row, basis) = with_purpose(app, workspace, new.basis_purpose).await?;
        let mut check = Check::by(row);
        let given = new.email.as_deref().filter(|email| !email.trim().is_empty());
        let email = given.and_then(|email| check.email("email", email));
        let email = email.map(|email| {
            let fingerprint = app.vault.fingerprint(workspace, &email.key());
            (email, fingerprint)
        });
        let tags = read_names(&mut check, "tags", &new.tags);
        let new = NewContact { values: read(&mut check, new.values), tags, ..new };
        let language = new.values.language.clone().unwrap_or_else(|| check.language.clone());
        Ok((Self { id: ContactId::new(), new, email, language, basis }, check))
    }

    /// Locks the mailbox, which must be locked before everything else.
    pub async fn lock(&self, work: &Work) -> Result<()> {
        if let Some((_, fingerprint)) = &self.email {
            lock_mailbox(work, fingerprint).await?;
        }
        Ok(())
    }

    /// Checks against the database, under the mailbox's lock.
    pub async fn check(&self, vault: &Vault, work: &Work, check: &mut Check) -> Result<()> {
        let values = &self.new.values;
        let named = [&values.given_name, &values.family_name, &values.phone]
            .into_iter()
            .flatten()
            .any(|text| !text.is_empty());
        // An unreadable address or number already has its own problem.
        if !named
            && self.email.is_none()
            && !check.has_problem_with("phone")
            && !check.has_problem_with("email")
        {
            check.problem(ProblemCode::Required, "givenName", NOBODY);
        }
        if let Some((email, _)) = &self.email
            && find_address(work.db(), work.workspace(), &email.key()).await?.is_some()
        {
            check.problem(ProblemCode::Taken, "email", EMAIL_TAKEN);
        }
        check_links(work, check, values.company.flatten(), values.owner.flatten()).await?;
        if let Some(id) = values.external_id.as_ref().filter(|id| !id.is_empty()) {
            let taken = contact::Entity::find()
                .filter(contact::Column::WorkspaceId.eq(work.workspace()))
                .filter(contact::Column::ExternalId.eq(id.as_str()));
            if taken.one(work.db()).await?.is_some() {
                check.problem(ProblemCode::Taken, "externalId", EXTERNAL_ID_TAKEN);
            }
        }
        match &self.basis {
            None => check.no_such("basisPurposeId"),
            Some(row) if row.legal_basis == LegalBasis::Consent => {
                let message = "This purpose rests on consent, which only the person's own mailbox gives: name one on another basis, or send them a form.";
                check.problem(ProblemCode::Invalid, "basisPurposeId", message);
            }
            Some(row) if row.archived_at.is_some() => {
                check.problem(
                    ProblemCode::WrongState,
                    "basisPurposeId",
                    "This purpose has ended: name one that is in use.",
                );
            }
            Some(_) => {}
        }
        if check.has_problems() {
            check.gather(
                check_custom(work, vault, EntityKind::Contact, self.id.0, "{}", &values.custom, true).await,
            )?;
        }
        check.done()
    }

    /// Writes everything. `None`: a concurrent unit has created one with this external id.
    pub async fn insert(&self, vault: &Vault, work: &mut Work) -> Result<Option<contact::Model>> {
        let Self { id, new, email, language, basis } = self;
        let (id, basis) = (*id, basis.as_ref());
        let basis = basis.ok_or_else(|| Error::internal("a contact was made without a basis"))?;
        let address = email.as_ref().map(|_| ContactAddressId::new());
        let mut row = blank(work, id, language.clone());
        row.primary_address_id = address;
        row.art14_due_at = tell_until(new.source, work.now());
        let mut fields = apply(&new.values, &mut row);
        let mut by_domain = None;
        if let (None, Some((email, _))) = (row.company_id, email) {
            by_domain = company_at(work, email).await?;
            row.company_id = by_domain;
        }
        let mut rows = Inserts::default();
        // Inserted ahead of the batch only if the external id may be taken, or if sealed values need the row.
        if row.external_id.is_some() || !new.values.custom.is_empty() {
            let once = OnConflict::new().do_nothing().to_owned();
            if contact::Entity::insert(row.clone().into_active_model())
                .on_conflict(once)
                .exec_without_returning(work.db())
                .await?
                == 0
            {
                return Ok(None);
            }
        } else {
            rows.add([row.clone().into_active_model()]);
        }
        if let (Some(address), Some((email, fingerprint))) = (address, email) {
            rows.add([new_address(work, id, address, email, fingerprint.clone())]);
            fields.push("email");
        }
        let custom = Box::pin(set_custom(
            work,
            vault,
            EntityKind::Contact,
            id.0,
            &row.custom,
            &new.values.custom,
            true,
        ))
        .await?;
        if custom.custom != row.custom {
            let mut update = row.clone().into_active_model();
            row.custom.clone_from(&custom.custom);
            update.custom = Set(custom.custom);
            contact::Entity::update(update).exec(work.db()).await?;
        }
        let mut said: Vec<&'static str> = fields.clone();
        said.extend(by_domain.map(|_| "company"));
        said.extend(custom.changed.first().map(|_| "custom"));
        let entry = Entry::new("contact.created")
            .about(id)
            .on(id)
            .with("source", new.source)
            .with("purpose", basis.id);
        let entry = work.record(entry.with("fields", said.into_iter().collect::<Fact>()));
        // Nobody here has confirmed what another system sent.
        let (source, vouched) =
            if new.source == ContactSource::Integration { (INTEGRATION, false) } else { (STAFF, true) };
        let fields = fields.into_iter().map(str::to_owned).chain(custom.changed).collect();
        let by_domain: Vec<_> = by_domain.map(|_| "company".to_owned()).into_iter().collect();
        let of_staff = traces(work, EntityKind::Contact, id.0, fields, source, vouched, entry);
        rows.add(of_staff.chain(traces(work, EntityKind::Contact, id.0, by_domain, DOMAIN, false, entry)));
        rows.add(
            words_of_new_contact(work, &row, email.as_ref().map(|(email, _)| email.as_entered())).await?,
        );
        rows.add([record_basis(work, id, basis, new.source)]);
        rows.run(work.db()).await?;
        put_tags(work, id, &new.tags).await?;
        Ok(Some(row))
    }
}

/// The workspace and the purpose, if it exists, in one statement.
async fn with_purpose(
    app: &App,
    workspace: WorkspaceId,
    purpose: PurposeId,
) -> Result<(workspace::Model, Option<purpose::Model>)> {
    let mut query = Query::new("SELECT w.*, ");
    query
        .push(&columns_of::<purpose::Model>("p"))
        .push(" FROM workspace w LEFT JOIN purpose p ON p.workspace_id = w.id AND p.id = ");
    query.bind(purpose).push(" WHERE w.id = ").bind(workspace);
    query.all_with(app.db(), "p").await?.pop().ok_or(Error::NotFound)
}

pub(super) const NOBODY: &str =
    "Give a name, an e-mail address or a telephone number: a contact needs at least one.";

/// Until when the person must be told (GDPR Art. 14(3)(a): within one month); `None` when they gave the data
/// themselves, as Art. 13 requires telling them at once.
fn tell_until(source: ContactSource, now: Time) -> Option<Time> {
    match source {
        ContactSource::Phone
        | ContactSource::Email
        | ContactSource::InPerson
        | ContactSource::BusinessCard => None,
        ContactSource::Referral | ContactSource::PublicSource | ContactSource::Integration => {
            now.checked_add_months(Months::new(1))
        }
    }
}

/// Records the basis on which a contact is kept; its justification is the purpose's.
fn record_basis(
    work: &mut Work,
    contact: ContactId,
    purpose: &purpose::Model,
    source: ContactSource,
) -> basis::ActiveModel {
    let id = BasisId::new();
    let entry = Entry::new("basis.recorded")
        .about(contact)
        .on(id)
        .with("purpose", purpose.id)
        .with("purposeVersion", purpose.current_version_id)
        .with("legalBasis", purpose.legal_basis)
        .with("source", source);
    let row = new_basis(work, id, contact, purpose.id, None, entry.id());
    work.record(entry);
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_is_told_within_one_month_unless_they_gave_their_data_themself() {
        let at = |text: &str| text.parse::<Time>().unwrap();
        assert_eq!(
            tell_until(ContactSource::Referral, at("2027-01-31T10:00:00Z")),
            Some(at("2027-02-28T10:00:00Z"))
        );
        assert_eq!(
            tell_until(ContactSource::Integration, at("2026-11-24T10:00:00Z")),
            Some(at("2026-12-24T10:00:00Z"))
        );
        assert_eq!(tell_until(ContactSource::BusinessCard, at("2026-11-24T10:00:00Z")), None);
    }
}
