//! The intermediate archive: what the law lets stay of an erased contact (GDPR Art. 17(3)), apart from the
//! active tables, each item sealed under a key of its own that is destroyed at its end. docs/privacy.md,
//! "Erasure", says what and why.

use std::collections::HashMap;

use chrono::Months;
use entity::{
    ArchiveItemId, ArchiveReason, ConsentState, ContactId, DataKeyId, ErasureGround, ErasureId, KeyOwner,
    Time, WorkspaceId, archive_item, consent, contact, data_key, evidence,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::Uuid,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        db::sql,
        vault::{DataKey, Place, Vault},
        work::{Entry, Work},
    },
};

/// How long proofs of consents are kept for legal claims: five years (C. civ. 2224).
const CLAIMS: Months = Months::new(60);
/// How long the parties of a sale are kept for accounting: ten years (C. com. L123-22).
const ACCOUNTING: Months = Months::new(120);
/// Items in one statement.
const CHUNK: usize = 500;
/// Expired items in one unit of work.
const BATCH: u64 = 200;

/// What is to be kept of an erased contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceptions {
    /// The proofs of their consents, to defend legal claims (Art. 17(3)(e)).
    pub claims: bool,
    /// Their name and role in deals that were won, for accounting (Art. 17(3)(b)).
    pub accounting: bool,
}

impl Exceptions {
    /// What is kept when nobody decides: both; but no proof of a consent where the processing was unlawful or
    /// concerned a child.
    #[must_use]
    pub fn of(ground: ErasureGround) -> Self {
        let claims = !matches!(ground, ErasureGround::Unlawful | ErasureGround::ChildService);
        Self { claims, accounting: true }
    }
}

/// What is kept of an erased contact, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Where it is.
    pub table: String,
    /// How many rows.
    pub rows: i64,
    /// Why: an `ArchiveReason`, or `OBJECTION` for fingerprints of those who do not want to be written to.
    pub reason: String,
    /// Until when; none: while the workspace exists.
    pub until: Option<Time>,
}

/// An item before it is sealed.
struct Item {
    source: &'static str,
    row: Uuid,
    content: Value,
    reason: ArchiveReason,
    until: Time,
}

pub(super) fn place(workspace: WorkspaceId, id: ArchiveItemId) -> Place {
    Place { workspace, table: "archive_item", column: "sealed", row: id.0 }
}

/// Moves what is to be kept into the archive. Returns what and why.
pub(super) async fn keep(
    work: &Work,
    vault: &Vault,
    contact: &contact::Model,
    erasure: ErasureId,
    exceptions: Exceptions,
) -> Result<Vec<Held>> {
    let mut items = Vec::new();
    if exceptions.claims {
        proofs(work, vault, contact, &mut items).await?;
    }
    if exceptions.accounting {
        won_deals(work, contact, &mut items).await?;
    }
    items.retain(|item| item.until > work.now());
    let mut held: Vec<Held> = Vec::new();
    for item in &items {
        match held.iter_mut().find(|held| held.reason == item.reason.as_str()) {
            Some(held) => {
                held.rows += 1;
                held.until = held.until.max(Some(item.until));
            }
            None => held.push(Held {
                table: "archive_item".to_owned(),
                rows: 1,
                reason: item.reason.to_string(),
                until: Some(item.until),
            }),
        }
    }
    for items in items.chunks(CHUNK) {
        put(work, vault, contact.id, erasure, items).await?;
    }
    Ok(held)
}

