//! Activities around contacts, companies or deals: one page for each of them, in one statement for all.

use std::fmt::Write;

use entity::{ActivityId, CompanyId, ContactId, DealId, Time, WorkspaceId, activity, deal, from_row::Reader};
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use crate::{
    app::App,
    error::Result,
    platform::{db::sql, lists::PageRequest, query::columns_of},
};

/// Where an activity stands in a list: the newest first.
pub type ActivityPlace = (Time, ActivityId);

/// What an activity can be about.
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
    /// The column that names it.
    #[must_use]
    pub fn column(self) -> &'static str {
        match self {
            Self::Contact(_) => "contact_id",
            Self::Company(_) => "company_id",
            Self::Deal(_) => "deal_id",
        }
    }

    /// Its id, whatever it is.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Contact(id) => id.0,
            Self::Company(id) => id.0,
            Self::Deal(id) => id.0,
        }
    }

    /// What of the same kind an activity is about.
    #[must_use]
    pub fn of(self, row: &activity::Model) -> Option<Self> {
        match self {
            Self::Contact(_) => row.contact_id.map(Self::Contact),
            Self::Company(_) => row.company_id.map(Self::Company),
            Self::Deal(_) => row.deal_id.map(Self::Deal),
        }
    }
}

/// One page around each of these, which are of one kind: at most `request.limit` rows each, in the order that was asked for.
/// Archived ones are left out. Each with its deal, if `deals` are asked for.
///
/// # Errors
/// `Busy` when the database is away.
pub async fn activities_around(
    app: &App,
    workspace: WorkspaceId,
    around: &[Around],
    request: &PageRequest<ActivityPlace>,
    deals: bool,
) -> Result<Vec<(activity::Model, Option<deal::Model>)>> {
    let Some(column) = around.first().map(|first| first.column()) else { return Ok(Vec::new()) };
    let limit = i64::try_from(request.limit).unwrap_or(i64::MAX);
    let mut values: Vec<Value> = vec![workspace.into(), limit.into()];
    let mut wanted = format!(
        "a.workspace_id = $1 AND a.{column} IN ({}) AND a.archived_at IS NULL",
        places(&mut values, around)
    );
    for (key, sign) in [(&request.after, '<'), (&request.before, '>')] {
        if let Some((at, id)) = *key {
            values.extend([at.into(), id.into()]);
            let _ = write!(
                wanted,
                " AND (a.occurred_at, a.id) {sign} (${}, ${})",
                values.len() - 1,
                values.len()
            );
        }
    }
    let run = if request.backward { "ASC" } else { "DESC" };
    // For one, the index gives the page; for many, it gives each one's rows and the page is cut out of them.
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
            "SELECT {columns} FROM activity a{join} WHERE {wanted} ORDER BY a.occurred_at {run}, a.id {run} LIMIT $2"
        )
    } else {
        format!(
            "SELECT {columns} FROM (SELECT a.*, row_number() OVER (PARTITION BY a.{column} ORDER BY a.occurred_at {run}, a.id {run}) AS place
                FROM activity a WHERE {wanted}) AS a{join}
            WHERE place <= $2 ORDER BY a.occurred_at {run}, a.id {run}"
        )
    };
    let rows = app.db().query_all_raw(sql(app.db(), &text, values)).await?;
    let Some(first) = rows.first() else { return Ok(Vec::new()) };
    let (own, joined) = (Reader::new(first, "")?, deals.then(|| Reader::new(first, "d_")).transpose()?);
    let deal = |row| joined.as_ref().map_or(Ok(None), |joined| joined.read_optional(row));
    rows.iter().map(|row| Ok((own.read(row)?, deal(row)?))).collect()
}

/// How many there are around each of these, which are of one kind; archived ones are not counted.
///
/// # Errors
/// `Busy` when the database is away.
pub async fn count_activities(
    app: &App,
    workspace: WorkspaceId,
    around: &[Around],
) -> Result<Vec<(Uuid, i64)>> {
    let Some(column) = around.first().map(|first| first.column()) else { return Ok(Vec::new()) };
    let mut values: Vec<Value> = vec![workspace.into()];
    let text = format!(
        "SELECT {column} AS id, count(*) AS n FROM activity
        WHERE workspace_id = $1 AND {column} IN ({}) AND archived_at IS NULL GROUP BY {column}",
        places(&mut values, around)
    );
    let rows = app.db().query_all_raw(sql(app.db(), &text, values)).await?;
    rows.into_iter().map(|row| Ok((row.try_get::<ContactId>("", "id")?.0, row.try_get("", "n")?))).collect()
}

/// `$3,$4 …` for the ids, which are added to the values.
fn places(values: &mut Vec<Value>, around: &[Around]) -> String {
    let first = values.len() + 1;
    values.extend(around.iter().map(|one| Value::from(one.uuid())));
    (first..=values.len()).map(|place| format!("${place}")).collect::<Vec<_>>().join(",")
}
