//! Merges one contact into another: addresses, tags, activities, provenance, keys and values move, then the
//! other's row is deleted and an alias remains. This is one part of a merge whose unit of work and locks
//! belong to the caller (`merge_contacts`). Rows of other rooms (consents, deals …) must have been moved
//! before: deleting the contact's row deletes what still refers to it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entity::{
    ContactId, EntityKind, EntryId, KeyOwner, Lifecycle, activity, company, contact, contact_address,
    contact_alias, data_key, field, field_value, provenance, sealed_value,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Value, sea_query::Expr,
};

use super::repoint::repoint;
use crate::{
    activities::report_differences::{About, report_differences},
    contacts::words::{index_contact, sort_name},
    error::{Error, ProblemCode, Result},
    fields::keys_not_told,
    platform::{db::sql, work::Work},
    records::provenance::{MERGE, trace},
    search,
};

/// The result of absorbing a contact.
pub struct Absorbed {
    /// The surviving contact.
    pub contact: contact::Model,
    /// Fields whose value was taken from the other contact.
    pub taken: Vec<String>,
    /// Fields where the other contact had a different value, which staff are told of.
    pub differing: Vec<String>,
}

/// What the builder cannot say. `$1` is the workspace, `$2` the surviving contact, `$3` the other.
const TAKEN_OVER: [&str; 4] = [
    // Texts that are held back; those written into the contact itself belong to the survivor's row now.
    "UPDATE quarantine SET contact_id = $2, row_id = CASE WHEN row_id = $3 THEN $2 ELSE row_id END
        WHERE workspace_id = $1 AND contact_id = $3",
    "INSERT INTO contact_tag (workspace_id, contact_id, tag_id, tagged_at) SELECT workspace_id, $2, tag_id, tagged_at FROM contact_tag
        WHERE workspace_id = $1 AND contact_id = $3 ON CONFLICT DO NOTHING",
    // Dismissed duplicates stay dismissed; the pair of these two is settled by the merge.
    "INSERT INTO duplicate_dismissal (workspace_id, low_id, high_id, dismissed_at, entry_id)
        SELECT workspace_id, CASE WHEN $2 < high_id THEN $2 ELSE high_id END, CASE WHEN $2 < high_id THEN high_id ELSE $2 END, dismissed_at, entry_id
        FROM duplicate_dismissal WHERE workspace_id = $1 AND low_id = $3 AND high_id <> $2 ON CONFLICT DO NOTHING",
    "INSERT INTO duplicate_dismissal (workspace_id, low_id, high_id, dismissed_at, entry_id)
        SELECT workspace_id, CASE WHEN $2 < low_id THEN $2 ELSE low_id END, CASE WHEN $2 < low_id THEN low_id ELSE $2 END, dismissed_at, entry_id
        FROM duplicate_dismissal WHERE workspace_id = $1 AND high_id = $3 AND low_id <> $2 ON CONFLICT DO NOTHING",
];

