//! Contacts in GraphQL: who they are, where each value came from, what they agreed to, and whether they may be used.
//!
//! Contacts are made and changed by people themselves for now (forms and their mailbox), so there are no mutations here.

mod fields;

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, dataloader::Loader};
use entity::{ActivityId, ContactId, EmailAddress, EntityKind, EntryId, PurposeId, Time, activity, basis, contact, contact_address, provenance};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, Select, Value, prelude::Uuid};

use crate::{
    accounts::{
        Caller, Right,
        graphql::{List, Load, LoadError, Loaders, Run, allowed, asked, cost, group, keyset, list, load, load_by_id, load_named, most, named, parse},
    },
    consent::{
        Usability,
        graphql::{Channel, Consent, ConsentsOf, MayUse, Purpose},
    },
    error::{Error, ProblemCode, Result},
    journal::graphql::JournalEntry,
    platform::{
        db::sql,
        graphql::{Nullable, PageArgs, nullable, page::Total},
    },
};

pub use self::fields::*;

/// What a contact is to the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::Lifecycle")]
pub enum Lifecycle {
    /// Not yet a customer.
    Prospect,
    /// A customer.
    Customer,
    /// Was a customer.
    Former,
}

/// What kind of activity it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ActivityKind")]
pub enum ActivityKind {
    /// A telephone call.
    Call,
    /// A meeting.
    Meeting,
    /// A demonstration of what we sell.
    Demo,
    /// A note.
    Note,
    /// Something to do.
    Task,
    /// An e-mail, sent or received elsewhere and logged here.
    Email,
}

load_by_id! {
    contact by ContactId;
    activity by ActivityId;
}

macro_rules! load_of_contact {
    ($($(#[$doc:meta])* $key:ident = $table:ident in order of $($column:ident),+;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) struct $key(pub ContactId);

        impl Loader<$key> for Load {
            type Value = Vec<$table::Model>;
            type Error = LoadError;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, Self::Value>, LoadError> {
                let rows = $table::Entity::find()
                    .filter($table::Column::WorkspaceId.eq(self.caller.workspace))
                    .filter($table::Column::ContactId.is_in(keys.iter().map(|key| key.0)))
                    $(.order_by_asc($table::Column::$column))+
                    .all(self.app.db())
                    .await?;
                Ok(group(rows, |row| $key(row.contact_id)))
            }
        }
    )*};
}

load_of_contact! {
    /// Every address of a contact.
    AddressesOf = contact_address in order of CreatedAt, Id;
    /// Every other basis than consent that was shown to hold for a contact.
    BasesOf = basis in order of Since, Id;
}

/// Where each value of a row came from.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ProvenanceOf(pub Uuid);

impl Loader<ProvenanceOf> for Load {
    type Value = Vec<provenance::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[ProvenanceOf]) -> Result<HashMap<ProvenanceOf, Self::Value>, LoadError> {
        let rows = provenance::Entity::find()
            .filter(provenance::Column::WorkspaceId.eq(self.caller.workspace))
            .filter(provenance::Column::RowId.is_in(keys.iter().map(|key| key.0)))
            .order_by_asc(provenance::Column::Field)
            .order_by_asc(provenance::Column::At)
            .order_by_asc(provenance::Column::Id)
            .all(self.app.db())
            .await?;
        Ok(group(rows, |row| ProvenanceOf(row.row_id)))
    }
}

/// The newest activities of a contact.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct ActivitiesOf {
    contact: ContactId,
    most: u64,
}

impl Loader<ActivitiesOf> for Load {
    type Value = Vec<activity::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[ActivitiesOf]) -> Result<HashMap<ActivitiesOf, Self::Value>, LoadError> {
        let mut found = HashMap::with_capacity(keys.len());
        for (most, keys) in group(keys.to_vec(), |key| key.most) {
            let mut values: Vec<Value> = vec![self.caller.workspace.into(), i64::try_from(most).unwrap_or(i64::MAX).into()];
            values.extend(keys.iter().map(|key| Value::from(key.contact)));
            let places: Vec<String> = (3..=values.len()).map(|place| format!("${place}")).collect();
            let text = format!(
                "SELECT * FROM (SELECT a.*, row_number() OVER (PARTITION BY a.contact_id ORDER BY a.occurred_at DESC, a.id DESC) AS place
                    FROM activity a WHERE a.workspace_id = $1 AND a.contact_id IN ({})) AS ranked
                WHERE place <= $2 ORDER BY occurred_at DESC, id DESC",
                places.join(",")
            );
            let rows = activity::Model::find_by_statement(sql(self.app.db(), &text, values)).all(self.app.db()).await?;
            let of = |row: &activity::Model| row.contact_id;
            for (contact, rows) in group(rows, of) {
                found.extend(contact.map(|contact| (ActivitiesOf { contact, most }, rows)));
            }
        }
        Ok(found)
    }
}

