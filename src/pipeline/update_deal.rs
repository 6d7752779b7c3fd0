//! Changing a deal's values, guarded by its version. Moves do not increment the version, so dragging and
//! editing a deal do not conflict.

use entity::{CompanyId, DealId, EntityKind, MemberId, WorkspaceId, deal};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect, sea_query::LockType};

use super::{
    create_deal::{read_date, read_external_id},
    parties::{self, INTEGRATION, standing},
    refuse,
    screen_title::screen_title,
    stale,
    text::{MOST_TITLE, line},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, Result, gather},
    fields::{CustomInput, check_custom, set_custom},
    platform::{
        actor::Actor,
        fold::fold,
        money::{MoneyInput, read_money},
        vault::Vault,
        work::{Fact, Work},
    },
    records::provenance::{STAFF, trace},
};

/// Changes to a deal. None = unchanged; none inside = cleared.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct DealChange {
    /// On one line.
    pub title: Option<String>,
    /// Its value; cleared = zero.
    pub amount: Option<Option<MoneyInput>>,
    /// The customer's company.
    pub company: Option<Option<CompanyId>>,
    /// The member who works on it.
    pub owner: Option<Option<MemberId>>,
    /// `YYYY-MM-DD`.
    pub expected_close_on: Option<Option<String>>,
    /// Its id in an external system.
    pub external_id: Option<Option<String>>,
    /// Values of custom fields; fields not named are unchanged.
    pub custom: Vec<CustomInput>,
}

/// Changes a deal.
///
/// # Errors
/// `Rejected` with `STALE` when it was changed since it was read.
pub async fn update_deal(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    id: DealId,
    expected_version: i32,
    change: DealChange,
) -> Result<deal::Model> {
    allow(actor, Right::WriteDeals)?;
    let mut work = app.begin(workspace, actor).await?;
    let row = deal::Entity::find_by_id((workspace, id))
        .lock(LockType::NoKeyUpdate)
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    let changed = change_deal(&mut work, &app.vault, row, Some(expected_version), change).await?;
    work.commit().await?;
    Ok(changed)
}

/// The same within a unit of work that holds the deal's lock.
pub(super) async fn change_deal(
    work: &mut Work,
    vault: &Vault,
    row: deal::Model,
    expected_version: Option<i32>,
    change: DealChange,
) -> Result<deal::Model> {
    let mut problems = Vec::new();
    let mut changed = read(work, &row, &change, &mut problems).await?;
    if expected_version.is_some_and(|expected| expected != row.version) {
        problems.push(stale("deal"));
    }
    gather(&mut problems, standing(&row))?;
    if !problems.is_empty() {
        gather(
            &mut problems,
            check_custom(work, vault, EntityKind::Deal, row.id.0, &row.custom, &change.custom, false).await,
        )?;
    }
    refuse(problems)?;
    if changed.title != row.title {
        let contact = parties::contacts_of(work, row.id).await?.keys().next().copied();
        let title = std::mem::take(&mut changed.title);
        changed.title = screen_title(work, vault, (row.id, contact), &row.title, title).await?;
        changed.sort_name = fold(&changed.title);
    }
    let custom =
        set_custom(work, vault, EntityKind::Deal, row.id.0, &row.custom, &change.custom, false).await?;
    changed.custom = custom.custom;
    let mut fields: Vec<String> = differences(&row, &changed).into_iter().map(str::to_owned).collect();
    fields.extend(custom.changed);
    if fields.is_empty() {
        return Ok(row);
    }
    changed.version = row.version + 1;
    changed.updated_at = work.now();
    let before = row.amount_minor;
    let mut update = row.into_active_model();
    update.title = Set(changed.title.clone());
    update.sort_name = Set(changed.sort_name.clone());
    update.amount_minor = Set(changed.amount_minor);
    update.currency = Set(changed.currency.clone());
    update.company_id = Set(changed.company_id);
    update.owner_id = Set(changed.owner_id);
    update.expected_close_on = Set(changed.expected_close_on.clone());
    update.external_id = Set(changed.external_id.clone());
    update.custom = Set(changed.custom.clone());
    update.version = Set(changed.version);
    update.updated_at = Set(changed.updated_at);
    deal::Entity::update(update).exec(work.db()).await?;
    let contacts = parties::contacts_of(work, changed.id).await?;
    let names: Fact = fields.iter().map(|field| Fact::Word(field.clone())).collect();
    let entry = parties::entry_on("deal.updated", &changed, &contacts).with("fields", names);
    let entry = if before == changed.amount_minor { entry } else { entry.with("amountMinorBefore", before) };
    let entry = match changed.owner_id {
        Some(owner) if fields.iter().any(|field| field == "owner") => entry.with("owner", owner),
        _ => entry,
    };
    let entry = work.record(entry);
    let source = if matches!(work.actor(), Actor::ApiKey(..)) { INTEGRATION } else { STAFF };
    trace(work, EntityKind::Deal, changed.id.0, fields, source, true, entry).await?;
    parties::index(work, &changed).await?;
    Ok(changed)
}

/// The row after the change. Only changed values are validated: a deal whose company was archived since stays
/// editable.
async fn read(
    work: &Work,
    row: &deal::Model,
    change: &DealChange,
    problems: &mut Vec<Problem>,
) -> Result<deal::Model> {
    let (db, workspace) = (work.db(), work.workspace());
    let mut changed = row.clone();
    if let Some(title) = &change.title {
        changed.title = line(problems, "title", title, MOST_TITLE);
        changed.sort_name = fold(&changed.title);
    }
    match &change.amount {
        None => {}
        Some(None) => changed.amount_minor = 0,
        Some(Some(amount)) => match read_money(amount, &row.currency, Some(&row.currency), "amount") {
            Ok(money) => (changed.amount_minor, changed.currency) = (money.minor, money.currency),
            Err(more) => problems.extend(more),
        },
    }
    if let Some(company) = change.company {
        if let Some(id) = company.filter(|id| row.company_id != Some(*id)) {
            parties::check_company(db, workspace, id, problems).await?;
        }
        changed.company_id = company;
    }
    if let Some(owner) = change.owner {
        if let Some(id) = owner.filter(|id| row.owner_id != Some(*id)) {
            parties::check_owner(db, workspace, id, problems).await?;
        }
        changed.owner_id = owner;
    }
    if let Some(date) = &change.expected_close_on {
        changed.expected_close_on = date.as_deref().and_then(|date| read_date(problems, date));
    }
    if let Some(external) = &change.external_id {
        changed.external_id = match external.as_deref() {
            Some(external) if row.external_id.as_deref() != Some(external) => {
                read_external_id(db, workspace, external, problems).await?
            }
            same => same.map(str::to_owned),
        };
    }
    Ok(changed)
}

/// Names of the fields that differ, as in provenance.
fn differences(row: &deal::Model, changed: &deal::Model) -> Vec<&'static str> {
    let pairs = [
        ("title", row.title != changed.title),
        ("amount", (row.amount_minor, &row.currency) != (changed.amount_minor, &changed.currency)),
        ("company", row.company_id != changed.company_id),
        ("owner", row.owner_id != changed.owner_id),
        ("expected_close_on", row.expected_close_on != changed.expected_close_on),
        ("external_id", row.external_id != changed.external_id),
    ];
    pairs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}
