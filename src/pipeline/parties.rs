//! A deal's contacts, company and owner: validation of the input, and the rows of `deal_contact`.

use std::collections::BTreeMap;

use entity::{
    CompanyId, ContactId, DealId, DealRole, LossReasonId, MemberId, StageKind, WorkspaceId, company, deal,
    deal_contact, loss_reason, member, stage,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::missing;
use crate::{
    contacts::find_contacts,
    error::{Error, Problem, ProblemCode, Result},
    platform::work::{Entry, Work},
    records::locked_card,
    search,
};

/// Maximum number of contacts per deal.
const MOST: usize = 50;

/// A company that a deal may have, or a problem.
pub(super) async fn check_company(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: CompanyId,
    problems: &mut Vec<Problem>,
) -> Result<()> {
    match company::Entity::find_by_id((workspace, id)).one(db).await? {
        None => problems.push(missing("companyId")),
        Some(row) if row.archived_at.is_some() => {
            problems.push(Problem::new(
                ProblemCode::WrongState,
                "companyId",
                "This company is archived: restore it first, or name another.",
            ));
        }
        Some(_) => {}
    }
    Ok(())
}

/// A member who may own a deal, or a problem.
pub(super) async fn check_owner(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: MemberId,
    problems: &mut Vec<Problem>,
) -> Result<()> {
    match member::Entity::find_by_id((workspace, id)).one(db).await? {
        None => problems.push(missing("ownerId")),
        Some(row) if !is_active(&row) => {
            problems.push(Problem::new(
                ProblemCode::WrongState,
                "ownerId",
                "This member has no access: choose one who has joined and is active.",
            ));
        }
        Some(_) => {}
    }
    Ok(())
}

/// Whether the member has joined and has access.
pub(crate) fn is_active(member: &member::Model) -> bool {
    member.joined_at.is_some() && member.deactivated_at.is_none()
}

/// The contacts of an input, without duplicates and with merged ids replaced, or problems. `known`: the
/// deal's current contacts, which may stay even if archived.
pub(super) async fn check_contacts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    parties: &[Party],
    known: &BTreeMap<ContactId, DealRole>,
    problems: &mut Vec<Problem>,
) -> Result<BTreeMap<ContactId, DealRole>> {
    if parties.len() > MOST {
        problems.push(Problem::new(ProblemCode::TooLong, "contacts", "A deal has at most 50 contacts."));
        return Ok(BTreeMap::new());
    }
    let ids: Vec<ContactId> = parties.iter().map(|party| party.contact).collect();
    let rows = find_contacts(db, workspace, &ids).await?;
    let mut found = BTreeMap::new();
    for (at, party) in parties.iter().enumerate() {
        let field = format!("contacts.{at}.contactId");
        match rows.get(&party.contact) {
            None => problems.push(missing(&field)),
            Some(row) if row.restricted_at.is_some() && !known.contains_key(&row.id) => {
                problems.extend(locked_card(row, &field));
            }
            Some(row) if row.archived_at.is_some() && !known.contains_key(&row.id) => {
                problems.push(Problem::new(
                    ProblemCode::WrongState,
                    field,
                    "This contact is archived: restore them first, or name another.",
                ));
            }
            Some(row) if found.insert(row.id, party.role).is_some() => {
                problems.push(Problem::new(
                    ProblemCode::Taken,
                    field,
                    "This contact is named twice: give each one role.",
                ));
            }
            Some(_) => {}
        }
    }
    Ok(found)
}

