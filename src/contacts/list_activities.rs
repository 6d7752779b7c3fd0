//! The newest activities of several contacts, in one statement.

use entity::{ContactId, WorkspaceId, activity};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

use super::contacts_of_companies::places;
use crate::{error::Result, platform::db::sql};

/// At most so many activities of each contact, newest first.
///
/// # Errors
/// Database errors only.
pub async fn newest_activities(db: &impl ConnectionTrait, workspace: WorkspaceId, contacts: &[ContactId], most: u64) -> Result<Vec<activity::Model>> {
    let mut values: Vec<Value> = vec![workspace.into(), i64::try_from(most).unwrap_or(i64::MAX).into()];
    let places = places(&mut values, contacts);
    let text = format!(
        "SELECT * FROM (SELECT a.*, row_number() OVER (PARTITION BY a.contact_id ORDER BY a.occurred_at DESC, a.id DESC) AS place
            FROM activity a WHERE a.workspace_id = $1 AND a.contact_id IN ({places})) AS ranked
        WHERE place <= $2 ORDER BY occurred_at DESC, id DESC"
    );
    Ok(activity::Model::find_by_statement(sql(db, &text, values)).all(db).await?)
}