async fn put(
    work: &Work,
    vault: &Vault,
    contact: ContactId,
    erasure: ErasureId,
    items: &[Item],
) -> Result<()> {
    let (mut keys, mut rows) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
    for item in items {
        let id = ArchiveItemId::new();
        let (key, wrapped) = vault.new_data_key(work.workspace())?;
        let plain = serde_json::to_vec(&item.content)?;
        rows.push(archive_item::ActiveModel {
            workspace_id: Set(work.workspace()),
            id: Set(id),
            contact_id: Set(contact),
            erasure_id: Set(erasure),
            source: Set(item.source.to_owned()),
            row_id: Set(item.row),
            data_key_id: Set(key.id),
            sealed: Set(key.seal(&place(work.workspace(), id), &plain)?),
            reason: Set(item.reason),
            archived_at: Set(work.now()),
            until: Set(item.until),
        });
        keys.push(data_key::ActiveModel {
            workspace_id: Set(work.workspace()),
            id: Set(key.id),
            owner_kind: Set(KeyOwner::Archive),
            owner_id: Set(id.0),
            wrapped: Set(wrapped),
        });
    }
    data_key::Entity::insert_many(keys).exec_without_returning(work.db()).await?;
    archive_item::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

/// The proofs of consents: their state, and the evidence, which names the mailbox, page and browser.
async fn proofs(work: &Work, vault: &Vault, contact: &contact::Model, items: &mut Vec<Item>) -> Result<()> {
    let consents = consent::Entity::find()
        .filter(consent::Column::WorkspaceId.eq(work.workspace()))
        .filter(consent::Column::ContactId.eq(contact.id))
        .filter(consent::Column::GivenEntryId.is_not_null())
        .all(work.db())
        .await?;
    if consents.is_empty() {
        return Ok(());
    }
    // From now, where we relied on it until now; else from when it ended.
    let end = |from: Time| from.checked_add_months(CLAIMS).unwrap_or(from);
    let until = |row: &consent::Model| match row.state {
        ConsentState::Given => end(work.now()),
        _ => end(row.since),
    };
    let last = consents.iter().map(until).max().unwrap_or_else(|| work.now());
    items.extend(consents.iter().map(|row| Item {
        source: "consent",
        row: row.id.0,
        content: json!({
            "purpose": row.purpose_id, "purposeVersion": row.purpose_version_id, "channel": row.channel,
            "state": row.state, "since": row.since, "givenEntry": row.given_entry_id, "entry": row.entry_id,
        }),
        reason: ArchiveReason::LegalClaims,
        until: until(row),
    }));
    let keys = keys_of(work, vault, contact.id).await?;
    let rows = evidence::Entity::find()
        .filter(evidence::Column::WorkspaceId.eq(work.workspace()))
        .filter(evidence::Column::ContactId.eq(contact.id))
        .all(work.db())
        .await?;
    for row in rows {
        let place = Place { workspace: work.workspace(), table: "evidence", column: "sealed", row: row.id.0 };
        // One that does not open proves nothing any more, and must not stop an erasure.
        let Some(plain) = keys.get(&row.data_key_id).and_then(|key| key.open(&place, &row.sealed).ok())
        else {
            continue;
        };
        items.push(Item {
            source: "evidence",
            row: row.id.0,
            content: json!({
                "entry": row.entry_id, "evidence": serde_json::from_slice::<Value>(&plain)?,
            }),
            reason: ArchiveReason::LegalClaims,
            until: last,
        });
    }
    Ok(())
}

async fn keys_of(work: &Work, vault: &Vault, contact: ContactId) -> Result<HashMap<DataKeyId, DataKey>> {
    let rows = data_key::Entity::find()
        .filter(data_key::Column::WorkspaceId.eq(work.workspace()))
        .filter(data_key::Column::OwnerKind.eq(KeyOwner::Contact))
        .filter(data_key::Column::OwnerId.eq(contact.0))
        .all(work.db())
        .await?;
    let mut keys = HashMap::with_capacity(rows.len());
    for row in rows {
        keys.insert(row.id, vault.open_data_key(work.workspace(), row.id, &row.wrapped)?);
    }
    Ok(keys)
}

/// The name and role in deals that were won.
async fn won_deals(work: &Work, contact: &contact::Model, items: &mut Vec<Item>) -> Result<()> {
    let text = "SELECT d.id AS id, d.closed_at AS closed_at, p.role AS role FROM deal_contact p
        JOIN deal d ON d.workspace_id = p.workspace_id AND d.id = p.deal_id
        JOIN stage s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id AND s.kind = 'WON'
        WHERE p.workspace_id = $1 AND p.contact_id = $2 AND d.closed_at IS NOT NULL";
    let values = [work.workspace().into(), contact.id.into()];
    for row in work.db().query_all_raw(sql(work.db(), text, values)).await? {
        let (deal, closed_at): (Uuid, Time) = (row.try_get("", "id")?, row.try_get("", "closed_at")?);
        let role: String = row.try_get("", "role")?;
        items.push(Item {
            source: "deal_contact",
            row: deal,
            content: json!({
                "deal": entity::DealId(deal), "role": role,
                "givenName": contact.given_name, "familyName": contact.family_name,
            }),
            reason: ArchiveReason::Accounting,
            until: closed_at.checked_add_months(ACCOUNTING).unwrap_or(closed_at),
        });
    }
    Ok(())
}

/// What stays where it is: requests with their exchange, sealed under keys of their own, and fingerprints.
pub(super) async fn kept_in_place(work: &Work, person: ContactId) -> Result<Vec<Held>> {
    let text =
        "SELECT (SELECT COUNT(*) FROM request WHERE workspace_id = $1 AND contact_id = $2) AS requests,
        (SELECT COUNT(*) FROM suppression WHERE workspace_id = $1 AND fingerprint IN
            (SELECT fingerprint FROM contact_address WHERE workspace_id = $1 AND contact_id = $2)) AS prints";
    let row = work.db().query_one_raw(sql(work.db(), text, [work.workspace().into(), person.into()])).await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let (requests, fingerprints): (i64, i64) = (row.try_get("", "requests")?, row.try_get("", "prints")?);
    let mut held = Vec::new();
    if requests > 0 {
        held.push(Held {
            table: "request".to_owned(),
            rows: requests,
            reason: ArchiveReason::LegalClaims.to_string(),
            until: work.now().checked_add_months(CLAIMS),
        });
    }
    if fingerprints > 0 {
        let (table, reason) = ("suppression".to_owned(), "OBJECTION".to_owned());
        held.push(Held { table, rows: fingerprints, reason, until: None });
    }
    Ok(held)
}

/// Destroys items whose end has come, with their keys. Returns whether there are more.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn destroy_expired_archive(app: &App) -> Result<bool> {
    let due: Vec<(WorkspaceId, ArchiveItemId)> = archive_item::Entity::find()
        .select_only()
        .columns([archive_item::Column::WorkspaceId, archive_item::Column::Id])
        .filter(archive_item::Column::Until.lte(app.now()))
        .order_by_asc(archive_item::Column::Until)
        .limit(BATCH)
        .into_tuple()
        .all(app.db())
        .await?;
    let more = due.len() as u64 == BATCH;
    let mut workspaces: Vec<WorkspaceId> = due.iter().map(|(workspace, _)| *workspace).collect();
    workspaces.sort_unstable();
    workspaces.dedup();
    for workspace in workspaces {
        let ids: Vec<ArchiveItemId> =
            due.iter().filter(|(of, _)| *of == workspace).map(|(_, id)| *id).collect();
        let mut work = app.begin(workspace, Actor::System).await?;
        work.destroys();
        data_key::Entity::delete_many()
            .filter(data_key::Column::WorkspaceId.eq(workspace))
            .filter(data_key::Column::OwnerKind.eq(KeyOwner::Archive))
            .filter(data_key::Column::OwnerId.is_in(ids.iter().map(|id| id.0)))
            .exec(work.db())
            .await?;
        let gone = archive_item::Entity::delete_many()
            .filter(archive_item::Column::WorkspaceId.eq(workspace))
            .filter(archive_item::Column::Id.is_in(ids))
            .exec(work.db())
            .await?;
        let count = i64::try_from(gone.rows_affected).unwrap_or(i64::MAX);
        work.record(Entry::new("archive.destroyed").with("count", count));
        work.commit().await?;
    }
    Ok(more)
}