/// Moves everything of `other` to `survivor`; the caller has locked both. `entry` is the merge's journal
/// entry.
///
/// # Errors
/// `Rejected` when both hold a value of a field that is sealed, or that not all staff may read: neither may
/// be dropped unseen.
pub async fn absorb(
    work: &mut Work,
    survivor: contact::Model,
    other: contact::Model,
    entry: EntryId,
) -> Result<Absorbed> {
    refuse_two_sealed_values(work, survivor.id, other.id).await?;
    let (mine, theirs) =
        (newest_provenance(work, survivor.id).await?, newest_provenance(work, other.id).await?);
    let mut choice = Choice { mine: &mine, theirs: &theirs, taken: Vec::new(), differing: Vec::new() };
    let mut row = survivor.clone();
    choose_built_in(&mut choice, &mut row, &other);
    if let (Some(mine), Some(theirs)) = (survivor.company_id, other.company_id)
        && mine != theirs
        && let Some(company) = company::Entity::find_by_id((work.workspace(), theirs)).one(work.db()).await?
    {
        choice.differing.push(Differing {
            field: "company".to_owned(),
            label: "Company".to_owned(),
            value: company.name,
        });
    }
    let keys = choose_custom(&mut choice, &mut row, &other)?;
    // All staff read tasks, so the value of a field that not everybody may read cannot go into one, and there
    // is no other place for it.
    let not_told = keys_not_told(work.db(), work.workspace(), EntityKind::Contact).await?;
    let mut lost: Vec<&str> =
        choice.differing.iter().filter_map(|one| one.field.strip_prefix("custom.")).collect();
    lost.retain(|key| not_told.contains(*key));
    if !lost.is_empty() {
        lost.sort_unstable();
        let keys = lost.join(", ");
        let message = format!(
            "Both contacts hold a value in a field that not everybody may read ({keys}): clear the one that is wrong, then merge."
        );
        return Err(Error::rejected(ProblemCode::WrongState, "mergedId", message));
    }
    let Choice { taken, differing, .. } = choice;
    move_custom(work, survivor.id, other.id, &keys).await?;
    move_rows(work, survivor.id, other.id).await?;
    leave_alias(work, &row, &other, entry).await?;
    row.external_id = row.external_id.or_else(|| other.external_id.clone());
    row.primary_address_id = row.primary_address_id.or(other.primary_address_id);
    row.sort_name = sort_name(&row.given_name, &row.family_name);
    row.version += 1;
    row.updated_at = work.now();
    row.created_at = row.created_at.min(other.created_at);
    row.last_contact_at = row.last_contact_at.max(other.last_contact_at);
    // Restriction (GDPR Art. 18) and information (Art. 14) are rights of the person: either contact's claim
    // is kept.
    row.restricted_at = earlier(row.restricted_at, other.restricted_at);
    row.art14_due_at = earlier(row.art14_due_at, other.art14_due_at);
    // A merge never archives: if one of the two is in the lists, so is the survivor.
    row.archived_at = row.archived_at.and(other.archived_at);
    contact::Entity::update(row.clone().into_active_model().reset_all()).exec(work.db()).await?;
    note_provenance(work, &row, &mine, &theirs, &taken, entry).await?;
    let differing = tell_staff(work, survivor.id, differing).await?;
    search::forget(work, EntityKind::Contact, other.id.0).await?;
    index_contact(work, &row).await?;
    Ok(Absorbed { contact: row, taken, differing })
}

/// By field: whether its newest value is proven.
type Proven = HashMap<String, bool>;

/// Which values stay and which are taken over, field by field.
struct Choice<'a> {
    mine: &'a Proven,
    theirs: &'a Proven,
    taken: Vec<String>,
    differing: Vec<Differing>,
}

/// A value that was not kept.
struct Differing {
    field: String,
    label: String,
    value: String,
}

impl Choice<'_> {
    /// Empty values are filled in, a proven value replaces an unproven one, and any other difference is left
    /// to staff.
    fn text(&mut self, field: &str, label: &str, mine: &mut String, theirs: &str) {
        if theirs.is_empty() || *mine == theirs {
            return;
        }
        let proven = |side: &Proven| side.get(field).copied().unwrap_or(false);
        let lost = if mine.is_empty() || (proven(self.theirs) && !proven(self.mine)) {
            self.taken.push(field.to_owned());
            std::mem::replace(mine, theirs.to_owned())
        } else {
            theirs.to_owned()
        };
        if !lost.is_empty() {
            self.differing.push(Differing { field: field.to_owned(), label: label.to_owned(), value: lost });
        }
    }

    fn id<T: Copy>(&mut self, field: &str, mine: &mut Option<T>, theirs: Option<T>) {
        if mine.is_none() && theirs.is_some() {
            *mine = theirs;
            self.taken.push(field.to_owned());
        }
    }
}

