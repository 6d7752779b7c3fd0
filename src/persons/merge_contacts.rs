//! Merges two contacts who are the same person: consents are joined, everything else moves, and the other id
//! becomes an alias.
//! Consents are joined first; the other contact's row is absorbed last, when nothing else refers to it.

use entity::{
    ContactId, Time, WorkspaceId, art14_notice, basis, contact, disclosure, evidence, hold, mail,
    mailbox_proof, opt_in, package, pause, recipient_notice, request, restriction, transfer,
    transfer_authorisation,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Value,
};
use serde::Serialize;

use super::{absorb, hand_over_deals, repoint::repoint};
use crate::{
    accounts::{Right, allow},
    app::App,
    consent::{
        join::join_consents,
        lock_person::{Locked, Nobody, lock_people},
    },
    contacts::load_contact,
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        actor::Actor,
        db::sql,
        once::once,
        work::{Entry, Fact, Work},
    },
    records::locked_card,
};

/// Two contacts to merge, and their versions as the caller read them.
#[derive(Clone, Debug, Serialize)]
pub struct Merge {
    /// The contact to keep.
    pub survivor: ContactId,
    /// The contact to merge into the survivor; the id keeps finding the survivor.
    pub merged: ContactId,
    /// The survivor's version as it was read.
    pub expected_survivor_version: i32,
    /// The other contact's version as it was read.
    pub expected_merged_version: i32,
}

/// What the builder cannot say. `$1` is the workspace, `$2` the surviving contact, `$3` the other.
const BESIDE: [&str; 3] = [
    // Where a breach concerns both, the survivor's own row stays.
    "UPDATE breach_person SET contact_id = $2 WHERE workspace_id = $1 AND contact_id = $3
        AND breach_id NOT IN (SELECT breach_id FROM breach_person WHERE workspace_id = $1 AND contact_id = $2)",
    // Of two pauses the longer one stays.
    "DELETE FROM pause WHERE workspace_id = $1 AND contact_id = $3
        AND until <= (SELECT own.until FROM pause own WHERE own.workspace_id = $1 AND own.contact_id = $2)",
    "DELETE FROM pause WHERE workspace_id = $1 AND contact_id = $2
        AND EXISTS (SELECT 1 FROM pause other WHERE other.workspace_id = $1 AND other.contact_id = $3)",
];

/// Merges two contacts. Denials win, the proofs of both stay, the survivor's proven values stay, and values
/// that were dropped become a task for staff.
///
/// # Errors
/// `Rejected` for `survivorId`, `mergedId` or an outdated version; `Forbidden` without the right.
pub async fn merge_contacts(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    merge: &Merge,
    key: Option<&str>,
) -> Result<contact::Model> {
    allow(actor, Right::MergeContacts)?;
    let mut work = app.begin(workspace, actor).await?;
    if let Some(done) =
        once(&work, &app.vault, "mergeContacts", key, merge, &merge.survivor.to_string()).await?
    {
        let id = done.parse().map_err(|_| Error::internal("a remembered id does not read"))?;
        drop(work);
        return load_contact(app, workspace, id).await;
    }
    let (survivor, other) = lock_both(&work, merge).await?;
    let entry = Entry::new("contact.merged").about(survivor.id).on(other.id);
    // Recorded first, so that readers of the other contact's entries learn whom the rest is about.
    let entry = work.record(entry);
    join_consents(&mut work, survivor.id, other.id).await?;
    join_bases(&mut work, survivor.id, other.id).await?;
    move_rows(&work, survivor.id, other.id).await?;
    hand_over_deals(&work, survivor.id, other.id).await?;
    let absorbed = absorb(&mut work, survivor, other, entry).await?;
    if !(absorbed.taken.is_empty() && absorbed.differing.is_empty()) {
        let id = absorbed.contact.id;
        work.record(
            Entry::new("contact.updated")
                .about(id)
                .on(id)
                .with("fields", words(absorbed.taken))
                .with("differing", words(absorbed.differing)),
        );
    }
    work.commit().await?;
    Ok(absorbed.contact)
}

