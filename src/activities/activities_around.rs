//! Activities of contacts, companies or deals: one page for each, all in one statement.

use std::fmt::Write;

use entity::{ActivityId, CompanyId, ContactId, DealId, Time, WorkspaceId, activity, deal, from_row::Reader};
use uuid::Uuid;

use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        lists::PageRequest,
        query::{Query, columns_of},
    },
};

/// Position of an activity in a list, the newest first.
pub type ActivityPlace = (Time, ActivityId);

/// The record whose activities are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Around {
    /// A contact.
    Contact(ContactId),
    /// A company.
    Company(CompanyId),
    /// A deal.
    Deal(DealId),
}

impl Around {
    /// The column that references it.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::Contact(_) => "contact_id",
            Self::Company(_) => "company_id",
            Self::Deal(_) => "deal_id",
        }
    }

    /// Its id, whatever its type.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Contact(id) => id.0,
            Self::Company(id) => id.0,
            Self::Deal(id) => id.0,
        }
    }

    /// The record of the same type that an activity is linked to.
    #[must_use]
    pub fn of(self, row: &activity::Model) -> Option<Self> {
        match self {
            Self::Contact(_) => row.contact_id.map(Self::Contact),
            Self::Company(_) => row.company_id.map(Self::Company),
            Self::Deal(_) => row.deal_id.map(Self::Deal),
        }
    }
}

/// One page for each of these records, which all have the same type: at most `request.limit` rows each, in
/// the requested order. Archived activities are left out, and for whom may not open locked cards, those about
/// a contact whose processing is restricted. With `deals`, each comes with its deal.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn activities_around(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    around: &[Around],
    request: &PageRequest<ActivityPlace>,
    deals: bool,
) -> Result<Vec<(activity::Model, Option<deal::Model>)>> {
    let Some(column) = around.first().map(|first| first.column()) else { return Ok(Vec::new()) };
    let limit = i64::try_from(request.limit).unwrap_or(i64::MAX);
    let mut query = Query::default();
    let (own, limit) = (query.place(workspace), query.place(limit));
    let ids = query.places(around.iter().map(|one| one.uuid()));
    let mut wanted = format!("a.workspace_id = {own} AND a.{column} IN ({ids}) AND a.archived_at IS NULL");
    if allow(actor, Right::RestrictContacts).is_err() {
        let _ = write!(wanted, " AND NOT {}", about_a_locked_card("a"));
    }
    for (key, sign) in [(&request.after, '<'), (&request.before, '>')] {
        if let Some((at, id)) = *key {
            let (at, id) = (query.place(at), query.place(id));
            let _ = write!(wanted, " AND (a.occurred_at, a.id) {sign} ({at}, {id})");
        }
    }
    let run = if request.backward { "ASC" } else { "DESC" };
    // For one record the index returns the page; for many, it returns each record's rows and the page is cut
    // out of them.
    let (columns, join) = if deals {
        (
            format!("a.*, {}", columns_of::<deal::Model>("d")),
            " LEFT JOIN deal d ON d.workspace_id = a.workspace_id AND d.id = a.deal_id",
        )
    } else {
        ("a.*".to_owned(), "")
    };
    let text = if around.len() == 1 {
        format!(
            "SELECT {columns} FROM activity a{join} WHERE {wanted} ORDER BY a.occurred_at {run}, a.id {run} LIMIT {limit}"
        )
    } else {
        format!(
            "SELECT {columns} FROM (SELECT a.*, row_number() OVER (PARTITION BY a.{column} ORDER BY a.occurred_at {run}, a.id {run}) AS place
                FROM activity a WHERE {wanted}) AS a{join}
            WHERE place <= {limit} ORDER BY a.occurred_at {run}, a.id {run}"
        )
    };
    query.push(&text);
    let rows = query.rows(app.db()).await?;
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let (own, joined) = (Reader::new(first, "")?, deals.then(|| Reader::new(first, "d_")).transpose()?);
    let deal = |row| joined.as_ref().map_or(Ok(None), |joined| joined.read_optional(row));
    rows.iter().map(|row| Ok((own.read(row)?, deal(row)?))).collect()
}

/// The condition that an activity is about a contact whose processing is restricted (GDPR Art. 18).
pub(super) fn about_a_locked_card(activity: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM contact r WHERE r.workspace_id = {activity}.workspace_id AND r.id = {activity}.contact_id AND r.restricted_at IS NOT NULL)"
    )
}

/// Number of activities of each of these records, which all have the same type; archived ones are not
/// counted, nor those that `activities_around` leaves out.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_activities(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    around: &[Around],
) -> Result<Vec<(Uuid, i64)>> {
    let Some(column) = around.first().map(|first| first.column()) else { return Ok(Vec::new()) };
    let mut query = Query::new("SELECT a.");
    query.push(column).push(" AS id, count(*) AS n FROM activity a WHERE a.workspace_id = ").bind(workspace);
    query.push(" AND ").is_any(&format!("a.{column}"), around.iter().map(|one| one.uuid()));
    query.push(" AND a.archived_at IS NULL");
    if allow(actor, Right::RestrictContacts).is_err() {
        query.push(" AND NOT ").push(&about_a_locked_card("a"));
    }
    query.push(" GROUP BY a.").push(column);
    let rows = query.rows(app.db()).await?;
    rows.into_iter().map(|row| Ok((row.try_get::<ContactId>("", "id")?.0, row.try_get("", "n")?))).collect()
}
