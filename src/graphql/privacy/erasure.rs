//! Erasures in GraphQL: erasing a contact, what came of it, and what the law keeps of them.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, InputObject, Json, Object, SimpleObject, dataloader::Loader};
use entity::{ArchiveItemId, ContactId, ErasureId, Time, archive_item, erasure};

use super::recipients::RecipientNoticeState;
use crate::{
    accounts::Right,
    error::{Error, Result},
    graphql::kit::{
        List, Load, LoadError, Read, allowed, asked, cost, found, list, load, load_by_id, named, parse,
    },
    platform::graphql::{Nullable, PageArgs, UserError, nullable, page::Total, user_errors},
    privacy::erasure::{
        self as room, ArchiveAccess, Archived, EraseByStaff, Exceptions, ToTell, count_erasures,
        erase_by_staff, erased_of, erasures_by_id, held_of, page_erasures, read_archive, residues_of,
        to_tell_of,
    },
};

load_by_id! {
    erasures_by_id(ErasureId) -> erasure;
}

/// Who is to be told that a contact was erased.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ToTellOf(pub ContactId);

impl Loader<ToTellOf> for Load {
    type Value = Vec<ToTell>;
    type Error = LoadError;

    async fn load(&self, keys: &[ToTellOf]) -> Result<HashMap<ToTellOf, Self::Value>, LoadError> {
        let contacts: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = to_tell_of(self.app.db(), self.caller.workspace, &contacts).await?;
        Ok(found.into_iter().map(|(contact, told)| (ToTellOf(contact), told)).collect())
    }
}

/// What led to an erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ErasureCause")]
pub enum ErasureCause {
    /// The person asked for it.
    Request,
    /// Staff, with a ground.
    Staff,
    /// A retention rule.
    Retention,
    /// A restored backup held somebody who had been erased.
    Restored,
}

/// Why a contact is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ErasureGround")]
pub enum ErasureGround {
    /// GDPR Art. 17(1)(a): the data are no longer needed.
    NoLongerNecessary,
    /// Art. 17(1)(b): the person withdrew, and there is no other basis.
    ConsentWithdrawn,
    /// Art. 17(1)(c): the person objected.
    Objection,
    /// Art. 17(1)(d): they were processed unlawfully.
    Unlawful,
    /// Art. 17(1)(e): a law demands it.
    LegalObligation,
    /// Art. 17(1)(f): they were collected from a child for an online service.
    ChildService,
    /// Art. 5(1)(e): the retention period ended.
    RetentionElapsed,
}

/// Why something of an erased contact is kept (GDPR Art. 17(3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::ArchiveReason")]
pub enum ArchiveReason {
    /// Accounting records.
    Accounting,
    /// To establish or defend legal claims.
    LegalClaims,
    /// Another legal obligation.
    LegalObligation,
}

/// Why staff read what is kept of an erased contact. Each access is in the journal with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "room::ArchiveAccess")]
pub enum ArchiveReading {
    /// A legal claim is established, exercised or defended.
    LegalClaim,
    /// An accounting or tax audit.
    Audit,
    /// An authority asks.
    Authority,
    /// The person themself asks.
    PersonAsks,
}

/// Rows of a table that an erasure deleted or emptied.
#[derive(SimpleObject)]
pub struct ErasedRows {
    /// The table, as the data map names it.
    pub table: String,
    /// How many rows.
    pub rows: i64,
}

/// What is held of an erased contact.
#[derive(SimpleObject)]
pub struct HeldRows {
    /// Where: `archive_item`, which the query `archive` reads; `request`, the register; or `suppression`.
    pub table: String,
    /// How many rows.
    pub rows: i64,
    /// Why: an `ArchiveReason`, or `OBJECTION` for fingerprints of mailboxes that are not to be written to.
    pub reason: String,
    /// Until when; null = while the workspace exists.
    pub until: Option<Time>,
}

