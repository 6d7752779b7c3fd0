//! What the person answers to the mail before the end, by the link in it. The link reads nothing and erases
//! nothing, because mails are forwarded: it keeps the contact by restarting the clock, or says that the end
//! may come as announced.

use entity::{
    ContactId, RetentionAnswer, RetentionClock, RetentionRuleId, WorkspaceId, contact, provenance,
    retention_notice, retention_rule,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, prelude::Uuid,
};

use crate::{
    app::App,
    consent::lock_person::{Nobody, lock_people},
    contacts::find_contact,
    error::{Error, Result},
    link_uses::Use,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
    records::provenance::MERGE,
};

/// Where somebody stands who opens the link.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The contact.
    pub contact: contact::Model,
    /// What was announced to them.
    pub notice: retention_notice::Model,
    /// Whether it will come like that: false once the clock moved, or the rule ends nothing any more.
    pub ends: bool,
}

/// Where the person behind the link stands. `None`: not one of our links, or they are no contact any more.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn find_standing(app: &App, token: &str) -> Result<Option<Standing>> {
    let Some((workspace, contact, rule)) = read_link(app, token) else { return Ok(None) };
    let Some(contact) = find_contact(app.db(), workspace, contact).await? else { return Ok(None) };
    standing(app.db(), contact, rule).await
}

/// The person answers. Twice is as once; whoever was told that they stay, stays.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn answer_notice(app: &App, token: &str, answer: RetentionAnswer) -> Result<Option<Standing>> {
    let Some((workspace, contact, rule)) = read_link(app, token) else { return Ok(None) };
    let mut work = app.begin(workspace, Actor::Contact(contact)).await?;
    let contact = match lock_people(&work, &[contact]).await {
        Ok(mut locked) => match locked.contacts.pop() {
            Some(contact) => contact,
            None => return Ok(None),
        },
        Err(Nobody::Is(_)) => return Ok(None),
        Err(Nobody::Fault(error)) => return Err(error),
    };
    // A link for a contact who was merged since applies to the survivor.
    work.act_as(Actor::Contact(contact.id));
    let Some(found) = standing(work.db(), contact, rule).await? else { return Ok(None) };
    if !found.ends || found.notice.answer == Some(answer) {
        return Ok(Some(found));
    }
    let Standing { mut contact, mut notice, .. } = found;
    note_answer(&work, &mut notice, answer).await?;
    let entry = |kind| Entry::new(kind).about(notice.contact_id).on(rule);
    let ends = match answer {
        RetentionAnswer::Stay => {
            let mut update = contact.into_active_model();
            update.last_contact_at = Set(Some(work.now()));
            contact = contact::Entity::update(update).exec(work.db()).await?;
            work.record(entry("retention.kept"));
            false
        }
        // A pressed button, but no wish to stay: the clock runs on.
        RetentionAnswer::Lapse => {
            work.record(entry("retention.lapsing").with("endsAt", notice.ends_at));
            true
        }
    };
    work.commit().await?;
    Ok(Some(Standing { contact, notice, ends }))
}

fn read_link(app: &App, token: &str) -> Option<(WorkspaceId, ContactId, RetentionRuleId)> {
    let link = app.vault.verify(Use::StayInTouch, token)?;
    let rule = <[u8; 16]>::try_from(link.extra.as_slice()).ok()?;
    Some((link.workspace, ContactId(link.row), RetentionRuleId(Uuid::from_bytes(rule))))
}

async fn standing(
    db: &impl ConnectionTrait,
    contact: contact::Model,
    rule: RetentionRuleId,
) -> Result<Option<Standing>> {
    let id = (contact.workspace_id, contact.id, rule);
    let Some(notice) = retention_notice::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let ends = is_current(db, &contact, &notice).await?;
    Ok(Some(Standing { contact, notice, ends }))
}

/// Whether a notice still says what will come: its rule applies, and the clock did not move.
pub(super) async fn is_current(
    db: &impl ConnectionTrait,
    contact: &contact::Model,
    notice: &retention_notice::Model,
) -> Result<bool> {
    let last_act = contact.last_contact_at.unwrap_or(contact.created_at);
    let rule = retention_rule::Entity::find_by_id((notice.workspace_id, notice.rule_id)).one(db).await?;
    let applies = |rule: &retention_rule::Model| {
        rule.archived_at.is_none() && rule.lifecycle == Some(contact.lifecycle)
    };
    let Some(rule) = rule.filter(applies) else { return Ok(false) };
    if last_act > notice.clock_at {
        return Ok(false);
    }
    if rule.clock != RetentionClock::RelationEnd {
        return Ok(true);
    }
    let changed = provenance::Entity::find()
        .filter(provenance::Column::WorkspaceId.eq(notice.workspace_id))
        .filter(provenance::Column::RowId.eq(contact.id.0))
        .filter(provenance::Column::Field.eq("lifecycle"))
        .filter(provenance::Column::Source.ne(MERGE))
        .filter(provenance::Column::At.gt(notice.clock_at));
    Ok(changed.count(db).await.map_err(Error::from)? == 0)
}

async fn note_answer(
    work: &Work,
    notice: &mut retention_notice::Model,
    answer: RetentionAnswer,
) -> Result<()> {
    let mut update = notice.clone().into_active_model();
    update.answer = Set(Some(answer));
    update.answered_at = Set(Some(work.now()));
    *notice = retention_notice::Entity::update(update).exec(work.db()).await?;
    Ok(())
}