/// Contacts of these ids, with what every list shows of them, for a subscription that keeps what it loads.
///
/// # Errors
/// `Busy` when the database is away.
pub(crate) async fn load_together(loaders: &Loaders, ids: Vec<ContactId>) -> Result<HashMap<ContactId, contact::Model>> {
    let contacts = loaders.load_many(ids).await?;
    loaders.load_many(contacts.keys().map(|id| AddressesOf(*id))).await?;
    loaders.load_many(contacts.keys().map(|id| ConsentsOf(*id))).await?;
    Ok(contacts)
}

/// Lets go of what a subscription kept of contacts.
pub(crate) fn forget(loaders: &Loaders) {
    loaders.clear::<ContactId>();
    loaders.clear::<AddressesOf>();
    loaders.clear::<ProvenanceOf>();
    loaders.clear::<BasesOf>();
    loaders.clear::<ActivitiesOf>();
}

/// A natural person we hold data about, with a basis for holding it.
pub struct Contact(pub contact::Model);

impl Contact {
    async fn address_rows(&self, ctx: &Context<'_>) -> Result<Vec<contact_address::Model>> {
        Ok(load(ctx, AddressesOf(self.0.id)).await?.unwrap_or_default())
    }
}

/// A natural person we hold data about, with a basis for holding it.
#[Object]
impl Contact {
    /// Their id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Given name; null when unknown.
    async fn given_name(&self) -> Option<&str> {
        known(&self.0.given_name)
    }

    /// Family name; null when unknown.
    async fn family_name(&self) -> Option<&str> {
        known(&self.0.family_name)
    }

    /// Telephone number, as they wrote it; null when unknown.
    async fn phone(&self) -> Option<&str> {
        known(&self.0.phone)
    }

    /// Job title; null when unknown.
    async fn job_title(&self) -> Option<&str> {
        known(&self.0.job_title)
    }

    /// Company, as they wrote it; null when unknown.
    async fn company_name(&self) -> Option<&str> {
        known(&self.0.company_name)
    }

    /// The language we write to them in: `fr` or `en`.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// What they are to the workspace.
    async fn lifecycle(&self) -> Lifecycle {
        self.0.lifecycle.into()
    }

    /// Values of custom fields, and answers to forms' own questions.
    async fn custom_fields(&self, ctx: &Context<'_>) -> Result<Vec<CustomFieldValue>> {
        custom_fields(ctx, EntityKind::Contact, self.0.id.0, &self.0.custom).await
    }

    /// Every e-mail address, oldest first.
    async fn addresses(&self, ctx: &Context<'_>) -> Result<Vec<ContactAddress>> {
        let rows = self.address_rows(ctx).await?;
        let addresses = rows.into_iter().map(|row| ContactAddress {
            primary: Some(row.id) == self.0.primary_address_id,
            email: row.email,
            verified_at: row.verified_at,
        });
        Ok(addresses.collect())
    }

    /// The e-mail address in use. Having it is no permission: ask `mayUse`.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let rows = self.address_rows(ctx).await?;
        Ok(rows.into_iter().find(|row| Some(row.id) == self.0.primary_address_id).map(|row| row.email))
    }

    /// When they entered.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When they last changed.
    async fn updated_at(&self) -> Time {
        self.0.updated_at
    }

    /// The last act that came from the person; a mail opened is none.
    async fn last_contact_at(&self) -> Option<Time> {
        self.0.last_contact_at
    }

    /// Counts changes.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What they were asked and said, the latest change first. What is not there was never asked.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn consents(&self, ctx: &Context<'_>) -> Result<Vec<Consent>> {
        let rows = load(ctx, ConsentsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Consent).collect())
    }

    /// Where each value came from, by field, oldest first: the last one of a field tells of the value it has now.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn provenance(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        let rows = load(ctx, ProvenanceOf(self.0.id.0)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Provenance).collect())
    }

    /// What happened with them, or is to be done, newest first.
    #[graphql(complexity = "cost(Some(first), None, child_complexity)")]
    async fn activities(&self, ctx: &Context<'_>, #[graphql(desc = "How many, from 1 to 100.")] first: i32) -> Result<Vec<Activity>> {
        let most = most("first", first)?;
        let rows = load(ctx, ActivitiesOf { contact: self.0.id, most }).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Activity).collect())
    }

    /// Purposes on another basis than consent that were shown to hold for them.
    #[graphql(complexity = "1 + 2 * child_complexity")]
    async fn bases(&self, ctx: &Context<'_>) -> Result<Vec<Basis>> {
        let rows = load(ctx, BasesOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Basis).collect())
    }

    /// Whether they may be used for this purpose by this channel now, and if not, why.
    async fn may_use(&self, ctx: &Context<'_>, purpose_id: ID, channel: Channel) -> Result<Usability> {
        let purpose: PurposeId = named(&purpose_id, "purposeId")?;
        let answer = load(ctx, MayUse { contact: self.0.id, purpose, channel: channel.into() }).await?;
        answer.ok_or_else(|| Error::rejected(ProblemCode::NotFound, "purposeId", "There is no such purpose in this workspace: check the id."))
    }
}