/// A column in which an erased contact was still found.
#[derive(SimpleObject)]
pub struct ErasureResidue {
    /// The column, as the data map names it: `deal.title`, say.
    pub column: String,
    /// In how many values.
    pub values: i64,
}

/// A recipient who is to be told of an erasure (GDPR Art. 19).
#[derive(SimpleObject)]
pub struct ErasureRecipient {
    /// The recipient's id.
    pub recipient_id: ID,
    /// Their name.
    pub name: String,
    /// Whether they were told, and acknowledged.
    pub state: RecipientNoticeState,
}

/// GraphQL type over an `erasure` row.
#[derive(Clone)]
pub struct Erasure(pub erasure::Model);

/// An erased contact, by ids and numbers only: the certificate of the erasure.
#[Object]
impl Erasure {
    /// Its global id.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The id that the contact had.
    async fn contact_id(&self) -> ID {
        self.0.contact_id.into()
    }

    /// What led to it.
    async fn cause(&self) -> ErasureCause {
        self.0.cause.into()
    }

    /// The ground.
    async fn ground(&self) -> ErasureGround {
        self.0.ground.into()
    }

    /// The id of the request that it answers; null when there was none.
    async fn request_id(&self) -> Option<ID> {
        self.0.request_id.map(Into::into)
    }

    /// When.
    async fn at(&self) -> Time {
        self.0.at
    }

    /// What was deleted or emptied, by table.
    async fn erased(&self) -> Read<Vec<ErasedRows>> {
        Ok(erased_of(&self.0)?.into_iter().map(|(table, rows)| ErasedRows { table, rows }).collect())
    }

    /// What is held, why and until when.
    async fn held(&self) -> Read<Vec<HeldRows>> {
        let held = held_of(&self.0)?.into_iter();
        let row = |held: room::Held| HeldRows {
            table: held.table,
            rows: held.rows,
            reason: held.reason,
            until: held.until,
        };
        Ok(held.map(row).collect())
    }

    /// When the search for what might be left ended; null while it waits or runs.
    async fn scanned_at(&self) -> Option<Time> {
        self.0.scanned_at
    }

    /// Where the contact was still found, a note about somebody else, say; empty: nowhere; null while the
    /// search has not ended. Entries of the journal of the kind `erasure.residue_found` name the rows.
    async fn residues(&self) -> Read<Option<Vec<ErasureResidue>>> {
        let row = |one: room::Residue| ErasureResidue { column: one.column, values: one.values };
        Ok(residues_of(&self.0)?.map(|found| found.into_iter().map(row).collect()))
    }

    /// Who is to be told (GDPR Art. 19).
    async fn recipients(&self, ctx: &Context<'_>) -> Result<Vec<ErasureRecipient>> {
        let told = load(ctx, ToTellOf(self.0.contact_id)).await?.unwrap_or_default();
        let row = |one: ToTell| ErasureRecipient {
            recipient_id: one.recipient.into(),
            name: one.name,
            state: one.state.into(),
        };
        Ok(told.into_iter().map(row).collect())
    }
}

/// GraphQL type over an opened `archive_item` row.
pub struct ArchiveItem(Archived);

impl ArchiveItem {
    fn row(&self) -> &archive_item::Model {
        &self.0.row
    }
}

/// Something that is kept of an erased contact.
#[Object]
impl ArchiveItem {
    /// Its id.
    async fn id(&self) -> ID {
        let id: ArchiveItemId = self.row().id;
        id.into()
    }

    /// The table it came from.
    async fn source(&self) -> &str {
        &self.row().source
    }

    /// What is kept.
    async fn content(&self) -> Json<serde_json::Value> {
        Json(self.0.content.clone())
    }

    /// Why it is kept.
    async fn reason(&self) -> ArchiveReason {
        self.row().reason.into()
    }

    /// Since when.
    async fn archived_at(&self) -> Time {
        self.row().archived_at
    }

    /// Until when; then it is destroyed.
    async fn until(&self) -> Time {
        self.row().until
    }
}

