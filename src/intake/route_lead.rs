//! A lead from a form becomes a deal, in the unit of work that confirms the address, or at once if the form
//! has another legal basis than consent. No later change to the workspace can make the confirmation fail: a
//! stage that is gone is replaced by the first open one of its pipeline, and if that is impossible, staff get
//! a task.

use std::collections::BTreeMap;

use entity::{
    ActivityKind, ContactId, DealId, DealRole, FormId, FormVersionId, MemberId, StageKind, company, contact,
    deal, deal_contact, form_version, member, pipeline, stage,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    activities::{Notice, tell_staff},
    contacts::put_tags,
    error::{Error, Result},
    pipeline::{
        blank::blank,
        column::lock_stages,
        create_deal::write,
        create_pipeline::first_open_stage,
        parties::is_active,
        routing::{OwnerRule, Route},
    },
    platform::{
        db::sql,
        money::{Money, current},
        work::Work,
    },
};

/// A person who came in through a form.
#[derive(Clone, Copy, Debug)]
pub struct Lead {
    /// The person's contact.
    pub contact: ContactId,
    /// The form.
    pub form: FormId,
    /// Its published version.
    pub form_version: FormVersionId,
    /// Whether the contact may be tagged: only if the mailbox confirmed, or the contact is new.
    pub may_tag: bool,
}

/// Creates a deal from a lead. If the contact already has an open deal from this form, that deal gets a note
/// instead.
///
/// # Errors
/// Database errors only.
pub async fn route_lead(work: &mut Work, lead: &Lead, route: &Route) -> Result<Option<DealId>> {
    if lead.may_tag {
        put_tags(work, lead.contact, &route.tags).await?;
    }
    if let Some(open) = open_deal(work, lead).await? {
        let subject = "The form was sent again while this deal is open.";
        tell_staff(
            work,
            Notice {
                contact: lead.contact,
                deal: Some(open),
                kind: ActivityKind::Note,
                subject,
                body: String::new(),
            },
        )
        .await?;
        return Ok(Some(open));
    }
    let Some((stage, currency)) = find_stage(work, route).await? else {
        let subject = "A lead came in, but its pipeline is archived: create the deal by hand, and choose another stage in the form.";
        tell_staff(
            work,
            Notice {
                contact: lead.contact,
                deal: None,
                kind: ActivityKind::Task,
                subject,
                body: String::new(),
            },
        )
        .await?;
        return Ok(None);
    };
    let person = contact::Entity::find_by_id((work.workspace(), lead.contact))
        .one(work.db())
        .await?
        .ok_or(Error::NotFound)?;
    let owner = find_owner(work, lead, route, &person).await?;
    let company = match person.company_id {
        Some(id) => company::Entity::find_by_id((work.workspace(), id))
            .one(work.db())
            .await?
            .filter(|row| row.archived_at.is_none()),
        None => None,
    };
    let money = Money { minor: 0, currency: current(&currency) };
    let row = deal::Model {
        company_id: company.map(|row| row.id),
        owner_id: owner,
        ..blank(work, route.title.clone(), &stage, money, lead.form_version.to_string()).await?
    };
    let mut fields = vec!["title".to_owned()];
    fields.extend(row.company_id.map(|_| "company".to_owned()));
    fields.extend(row.owner_id.map(|_| "owner".to_owned()));
    write(work, &row, &BTreeMap::from([(lead.contact, DealRole::Other)]), fields).await?;
    if owner.is_none() && matches!(route.owner_rule, OwnerRule::Fixed | OwnerRule::RoundRobin) {
        let subject = "A lead came in, but no member in its form's routing has access: give the deal an owner, and update the form.";
        tell_staff(
            work,
            Notice {
                contact: lead.contact,
                deal: Some(row.id),
                kind: ActivityKind::Task,
                subject,
                body: String::new(),
            },
        )
        .await?;
    }
    Ok(Some(row.id))
}