/// The loss reason for a stage: required where deals are lost, forbidden elsewhere. `known`: the deal's
/// current reason, which may stay.
pub(super) async fn check_reason(
    db: &impl ConnectionTrait,
    stage: &stage::Model,
    given: Option<LossReasonId>,
    known: Option<LossReasonId>,
) -> Result<Option<LossReasonId>> {
    let refuse = |code, message: &str| Err(Error::rejected(code, "lossReasonId", message));
    let Some(id) = given else {
        return match (stage.kind == StageKind::Lost, known) {
            (false, _) => Ok(None),
            (true, Some(known)) => Ok(Some(known)),
            (true, None) => {
                refuse(ProblemCode::Required, "Say why it was lost: choose one of the workspace's reasons.")
            }
        };
    };
    match loss_reason::Entity::find_by_id((stage.workspace_id, id)).one(db).await? {
        None => Err(Error::Rejected(vec![missing("lossReasonId")])),
        Some(_) if stage.kind != StageKind::Lost => refuse(
            ProblemCode::Invalid,
            "Only a deal that is lost has a reason: leave it out, or choose a stage of kind LOST.",
        ),
        Some(row) if row.archived_at.is_some() && known != Some(id) => {
            refuse(ProblemCode::WrongState, "This reason is no longer offered; choose another.")
        }
        Some(_) => Ok(Some(id)),
    }
}

/// A reason of this workspace, archived or not, or a problem.
pub(super) async fn check_reason_is_there(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: LossReasonId,
    problems: &mut Vec<Problem>,
) -> Result<()> {
    if loss_reason::Entity::find_by_id((workspace, id)).one(db).await?.is_none() {
        problems.push(missing("lossReasonId"));
    }
    Ok(())
}

/// Adds contacts to a deal.
pub(super) async fn add_contacts(
    work: &Work,
    deal: DealId,
    contacts: &BTreeMap<ContactId, DealRole>,
) -> Result<()> {
    if contacts.is_empty() {
        return Ok(());
    }
    let rows = contacts.iter().map(|(contact, role)| deal_contact::ActiveModel {
        workspace_id: Set(work.workspace()),
        deal_id: Set(deal),
        contact_id: Set(*contact),
        role: Set(*role),
        added_at: Set(work.now()),
    });
    deal_contact::Entity::insert_many(rows).exec_without_returning(work.db()).await?;
    Ok(())
}

/// The contacts of a deal.
pub(super) async fn contacts_of(work: &Work, deal: DealId) -> Result<BTreeMap<ContactId, DealRole>> {
    let rows = deal_contact::Entity::find()
        .filter(deal_contact::Column::WorkspaceId.eq(work.workspace()))
        .filter(deal_contact::Column::DealId.eq(deal))
        .all(work.db())
        .await?;
    Ok(rows.into_iter().map(|row| (row.contact_id, row.role)).collect())
}

/// A journal entry on a deal; if the deal has exactly one contact, it is also about them, so that it appears
/// in their history.
pub(super) fn entry_on(
    kind: &'static str,
    deal: &deal::Model,
    contacts: &BTreeMap<ContactId, DealRole>,
) -> Entry {
    let entry = Entry::new(kind)
        .on(deal.id)
        .with("pipeline", deal.pipeline_id)
        .with("stage", deal.stage_id)
        .with("amountMinor", deal.amount_minor)
        .with("currency", crate::platform::work::Fact::Word(deal.currency.clone()));
    match contacts.keys().next() {
        Some(contact) if contacts.len() == 1 => entry.about(*contact),
        _ => entry,
    }
}

/// Indexes title and company for the search.
pub(crate) async fn index(work: &Work, deal: &deal::Model) -> Result<()> {
    let company = match deal.company_id {
        Some(id) => {
            company::Entity::find_by_id((work.workspace(), id)).one(work.db()).await?.map(|row| row.name)
        }
        None => None,
    };
    let texts: Vec<&str> = std::iter::once(deal.title.as_str()).chain(company.as_deref()).collect();
    search::index(work, entity::EntityKind::Deal, deal.id.0, &texts).await
}

/// A contact with a role in a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Party {
    /// The contact.
    pub contact: ContactId,
    /// Its role.
    pub role: DealRole,
}

/// Refuses archived deals, which can only be read and restored.
pub(super) fn standing(row: &deal::Model) -> Result<()> {
    if row.archived_at.is_some() {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            "dealId",
            "This deal is archived: restore it first.",
        ));
    }
    Ok(())
}

/// The source of deals created by programs.
pub(super) const INTEGRATION: &str = "integration";