fn known(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// One e-mail address of a contact.
#[derive(SimpleObject)]
pub struct ContactAddress {
    /// As entered.
    pub email: String,
    /// When the mailbox last proved itself; null when it never did.
    pub verified_at: Option<Time>,
    /// Whether it is the one in use.
    pub primary: bool,
}

/// Where a value of a contact came from.
pub struct Provenance(provenance::Model);

/// Where a value of a contact came from.
#[Object]
impl Provenance {
    /// Which value: `given_name`, `email`, `custom.topic` …
    async fn field(&self) -> &str {
        &self.0.field
    }

    /// What it came through: the id of a form version.
    async fn source(&self) -> &str {
        &self.0.source
    }

    /// Whether the person's mailbox confirmed it.
    async fn proven(&self) -> bool {
        self.0.proven
    }

    /// Who set it: the id of an API key or contact, or one of `mailbox`, `visitor`, `system`, `operator`.
    async fn actor(&self) -> &str {
        &self.0.actor
    }

    /// When.
    async fn at(&self) -> Time {
        self.0.at
    }

    /// The journal entry that recorded it.
    async fn entry(&self, ctx: &Context<'_>) -> Result<JournalEntry> {
        allowed(ctx, Right::ReadJournal)?;
        Ok(load_named::<EntryId>(ctx, self.0.entry_id).await?.into())
    }
}

/// A purpose on another basis than consent that was shown to hold for a contact.
pub struct Basis(basis::Model);

/// A purpose on another basis than consent that was shown to hold for a contact.
#[Object]
impl Basis {
    /// The purpose; its legal basis says which.
    async fn purpose(&self, ctx: &Context<'_>) -> Result<Purpose> {
        Ok(Purpose(load_named(ctx, self.0.purpose_id).await?))
    }

    /// Since when.
    async fn since(&self) -> Time {
        self.0.since
    }

    /// When its condition ended; null while it holds.
    async fn until(&self) -> Option<Time> {
        self.0.until
    }
}

/// Something that happened with a contact, or is to be done.
pub struct Activity(pub activity::Model);

/// Something that happened with a contact, or is to be done.
#[Object]
impl Activity {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// With whom; null when it is about a company or deal only.
    async fn contact(&self, ctx: &Context<'_>) -> Result<Option<Contact>> {
        match self.0.contact_id {
            Some(contact) => Ok(load(ctx, contact).await?.map(Contact)),
            None => Ok(None),
        }
    }

    /// What kind.
    async fn kind(&self) -> ActivityKind {
        self.0.kind.into()
    }

    /// One line.
    async fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The rest.
    async fn body(&self) -> &str {
        &self.0.body
    }

    /// When.
    async fn occurred_at(&self) -> Time {
        self.0.occurred_at
    }

    /// When it was dealt with; null while it is open.
    async fn done_at(&self) -> Option<Time> {
        self.0.done_at
    }
}

/// Which contacts to show.
#[derive(Default, InputObject)]
pub struct ContactFilter {
    /// Only the one with this mailbox; two spellings of one address find the same contact.
    pub email: Option<String>,
}

/// Queries of this room.
#[derive(Default)]
pub struct ContactsQuery;

#[Object]
impl ContactsQuery {
    /// Contacts, newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Which contacts; absent = all.")] filter: Option<ContactFilter>,
    ) -> Result<List<ContactId, Contact>> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<ContactId>()?;
        let wanted = match filter.unwrap_or_default().email {
            Some(email) => find_by_email(ctx, &email).await?.map_or(Wanted::Nobody, Wanted::One),
            None => Wanted::All,
        };
        let rows = keyset(contacts(&caller, wanted), contact::Column::Id, &request, Run::Down).all(app.db()).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, select) = (app.clone(), contacts(&caller, wanted));
            async move { Ok(i64::try_from(select.count(app.db()).await?).unwrap_or(i64::MAX)) }
        });
        Ok(list(request.page(rows), |row| row.id, Contact, total))
    }

    /// One contact; null when there is none with this id.
    async fn contact(&self, ctx: &Context<'_>, id: ID) -> Nullable<Contact> {
        let outcome = async {
            allowed(ctx, Right::ReadContacts)?;
            match parse::<ContactId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Contact)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }
}

/// Whose mailbox this is; none = nobody's.
async fn find_by_email(ctx: &Context<'_>, email: &str) -> Result<Option<ContactId>> {
    let (app, caller) = asked(ctx)?;
    let email = EmailAddress::parse(email)
        .map_err(|_| Error::rejected(ProblemCode::Invalid, "filter.email", "Give a whole e-mail address, like ada@example.org."))?;
    Ok(super::find_address(app.db(), caller.workspace, &email.key()).await?.map(|address| address.contact_id))
}

/// Which contacts a filter leaves.
#[derive(Clone, Copy)]
enum Wanted {
    All,
    One(ContactId),
    Nobody,
}

fn contacts(caller: &Caller, wanted: Wanted) -> Select<contact::Entity> {
    let select = contact::Entity::find().filter(contact::Column::WorkspaceId.eq(caller.workspace));
    match wanted {
        Wanted::All => select,
        Wanted::One(id) => select.filter(contact::Column::Id.eq(id)),
        Wanted::Nobody => select.filter(contact::Column::Id.is_in(Vec::<ContactId>::new())),
    }
}