/// The contact's newest open deal from this form, in any version.
async fn open_deal(work: &Work, lead: &Lead) -> Result<Option<DealId>> {
    let versions: Vec<FormVersionId> = form_version::Entity::find()
        .select_only()
        .column(form_version::Column::Id)
        .filter(form_version::Column::WorkspaceId.eq(work.workspace()))
        .filter(form_version::Column::FormId.eq(lead.form))
        .into_tuple()
        .all(work.db())
        .await?;
    let deals: Vec<DealId> = deal_contact::Entity::find()
        .select_only()
        .column(deal_contact::Column::DealId)
        .filter(deal_contact::Column::WorkspaceId.eq(work.workspace()))
        .filter(deal_contact::Column::ContactId.eq(lead.contact))
        .into_tuple()
        .all(work.db())
        .await?;
    let open = deal::Entity::find()
        .filter(deal::Column::WorkspaceId.eq(work.workspace()))
        .filter(deal::Column::Id.is_in(deals))
        .filter(deal::Column::Source.is_in(versions.iter().map(FormVersionId::to_string)))
        .filter(deal::Column::ClosedAt.is_null())
        .filter(deal::Column::ArchivedAt.is_null())
        .order_by_desc(deal::Column::Id);
    Ok(open.one(work.db()).await?.map(|deal| deal.id))
}

/// The lead's stage, locked, and its pipeline's currency; none when the pipeline accepts no more deals.
async fn find_stage(work: &Work, route: &Route) -> Result<Option<(stage::Model, String)>> {
    let (db, workspace) = (work.db(), work.workspace());
    let Some(pipeline) = pipeline::Entity::find_by_id((workspace, route.pipeline))
        .one(db)
        .await?
        .filter(|row| row.archived_at.is_none())
    else {
        return Ok(None);
    };
    let takes = |stage: &stage::Model| {
        stage.archived_at.is_none() && stage.kind == StageKind::Open && stage.pipeline_id == pipeline.id
    };
    if let Some(stage) = lock_stages(db, workspace, vec![route.stage]).await?.pop().filter(takes) {
        return Ok(Some((stage, pipeline.currency)));
    }
    let Some(first) = first_open_stage(db, workspace, route.pipeline).await? else { return Ok(None) };
    let locked = lock_stages(db, workspace, vec![first.id]).await?.pop().filter(takes);
    Ok(locked.map(|stage| (stage, pipeline.currency)))
}

async fn find_owner(
    work: &Work,
    lead: &Lead,
    route: &Route,
    person: &contact::Model,
) -> Result<Option<MemberId>> {
    match route.owner_rule {
        OwnerRule::None => Ok(None),
        OwnerRule::Fixed => Ok(active(work, &route.members).await?.first().copied()),
        OwnerRule::RoundRobin => whose_turn(work, lead, &route.members).await,
        OwnerRule::CompanyOwner => {
            let company = match person.company_id {
                Some(id) => company::Entity::find_by_id((work.workspace(), id)).one(work.db()).await?,
                None => None,
            };
            let owners: Vec<MemberId> =
                company.and_then(|row| row.owner_id).into_iter().chain(person.owner_id).collect();
            match active(work, &owners).await?.first() {
                Some(owner) => Ok(Some(*owner)),
                None => whose_turn(work, lead, &route.members).await,
            }
        }
    }
}

/// The members who have access, in the given order.
async fn active(work: &Work, members: &[MemberId]) -> Result<Vec<MemberId>> {
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let rows = member::Entity::find()
        .filter(member::Column::WorkspaceId.eq(work.workspace()))
        .filter(member::Column::Id.is_in(members.iter().copied()))
        .all(work.db())
        .await?;
    Ok(members.iter().copied().filter(|id| rows.iter().any(|row| row.id == *id && is_active(row))).collect())
}

/// The next member in turn. The counter's row is locked until the lead is written, so two concurrent leads go
/// to two members.
async fn whose_turn(work: &Work, lead: &Lead, members: &[MemberId]) -> Result<Option<MemberId>> {
    let members = active(work, members).await?;
    let Ok(count) = i64::try_from(members.len()) else { return Ok(None) };
    if count == 0 {
        return Ok(None);
    }
    let text = "INSERT INTO lead_turn (workspace_id, form_id, turn) VALUES ($1, $2, 1)
        ON CONFLICT (workspace_id, form_id) DO UPDATE SET turn = lead_turn.turn + 1 RETURNING turn";
    let row =
        work.db().query_one_raw(sql(work.db(), text, [work.workspace().into(), lead.form.into()])).await?;
    let turn: i64 = row.ok_or_else(|| Error::internal("a counter returned nothing"))?.try_get_by_index(0)?;
    Ok(usize::try_from((turn - 1).rem_euclid(count)).ok().and_then(|at| members.get(at)).copied())
}
