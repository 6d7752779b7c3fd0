//! Restricts lists to contacts who may be used for a purpose on a channel, and counts how many were left out
//! and why.
//!
//! Uses the SQL expression of `may_use`, so a list and the check of a single contact cannot disagree.

use std::{collections::BTreeMap, sync::Arc};

use entity::{Channel, PurposeId, WorkspaceId};

use super::may_use::{Usability, Use, named, place};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::ContactList,
    error::Result,
    platform::{actor::Actor, keyset::Rows, query::Query},
    records::Restriction,
};

/// A list restricted to contacts who may be used for a purpose on a channel.
#[derive(Clone)]
pub struct UsableList {
    /// The contacts who may be used.
    pub usable: ContactList,
    all: ContactList,
    wanted: Arc<Use>,
}

/// Restricts a list to contacts who may be used for this purpose on this channel now.
///
/// # Errors
/// `NotFound` when there is no such purpose.
pub async fn list_usable(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    list: ContactList,
    purpose: PurposeId,
    channel: Channel,
) -> Result<UsableList> {
    allow(actor, Right::ReadContacts)?;
    let wanted = Arc::new(Use::load(app, workspace, purpose, channel).await?);
    let (joined, asked) = (wanted.clone(), wanted.clone());
    let restriction = Restriction {
        joins: Arc::new(move |query| joined.write_joins(query)),
        condition: Arc::new(move |query| {
            query.push("(");
            asked.write_reason(query);
            query.push(") = 'USABLE'");
        }),
    };
    Ok(UsableList { usable: list.clone().only(restriction), all: list, wanted })
}

impl UsableList {
    /// How many contacts match the filter but may not be used, by reason, in the fixed order of reasons.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn withheld(&self, app: &App) -> Result<Vec<(Usability, i64)>> {
        let mut query = Query::new("SELECT reason, count(*) AS n FROM (SELECT ");
        self.wanted.write_reason(&mut query);
        query.push(" AS reason FROM contact c");
        self.wanted.write_joins(&mut query);
        query.push(" WHERE ");
        self.all.write_condition(&mut query);
        query.push(") AS asked WHERE reason <> 'USABLE' GROUP BY reason");
        let mut counts = BTreeMap::new();
        for row in query.rows(app.db()).await? {
            let reason = named(&row.try_get::<String>("", "reason")?)?;
            counts.insert(place(reason), (reason, row.try_get("", "n")?));
        }
        Ok(counts.into_values().collect())
    }
}
