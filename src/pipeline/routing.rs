//! Routing of a form's leads: as edited in the form's draft, and as frozen when it is published.

use entity::{MemberId, PipelineId, StageId, StageKind, WorkspaceId, member, pipeline, stage};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use super::{
    missing,
    parties::is_active,
    text::{MOST_NAME, line},
};
use crate::error::{Problem, ProblemCode, Result};

/// Maximum number of members in the rotation.
const MOST_MEMBERS: usize = 50;
/// Maximum number of tags.
const MOST_TAGS: usize = 20;
/// Replaced by the form's name in a title.
const PLACEHOLDER: &str = "{form}";

/// Who owns a lead's deal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OwnerRule {
    /// Nobody, until somebody takes it.
    #[default]
    None,
    /// The named member.
    Fixed,
    /// The named members in turn; members without access are skipped.
    RoundRobin,
    /// The owner of the contact's company, else of the contact, else the named members in turn.
    CompanyOwner,
}

/// Routing of a form's leads, as edited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Routing {
    /// The stage in which their deals start, of kind OPEN.
    pub stage_id: StageId,
    /// Who owns them.
    #[serde(default)]
    pub owner_rule: OwnerRule,
    /// The members that the rule uses.
    #[serde(default)]
    pub member_ids: Vec<MemberId>,
    /// Tags for the contacts.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Title of the deals, in which `{form}` stands for the form's name; empty = only the name.
    #[serde(default)]
    pub deal_title: String,
}

/// Routing as published. It is sealed with the submission, so later changes do not affect it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// The pipeline, in case the stage is gone by then.
    pub pipeline: PipelineId,
    /// The stage.
    pub stage: StageId,
    /// Who owns the deal.
    pub owner_rule: OwnerRule,
    /// The members that the rule uses.
    pub members: Vec<MemberId>,
    /// Tags for the contact.
    pub tags: Vec<String>,
    /// The deal's title.
    pub title: String,
}

/// Freezes a routing, or adds its errors to the problems.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn freeze_routing(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    routing: &Routing,
    form_name: &str,
    problems: &mut Vec<Problem>,
) -> Result<Option<Route>> {
    let before = problems.len();
    let found = stage::Entity::find_by_id((workspace, routing.stage_id)).one(db).await?;
    let pipeline = match &found {
        Some(stage) => pipeline::Entity::find_by_id((workspace, stage.pipeline_id)).one(db).await?,
        None => None,
    };
    match (&found, &pipeline) {
        (Some(stage), Some(pipeline)) => {
            if stage.archived_at.is_some() || pipeline.archived_at.is_some() || stage.kind != StageKind::Open
            {
                let message = "Leads begin in a stage of kind OPEN that takes deals: choose another.";
                problems.push(Problem::new(ProblemCode::WrongState, "routing.stageId", message));
            }
        }
        _ => problems.push(missing("routing.stageId")),
    }
    check_members(db, workspace, routing, problems).await?;
    if routing.tags.len() > MOST_TAGS {
        problems.push(Problem::new(ProblemCode::TooLong, "routing.tags", "Put at most 20 tags on a lead."));
    }
    let tags = routing
        .tags
        .iter()
        .take(MOST_TAGS)
        .enumerate()
        .map(|(at, tag)| line(problems, &format!("routing.tags.{at}"), tag, MOST_NAME))
        .collect();
    let title = if routing.deal_title.trim().is_empty() { PLACEHOLDER } else { &routing.deal_title };
    if title.replace(PLACEHOLDER, "").contains(['{', '}']) {
        let message = "Only {form} can be used in a title: what a person typed is never put into it.";
        problems.push(Problem::new(ProblemCode::Invalid, "routing.dealTitle", message));
    }
    let mut title =
        line(problems, "routing.dealTitle", title, MOST_NAME).replace(PLACEHOLDER, form_name.trim());
    if let Some((end, _)) = title.char_indices().nth(super::text::MOST_TITLE) {
        title.truncate(end);
    }
    Ok(pipeline.filter(|_| problems.len() == before).map(|pipeline| Route {
        pipeline: pipeline.id,
        stage: routing.stage_id,
        owner_rule: routing.owner_rule,
        members: routing.member_ids.clone(),
        tags,
        title,
    }))
}

async fn check_members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    routing: &Routing,
    problems: &mut Vec<Problem>,
) -> Result<()> {
    let mut wrong = |code, field: String, message: &str| problems.push(Problem::new(code, field, message));
    let count = routing.member_ids.len();
    match routing.owner_rule {
        OwnerRule::None if count > 0 => wrong(
            ProblemCode::Invalid,
            "routing.memberIds".to_owned(),
            "This rule names nobody: leave the members out.",
        ),
        OwnerRule::Fixed if count != 1 => wrong(
            ProblemCode::Invalid,
            "routing.memberIds".to_owned(),
            "Name the one member who owns these leads.",
        ),
        OwnerRule::RoundRobin if count == 0 => {
            wrong(ProblemCode::Required, "routing.memberIds".to_owned(), "Name the members who take turns.");
        }
        _ => {}
    }
    if count > MOST_MEMBERS {
        wrong(ProblemCode::TooLong, "routing.memberIds".to_owned(), "At most 50 members take turns.");
        return Ok(());
    }
    let rows = member::Entity::find()
        .filter(member::Column::WorkspaceId.eq(workspace))
        .filter(member::Column::Id.is_in(routing.member_ids.iter().copied()))
        .all(db)
        .await?;
    for (at, id) in routing.member_ids.iter().enumerate() {
        let field = format!("routing.memberIds.{at}");
        match rows.iter().find(|row| row.id == *id) {
            None => problems.push(missing(&field)),
            Some(row) if !is_active(row) => {
                problems.push(Problem::new(
                    ProblemCode::WrongState,
                    field,
                    "This member has no access: choose one who has joined and is active.",
                ));
            }
            Some(_) if routing.member_ids[..at].contains(id) => {
                problems.push(Problem::new(ProblemCode::Taken, field, "This member is named twice."));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