fn choose_built_in(choice: &mut Choice<'_>, row: &mut contact::Model, other: &contact::Model) {
    choice.text("given_name", "Given name", &mut row.given_name, &other.given_name);
    choice.text("family_name", "Family name", &mut row.family_name, &other.family_name);
    choice.text("phone", "Phone", &mut row.phone, &other.phone);
    choice.text("job_title", "Job title", &mut row.job_title, &other.job_title);
    choice.text("company_name", "Company, as they wrote it", &mut row.company_name, &other.company_name);
    choice.text("postal_address", "Postal address", &mut row.postal_address, &other.postal_address);
    choice.id("company", &mut row.company_id, other.company_id);
    choice.id("owner", &mut row.owner_id, other.owner_id);
    // PROSPECT is the default, so any other value says more.
    if row.lifecycle == Lifecycle::Prospect && other.lifecycle != Lifecycle::Prospect {
        row.lifecycle = other.lifecycle;
        choice.taken.push("lifecycle".to_owned());
    }
}

/// Chooses custom values, key by key. Returns the keys whose value is taken over.
fn choose_custom(
    choice: &mut Choice<'_>,
    row: &mut contact::Model,
    other: &contact::Model,
) -> Result<Vec<String>> {
    let mut mine: BTreeMap<String, String> = serde_json::from_str(&row.custom)?;
    let theirs: BTreeMap<String, String> = serde_json::from_str(&other.custom)?;
    let before = choice.taken.len();
    for (key, value) in theirs {
        choice.text(&format!("custom.{key}"), &key, mine.entry(key.clone()).or_default(), &value);
    }
    mine.retain(|_, value| !value.is_empty());
    row.custom = serde_json::to_string(&mine)?;
    Ok(choice.taken[before..]
        .iter()
        .filter_map(|field| field.strip_prefix("custom."))
        .map(str::to_owned)
        .collect())
}

/// Moves what belongs to the other by its id alone, then deletes the other's row.
async fn move_rows(work: &Work, survivor: ContactId, other: ContactId) -> Result<()> {
    repoint!(work, other => survivor; contact_address.ContactId, activity.ContactId, contact_alias.ContactId);
    repoint!(work, other.0 => survivor.0; provenance.RowId, sealed_value.RowId);
    data_key::Entity::update_many()
        .col_expr(data_key::Column::OwnerId, Expr::value(survivor.0))
        .filter(data_key::Column::WorkspaceId.eq(work.workspace()))
        .filter(data_key::Column::OwnerKind.eq(KeyOwner::Contact))
        .filter(data_key::Column::OwnerId.eq(other.0))
        .exec(work.db())
        .await?;
    for text in TAKEN_OVER {
        let values = [Value::from(work.workspace()), survivor.into(), other.into()];
        work.db().execute_raw(sql(work.db(), text, values)).await?;
    }
    contact::Entity::delete_by_id((work.workspace(), other)).exec(work.db()).await?;
    Ok(())
}

/// Moves `field_value` rows as `custom` was chosen: of a field's two rows one is kept.
async fn move_custom(work: &Work, survivor: ContactId, other: ContactId, taken: &[String]) -> Result<()> {
    let (db, workspace) = (work.db(), work.workspace());
    let of = |contact: ContactId| {
        let own = field_value::Column::WorkspaceId.eq(workspace);
        Condition::all().add(own).add(field_value::Column::RowId.eq(contact.0))
    };
    if !taken.is_empty() {
        let fields = field::Entity::find()
            .select_only()
            .column(field::Column::Id)
            .filter(field::Column::WorkspaceId.eq(workspace))
            .filter(field::Column::Entity.eq(EntityKind::Contact))
            .filter(field::Column::Key.is_in(taken))
            .into_query();
        let these = || field_value::Column::FieldId.in_subquery(fields.clone());
        field_value::Entity::delete_many().filter(of(survivor)).filter(these()).exec(db).await?;
        field_value::Entity::update_many()
            .col_expr(field_value::Column::RowId, Expr::value(survivor.0))
            .filter(of(other))
            .filter(these())
            .exec(db)
            .await?;
    }
    field_value::Entity::delete_many().filter(of(other)).exec(db).await?;
    Ok(())
}

