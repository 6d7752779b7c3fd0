//! Creating a deal: at the top of its stage or, if only a pipeline is given, of the pipeline's first open
//! stage.

use std::collections::BTreeMap;

use entity::{
    CompanyId, ContactId, DealId, DealRole, EntityKind, LossReasonId, MemberId, PipelineId, StageId,
    WorkspaceId, deal, pipeline,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::OnConflict,
};

use super::{
    blank::blank,
    column::{lock_stages, watch_length},
    create_pipeline::{first_open_stage, living, takes_deals},
    history, load_deal, missing,
    parties::{self, INTEGRATION, Party},
    refuse,
    screen_title::screen_title,
    text::{MOST_TITLE, line},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    error::{Error, Problem, ProblemCode, Result, gather},
    fields::{CustomInput, check_custom, set_custom},
    platform::{
        actor::Actor,
        money::{Money, MoneyInput, current, read_money},
        once::once,
        times::{NO_DAY, is_day},
        vault::Vault,
        work::Work,
    },
    records::provenance::{STAFF, trace},
};

/// A new deal.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct NewDeal {
    /// On one line.
    pub title: String,
    /// Its value; none = zero, in the pipeline's currency.
    pub amount: Option<MoneyInput>,
    /// Required when no stage is given.
    pub pipeline: Option<PipelineId>,
    /// None = the pipeline's first open stage.
    pub stage: Option<StageId>,
    /// Required if it starts in a stage of kind LOST.
    pub loss_reason: Option<LossReasonId>,
    /// The customer's company.
    pub company: Option<CompanyId>,
    /// The member who works on it.
    pub owner: Option<MemberId>,
    /// Its contacts and their roles.
    pub contacts: Vec<Party>,
    /// `YYYY-MM-DD`.
    pub expected_close_on: Option<String>,
    /// Where it came from, in one word; none = `staff` or `integration`.
    pub source: Option<String>,
    /// Its id in an external system.
    pub external_id: Option<String>,
    /// Values of custom fields.
    pub custom: Vec<CustomInput>,
}

/// Creates a deal.
///
/// # Errors
/// `Rejected` with all errors at once.
pub async fn create_deal(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    key: Option<&str>,
    new: NewDeal,
) -> Result<deal::Model> {
    allow(actor, Right::WriteDeals)?;
    let mut work = app.begin(workspace, actor).await?;
    let id = DealId::new();
    if let Some(made) = once(&work, &app.vault, "createDeal", key, &new, &id.to_string()).await? {
        return load_deal(
            work.db(),
            workspace,
            made.parse().map_err(|_| Error::internal("a remembered id does not read"))?,
        )
        .await;
    }
    let row = begin_deal(&mut work, &app.vault, id, new).await?;
    work.commit().await?;
    Ok(row)
}

/// The same within a unit of work.
pub(super) async fn begin_deal(
    work: &mut Work,
    vault: &Vault,
    id: DealId,
    new: NewDeal,
) -> Result<deal::Model> {
    let workspace = work.workspace();
    let mut problems = Vec::new();
    let title = line(&mut problems, "title", &new.title, MOST_TITLE);
    let expected_close_on = new.expected_close_on.as_deref().and_then(|date| read_date(&mut problems, date));
    let source = read_source(&mut problems, work.actor(), new.source.as_deref());
    let external_id = match new.external_id.as_deref() {
        Some(external) => read_external_id(work.db(), workspace, external, &mut problems).await?,
        None => None,
    };
    if let Some(company) = new.company {
        parties::check_company(work.db(), workspace, company, &mut problems).await?;
    }
    if let Some(owner) = new.owner {
        parties::check_owner(work.db(), workspace, owner, &mut problems).await?;
    }
    if let Some(reason) = new.loss_reason {
        parties::check_reason_is_there(work.db(), workspace, reason, &mut problems).await?;
    }
    let contacts =
        parties::check_contacts(work.db(), workspace, &new.contacts, &BTreeMap::new(), &mut problems).await?;
    let (pipeline, stage) = match find_stage(work, new.pipeline, new.stage).await {
        Err(Error::Rejected(more)) => {
            problems.extend(more);
            // Without a pipeline there is no default currency; everything else about the amount can be
            // checked with any.
            if let Some(Err(more)) =
                new.amount.as_ref().map(|amount| read_money(amount, "EUR", None, "amount"))
            {
                problems.extend(more);
            }
            gather(
                &mut problems,
                check_custom(work, vault, EntityKind::Deal, id.0, "{}", &new.custom, true).await,
            )?;
            return Err(Error::Rejected(problems));
        }
        found => found?,
    };
    let loss_reason = match parties::check_reason(work.db(), &stage, new.loss_reason, None).await {
        Err(Error::Rejected(more)) => {
            problems.extend(more.into_iter().filter(|problem| problem.code != ProblemCode::NotFound));
            None
        }
        checked => checked?,
    };
    let money = match new.amount.as_ref().map(|amount| read_money(amount, &pipeline.currency, None, "amount"))
    {
        Some(Err(more)) => {
            problems.extend(more);
            None
        }
        Some(Ok(money)) => Some(money),
        None => None,
    };
    if !problems.is_empty() {
        gather(
            &mut problems,
            check_custom(work, vault, EntityKind::Deal, id.0, "{}", &new.custom, true).await,
        )?;
    }
    refuse(problems)?;
    let title = screen_title(work, vault, (id, contacts.keys().next().copied()), "", title).await?;
    let custom = set_custom(work, vault, EntityKind::Deal, id.0, "{}", &new.custom, true).await?;
    let mut fields = vec!["title".to_owned()];
    fields.extend(custom.changed);
    for (field, given) in [
        ("amount", money.is_some()),
        ("company", new.company.is_some()),
        ("owner", new.owner.is_some()),
        ("expected_close_on", expected_close_on.is_some()),
    ] {
        fields.extend(given.then(|| field.to_owned()));
    }
    let money = money.unwrap_or_else(|| Money { minor: 0, currency: current(&pipeline.currency) });
    let row = deal::Model {
        id,
        company_id: new.company,
        owner_id: new.owner,
        expected_close_on,
        loss_reason_id: loss_reason,
        custom: custom.custom,
        external_id,
        ..blank(work, title, &stage, money, source).await?
    };
    write(work, &row, &contacts, fields).await?;
    Ok(row)
}