/// What the law lets you keep of an erased contact (GDPR Art. 17(3)).
#[derive(InputObject)]
pub struct ErasureExceptionsInput {
    /// The proofs of their consents, for five years, to defend legal claims.
    pub claims: bool,
    /// Their name and role in deals that were won, for ten years, for accounting.
    pub accounting: bool,
}

/// The contact to erase.
#[derive(InputObject)]
pub struct EraseContactInput {
    /// The contact.
    pub contact_id: ID,
    /// Why.
    pub ground: ErasureGround,
    /// The request that this answers, if the person asked.
    pub request_id: Option<ID>,
    /// Whether the person also wants not to be written to again: their mailboxes are kept as fingerprints.
    #[graphql(default)]
    pub remember: bool,
    /// What to keep; absent = what the law allows: both, but no proofs of consents when the ground is
    /// `UNLAWFUL` or `CHILD_SERVICE`.
    pub keep: Option<ErasureExceptionsInput>,
}

/// Result of `eraseContact`.
#[derive(SimpleObject)]
pub struct EraseContactPayload {
    /// The erasure; null when the input was refused.
    pub erasure: Option<Erasure>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Queries about erasures.
#[derive(Default)]
pub struct ErasureQuery;

#[Object]
impl ErasureQuery {
    /// An erasure; null when there is none, or it is not yours.
    async fn erasure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The erasure.")] id: ID,
    ) -> Nullable<Erasure> {
        let outcome = async {
            allowed(ctx, Right::EraseContacts)?;
            match parse::<ErasureId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Erasure)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// Erasures, the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn erasures(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<ErasureId, Erasure>> {
        let (app, caller) = allowed(ctx, Right::EraseContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<ErasureId>()?;
        let page = Box::pin(page_erasures(app.db(), caller.workspace, &request)).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_erasures(app.db(), caller.workspace).await }
        });
        Ok(list(page, |row| row.id, Erasure, total))
    }

    /// What is kept of an erased contact. Each access is recorded in the journal with its reason. Null when
    /// nobody of this id was erased.
    async fn archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id that the contact had.")] contact_id: ID,
        #[graphql(desc = "Why you read it.")] reason: ArchiveReading,
    ) -> Nullable<Vec<ArchiveItem>> {
        let outcome = async {
            let (app, caller) = allowed(ctx, Right::ReadArchive)?;
            let Some(id) = parse::<ContactId>(&contact_id) else { return Ok(None) };
            let reason = ArchiveAccess::from(reason);
            match Box::pin(read_archive(app, caller.workspace, caller.actor, id, reason)).await {
                Ok(items) => Ok(Some(items.into_iter().map(ArchiveItem).collect())),
                Err(Error::NotFound) => Ok(None),
                Err(error) => Err(error),
            }
        };
        nullable(outcome.await)
    }
}

/// Mutations that erase.
#[derive(Default)]
pub struct ErasureMutation;

#[Object]
impl ErasureMutation {
    /// Erase a contact: their data, keys, mails, proofs and everything about them, at once and for good. What
    /// the law lets you keep goes to the archive, apart and sealed. A hold forbids it. A second time changes
    /// nothing.
    async fn erase_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact to erase, and why.")] input: EraseContactInput,
    ) -> Result<EraseContactPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let wanted = EraseByStaff {
                contact: named(&input.contact_id, "contactId")?,
                ground: input.ground.into(),
                request: input.request_id.as_ref().map(|id| named(id, "requestId")).transpose()?,
                remember: input.remember,
                exceptions: input
                    .keep
                    .as_ref()
                    .map(|keep| Exceptions { claims: keep.claims, accounting: keep.accounting }),
            };
            let erased = Box::pin(erase_by_staff(app, caller.workspace, caller.actor, wanted)).await;
            found("contactId", erased)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(EraseContactPayload { erasure: row.map(Erasure), user_errors })
    }
}