/// Two sealed values cannot be shown to staff side by side, and a bank account must not get lost.
async fn refuse_two_sealed_values(work: &Work, survivor: ContactId, other: ContactId) -> Result<()> {
    let text =
        "SELECT f.key AS key FROM sealed_value s JOIN sealed_value o ON o.workspace_id = s.workspace_id AND o.field_id = s.field_id AND o.row_id = $3
        JOIN field f ON f.workspace_id = s.workspace_id AND f.id = s.field_id WHERE s.workspace_id = $1 AND s.row_id = $2 ORDER BY f.key";
    let rows = work
        .db()
        .query_all_raw(sql(work.db(), text, [work.workspace().into(), survivor.into(), other.into()]))
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let keys =
        rows.iter().map(|row| row.try_get::<String>("", "key")).collect::<Result<Vec<_>, _>>()?.join(", ");
    let message = format!(
        "Both contacts hold a sealed value in the same field ({keys}): clear the one that is wrong, then merge."
    );
    Err(Error::rejected(ProblemCode::WrongState, "mergedId", message))
}

async fn newest_provenance(work: &Work, contact: ContactId) -> Result<Proven> {
    let rows = provenance::Entity::find()
        .filter(provenance::Column::WorkspaceId.eq(work.workspace()))
        .filter(provenance::Column::RowId.eq(contact.0))
        .order_by_asc(provenance::Column::Id)
        .all(work.db())
        .await?;
    Ok(rows.into_iter().map(|row| (row.field, row.proven)).collect())
}

/// Both histories now belong to one row. A field's last provenance must describe its current value, so the
/// merge records its choice wherever the other contact had a value.
async fn note_provenance(
    work: &Work,
    row: &contact::Model,
    mine: &Proven,
    theirs: &Proven,
    taken: &[String],
    entry: EntryId,
) -> Result<()> {
    let mut fields: BTreeSet<&String> = theirs.keys().filter(|field| mine.contains_key(*field)).collect();
    fields.extend(taken);
    let (mut proven, mut unproven) = (Vec::new(), Vec::new());
    for field in fields {
        let side = if taken.contains(field) { theirs } else { mine };
        if side.get(field).copied().unwrap_or(false) {
            proven.push(field.clone());
        } else {
            unproven.push(field.clone());
        }
    }
    for (fields, proven) in [(proven, true), (unproven, false)] {
        if !fields.is_empty() {
            trace(work, EntityKind::Contact, row.id.0, fields, MERGE, proven, entry).await?;
        }
    }
    Ok(())
}

async fn leave_alias(
    work: &Work,
    row: &contact::Model,
    other: &contact::Model,
    entry: EntryId,
) -> Result<()> {
    let alias = contact_alias::ActiveModel {
        workspace_id: Set(work.workspace()),
        old_id: Set(other.id),
        contact_id: Set(row.id),
        external_id: Set(other.external_id.clone().filter(|_| row.external_id.is_some())),
        merged_at: Set(work.now()),
        entry_id: Set(entry),
    };
    contact_alias::Entity::insert(alias).exec_without_returning(work.db()).await?;
    Ok(())
}

/// Creates a task with the values that were not kept. Returns their fields.
async fn tell_staff(work: &mut Work, contact: ContactId, differing: Vec<Differing>) -> Result<Vec<String>> {
    let lines: Vec<String> = differing.iter().map(|one| format!("{}: {}", one.label, one.value)).collect();
    report_differences(
        work,
        About::Contact(contact),
        "Two contacts were merged. These values were not kept.",
        &lines,
    )
    .await?;
    Ok(differing.into_iter().map(|one| one.field).collect())
}

fn earlier<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
