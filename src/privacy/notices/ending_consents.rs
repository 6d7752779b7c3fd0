//! Finds consents that are about to end, where their purpose's rule says that people are told of it
//! (`Purpose.warnDays`): one mail per person for all that a run finds. What is found is marked with the end that
//! is told, so a second run finds nothing; a consent given anew has another end.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::{ConsentId, ContactId, WorkspaceId, purpose};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::ending_mail::SendConsentEnding;
use crate::{
    app::App,
    consent::mark_end_told,
    error::Result,
    platform::{actor::Actor, query::Query},
};

/// Consents per run.
const BATCH: usize = 200;

/// A consent whose person is to be told.
struct Ending {
    workspace: WorkspaceId,
    contact: ContactId,
    consent: ConsentId,
}

/// Queues a batch of mails. Returns whether there may be more.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn tell_of_ends(app: &App) -> Result<bool> {
    let mut found = find_ending(app).await?;
    let more = found.len() == BATCH;
    if more && let Some(last) = found.last().map(|row| row.contact) {
        // The batch may end in the middle of a person, who comes whole with the next one.
        let whole = found.iter().take_while(|row| row.contact != last).count();
        found.truncate(if whole == 0 { BATCH } else { whole });
    }
    let mut by_workspace: BTreeMap<WorkspaceId, Vec<ConsentId>> = BTreeMap::new();
    for row in found {
        by_workspace.entry(row.workspace).or_default().push(row.consent);
    }
    for (workspace, consents) in by_workspace {
        let mut work = app.begin(workspace, Actor::System).await?;
        let mut people: BTreeMap<ContactId, Vec<ConsentId>> = BTreeMap::new();
        for (consent, contact) in mark_end_told(&work, &consents).await? {
            people.entry(contact).or_default().push(consent);
        }
        for (contact, consents) in people {
            work.enqueue(&SendConsentEnding { workspace, contact, consents })?;
        }
        work.commit().await?;
    }
    Ok(more)
}

/// Consents that end within the days of their purpose's rule, whose person can be told and was not, person by
/// person. Only such as hold now: there is nothing to tell of one that may not be used, and during a pause the
/// person wants no mail.
async fn find_ending(app: &App) -> Result<Vec<Ending>> {
    let rules: Vec<i32> = purpose::Entity::find()
        .select_only()
        .column(purpose::Column::WarnDays)
        .distinct()
        .filter(purpose::Column::WarnDays.is_not_null())
        .filter(purpose::Column::ArchivedAt.is_null())
        .into_tuple()
        .all(app.db())
        .await?;
    let (now, Some(longest)) = (app.now(), rules.iter().max()) else { return Ok(Vec::new()) };
    let end = |days: i32| now + TimeDelta::days(days.into());
    let mut query = Query::new(
        "SELECT k.workspace_id AS workspace, k.contact_id AS contact, k.id AS consent FROM consent k
        JOIN purpose p ON p.workspace_id = k.workspace_id AND p.id = k.purpose_id
        JOIN contact c ON c.workspace_id = k.workspace_id AND c.id = k.contact_id
        JOIN contact_address a ON a.workspace_id = c.workspace_id AND a.id = c.primary_address_id
        WHERE k.state = 'GIVEN' AND k.expires_at > ",
    );
    let at = query.place(now);
    query.push(&at).push(" AND k.expires_at <= ").bind(end(*longest));
    for (n, days) in rules.iter().enumerate() {
        query.push(if n == 0 { " AND (" } else { " OR " });
        query.push("(p.warn_days = ").bind(*days).push(" AND k.expires_at <= ").bind(end(*days)).push(")");
    }
    query.push(&format!(
        ") AND p.archived_at IS NULL AND (k.told_end IS NULL OR k.told_end <> k.expires_at)
        AND c.restricted_at IS NULL AND a.id = k.address_id AND a.verified_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM pause z WHERE z.workspace_id = c.workspace_id AND z.contact_id = c.id
            AND z.until > {at})
        AND NOT EXISTS (SELECT 1 FROM mailbox m WHERE m.workspace_id = a.workspace_id
            AND m.fingerprint = a.fingerprint AND (m.bounced_until > {at} OR m.declined_until > {at}))
        AND NOT EXISTS (SELECT 1 FROM suppression s JOIN contact_address x ON x.workspace_id = s.workspace_id
                AND x.fingerprint = s.fingerprint
            WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id
            AND (s.scope IN ('ALL', 'MARKETING') OR s.reason = 'COMPLAINT'))
        ORDER BY k.workspace_id, k.contact_id, k.id LIMIT {BATCH}"
    ));
    let rows = query.rows(app.db()).await?;
    rows.iter()
        .map(|row| {
            Ok(Ending {
                workspace: row.try_get("", "workspace")?,
                contact: row.try_get("", "contact")?,
                consent: row.try_get("", "consent")?,
            })
        })
        .collect()
}
