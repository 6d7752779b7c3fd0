//! Finds consents by id. The id of a consent that a merge joined into another finds that other one.

use std::collections::HashMap;

use entity::{ConsentId, WorkspaceId, consent, consent_alias};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter};

use crate::{error::Result, platform::db::sql};

/// A consent by id, following merges.
///
/// # Errors
/// Database errors only.
pub async fn find_consent(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ConsentId,
) -> Result<Option<consent::Model>> {
    let text = "SELECT * FROM consent WHERE workspace_id = $1
        AND id = COALESCE((SELECT consent_id FROM consent_alias WHERE workspace_id = $1 AND old_id = $2), $2)";
    let row = db.query_one_raw(sql(db, text, [workspace.into(), id.into()])).await?;
    Ok(row.map(|row| consent::Model::from_query_result(&row, "")).transpose()?)
}

/// The consents with these ids, each under the id that was given.
///
/// # Errors
/// Database errors only.
pub async fn find_consents(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[ConsentId],
) -> Result<HashMap<ConsentId, consent::Model>> {
    let living = async |ids: Vec<ConsentId>| -> Result<HashMap<ConsentId, consent::Model>> {
        let rows = consent::Entity::find()
            .filter(consent::Column::WorkspaceId.eq(workspace))
            .filter(consent::Column::Id.is_in(ids))
            .all(db)
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    };
    let mut found = living(ids.to_vec()).await?;
    let missing: Vec<ConsentId> = ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
    if !missing.is_empty() {
        let aliases = consent_alias::Entity::find()
            .filter(consent_alias::Column::WorkspaceId.eq(workspace))
            .filter(consent_alias::Column::OldId.is_in(missing))
            .all(db)
            .await?;
        if !aliases.is_empty() {
            let others = living(aliases.iter().map(|alias| alias.consent_id).collect()).await?;
            found.extend(
                aliases
                    .into_iter()
                    .filter_map(|alias| Some((alias.old_id, others.get(&alias.consent_id)?.clone()))),
            );
        }
    }
    Ok(found)
}