/// Writes a validated deal with its contacts, history, provenance and journal entry.
pub(crate) async fn write(
    work: &mut Work,
    row: &deal::Model,
    contacts: &BTreeMap<ContactId, DealRole>,
    fields: Vec<String>,
) -> Result<()> {
    // Checked before, but another request may have used the same external id in the meantime.
    let once =
        OnConflict::columns([deal::Column::WorkspaceId, deal::Column::ExternalId]).do_nothing().to_owned();
    if deal::Entity::insert(row.clone().into_active_model())
        .on_conflict(once)
        .exec_without_returning(work.db())
        .await?
        == 0
    {
        return Err(Error::Rejected(vec![taken()]));
    }
    parties::add_contacts(work, row.id, contacts).await?;
    let entry = parties::entry_on("deal.created", row, contacts)
        .with("source", crate::platform::work::Fact::Word(row.source.clone()));
    let entry = match row.loss_reason_id {
        Some(reason) => entry.with("lossReason", reason),
        None => entry,
    };
    let entry = match row.owner_id {
        Some(owner) => entry.with("owner", owner),
        None => entry,
    };
    let entry = work.record(entry);
    history::enter(work, &[(row.id, entry)], row.stage_id).await?;
    trace(work, EntityKind::Deal, row.id.0, fields, trace_source(row), true, entry).await?;
    watch_length(work, row.stage_id, &row.rank)?;
    parties::index(work, row).await
}

/// A form version's id is more precise than `staff`.
fn trace_source(row: &deal::Model) -> &str {
    if row.source.starts_with("form_version_") || row.source == INTEGRATION { &row.source } else { STAFF }
}

/// The stage that a new deal starts in, locked, and its pipeline.
async fn find_stage(
    work: &Work,
    pipeline: Option<PipelineId>,
    stage: Option<StageId>,
) -> Result<(pipeline::Model, entity::stage::Model)> {
    let (db, workspace) = (work.db(), work.workspace());
    let (named, field) = match (stage, pipeline) {
        (Some(stage), _) => (Some(stage), "stageId"),
        (None, Some(id)) => {
            let found = pipeline::Entity::find_by_id((workspace, id)).one(db).await?;
            if found.is_none() {
                return Err(Error::Rejected(vec![missing("pipelineId")]));
            }
            (first_open_stage(db, workspace, id).await?.map(|stage| stage.id), "pipelineId")
        }
        (None, None) => {
            return Err(Error::rejected(
                ProblemCode::Required,
                "stageId",
                "Name a stage, or a pipeline whose first open stage it begins in.",
            ));
        }
    };
    let locked = lock_stages(db, workspace, named.into_iter().collect()).await?;
    let stage = takes_deals(locked.first(), field)?;
    let row = super::load_pipeline(db, workspace, stage.pipeline_id).await?;
    if pipeline.is_some_and(|named| named != row.id) {
        return Err(Error::rejected(
            ProblemCode::Invalid,
            "stageId",
            "This stage is of another pipeline: leave the pipeline out, or name its own.",
        ));
    }
    living(&row, field)?;
    Ok((row, stage))
}

/// A calendar day.
pub(super) fn read_date(problems: &mut Vec<Problem>, date: &str) -> Option<String> {
    if is_day(date) {
        return Some(date.to_owned());
    }
    problems.push(Problem::new(ProblemCode::Invalid, "expectedCloseOn", NO_DAY));
    None
}

fn read_source(problems: &mut Vec<Problem>, actor: Actor, given: Option<&str>) -> String {
    let Some(given) = given else {
        return if matches!(actor, Actor::ApiKey(..)) { INTEGRATION.to_owned() } else { STAFF.to_owned() };
    };
    let is_word = (1..=60).contains(&given.len())
        && given.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !is_word {
        let message = "Give one word of lower-case letters, digits and underscores, like `trade_fair`: it is counted and stands in the journal.";
        problems.push(Problem::new(ProblemCode::Invalid, "source", message));
    }
    given.to_owned()
}

/// An id in an external system, which no other deal may have.
pub(super) async fn read_external_id(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    given: &str,
    problems: &mut Vec<Problem>,
) -> Result<Option<String>> {
    if given.is_empty() || given.len() > 200 || given.chars().any(char::is_control) {
        problems.push(Problem::new(
            ProblemCode::Invalid,
            "externalId",
            "Use 1 to 200 bytes of text, without control characters.",
        ));
        return Ok(None);
    }
    let known = deal::Entity::find()
        .filter(deal::Column::WorkspaceId.eq(workspace))
        .filter(deal::Column::ExternalId.eq(given))
        .one(db)
        .await?;
    if known.is_some() {
        problems.push(taken());
    }
    Ok(Some(given.to_owned()))
}

fn taken() -> Problem {
    Problem::new(
        ProblemCode::Taken,
        "externalId",
        "Another deal has this id: use upsertDeal to change that one.",
    )
}