/// Moves the rows of other rooms that name the contact.
async fn move_rows(work: &Work, survivor: ContactId, other: ContactId) -> Result<()> {
    for text in BESIDE {
        let values = [Value::from(work.workspace()), survivor.into(), other.into()];
        work.db().execute_raw(sql(work.db(), text, values)).await?;
    }
    repoint!(
        work, other => survivor;
        // Past ones: who is restricted now is not merged.
        restriction.ContactId,
        evidence.ContactId,
        mail.ContactId,
        opt_in.ContactId,
        mailbox_proof.ContactId,
        request.ContactId,
        package.ContactId,
        transfer_authorisation.ContactId,
        transfer.ContactId,
        hold.ContactId,
        disclosure.ContactId,
        recipient_notice.ContactId,
        art14_notice.ContactId,
        pause.ContactId,
    );
    Ok(())
}

fn words(fields: Vec<String>) -> Fact {
    Fact::Many(fields.into_iter().map(Fact::Word).collect())
}

async fn lock_both(work: &Work, merge: &Merge) -> Result<(contact::Model, contact::Model)> {
    let Locked { contacts, .. } =
        lock_people(work, &[merge.survivor, merge.merged]).await.map_err(|error| match error {
            Nobody::Is(id) => Error::no_such(if id == merge.survivor { "survivorId" } else { "mergedId" }),
            Nobody::Fault(error) => error,
        })?;
    let [survivor, other]: [contact::Model; 2] = contacts.try_into().map_err(|_| Error::Conflict)?;
    if survivor.id == other.id {
        let message = "These are one contact already, perhaps since an earlier merge: name two.";
        return Err(Error::rejected(ProblemCode::Invalid, "mergedId", message));
    }
    let stale = |field| {
        Problem::new(
            ProblemCode::Stale,
            field,
            "Somebody changed this contact in the meantime: read both again, then merge.",
        )
    };
    let mut problems: Vec<Problem> = [(&survivor, "survivorId"), (&other, "mergedId")]
        .into_iter()
        .filter_map(|(row, field)| locked_card(row, field))
        .collect();
    if survivor.version != merge.expected_survivor_version {
        problems.push(stale("expectedSurvivorVersion"));
    }
    if other.version != merge.expected_merged_version {
        problems.push(stale("expectedMergedVersion"));
    }
    if problems.is_empty() { Ok((survivor, other)) } else { Err(Error::Rejected(problems)) }
}

/// A basis applies to the person as long as it applies to either contact: the longer one is kept, with the
/// earlier start.
async fn join_bases(work: &mut Work, survivor: ContactId, other: ContactId) -> Result<()> {
    let rows = basis::Entity::find()
        .filter(basis::Column::WorkspaceId.eq(work.workspace()))
        .filter(basis::Column::ContactId.is_in([survivor, other]))
        .all(work.db())
        .await?;
    let (mine, theirs): (Vec<basis::Model>, Vec<basis::Model>) =
        rows.into_iter().partition(|row| row.contact_id == survivor);
    for theirs in theirs {
        let (mut stays, mut goes) = (theirs, None);
        if let Some(mine) = mine.iter().find(|mine| mine.purpose_id == stays.purpose_id) {
            let longer = longer(stays.until, mine.until);
            goes = Some(if longer { mine.clone() } else { std::mem::replace(&mut stays, mine.clone()) });
        }
        let mut entry = Entry::new("basis.joined")
            .about(survivor)
            .on(stays.id)
            .with("purpose", stays.purpose_id)
            .with("other", other);
        if let Some(goes) = &goes {
            basis::Entity::delete_by_id((work.workspace(), goes.id)).exec(work.db()).await?;
            entry = entry.with("otherBasis", goes.id);
        }
        work.record(entry);
        let since = goes.map_or(stays.since, |goes| goes.since.min(stays.since));
        let mut update = stays.into_active_model();
        update.contact_id = Set(survivor);
        update.since = Set(since);
        basis::Entity::update(update).exec(work.db()).await?;
    }
    Ok(())
}

/// Whether the first ends later; without an end it never ends.
fn longer(one: Option<Time>, other: Option<Time>) -> bool {
    match (one, other) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(one), Some(other)) => one > other,
    }
}
