//! The register of requests as a list, by due date or newest first, and how many are overdue or due soon.

use std::sync::Arc;

use chrono::TimeDelta;
use entity::{ContactId, MemberId, RequestKind, RequestState, Time, WorkspaceId, request};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::every_id_of,
    error::Result,
    platform::{
        actor::Actor,
        keyset::{By, Cursor, Kind, Listing, Order, Rows, Run},
        lists::{Page, PageRequest},
        query::Query,
    },
};

/// How long before its due date a request is due soon.
pub const SOON: TimeDelta = TimeDelta::days(7);

/// Which requests to list.
#[derive(Clone, Debug, Default)]
pub struct RequestsWanted {
    /// In one of these states.
    pub states: Option<Vec<RequestState>>,
    /// About one of these rights.
    pub kinds: Option<Vec<RequestKind>>,
    /// Overdue, or not.
    pub overdue: Option<bool>,
    /// Of this contact, under all the ids they ever had.
    pub contact: Option<ContactId>,
    /// Handled by this member.
    pub assignee: Option<MemberId>,
    /// Newest first; otherwise by due date.
    pub newest_first: bool,
}

/// A list of requests.
#[derive(Clone)]
pub struct RequestList {
    workspace: WorkspaceId,
    wanted: Arc<RequestsWanted>,
    contacts: Arc<Option<Vec<ContactId>>>,
    order: Order,
    now: Time,
}

/// Lists requests.
///
/// # Errors
/// `Forbidden` without the right.
pub async fn list_requests(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    wanted: RequestsWanted,
) -> Result<RequestList> {
    allow(actor, Right::ReadRequests)?;
    let contacts = match wanted.contact {
        Some(contact) => Some(every_id_of(app.db(), workspace, contact).await?),
        None => None,
    };
    let order = if wanted.newest_first {
        Order::new("requests", By::Id, Run::Down)
    } else {
        let due = By::Column { column: "r.due_at", kind: Kind::Time, nullable: false };
        Order::new("requests_due", due, Run::Up)
    };
    let (wanted, contacts) = (Arc::new(wanted), Arc::new(contacts));
    Ok(RequestList { workspace, wanted, contacts, order, now: app.now() })
}

impl RequestList {
    /// One page.
    ///
    /// # Errors
    /// `Rejected` when the cursor is of another order or list.
    pub async fn page(
        &self,
        app: &App,
        request: &PageRequest<Cursor>,
    ) -> Result<Page<(Cursor, request::Model)>> {
        self.listing().page(app.db(), request).await
    }

    /// How many there are.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn count(&self, app: &App) -> Result<i64> {
        self.listing().count(app.db()).await
    }

    fn listing(&self) -> Listing<'_> {
        Listing { table: "request", alias: "r", order: &self.order, rows: self }
    }
}

impl Rows for RequestList {
    fn write_joins(&self, _: &mut Query) {}

    fn write_condition(&self, query: &mut Query) {
        query.push("r.workspace_id = ").bind(self.workspace);
        if let Some(states) = &self.wanted.states {
            query.push(" AND ").is_any("r.state", states.iter().copied());
        }
        if let Some(kinds) = &self.wanted.kinds {
            query.push(" AND ").is_any("r.kind", kinds.iter().copied());
        }
        if let Some(contacts) = self.contacts.as_ref() {
            query.push(" AND ").is_any("r.contact_id", contacts.iter().copied());
        }
        if let Some(assignee) = self.wanted.assignee {
            query.push(" AND r.assignee_id = ").bind(assignee);
        }
        if let Some(overdue) = self.wanted.overdue {
            let word = if overdue { " AND " } else { " AND NOT " };
            query.push(word).push("(").push(RUNS).push(" AND r.due_at < ").bind(self.now).push(")");
        }
    }
}

/// The clock of the request `r` runs.
const RUNS: &str = "r.state NOT IN ('FULFILLED', 'REFUSED', 'CLOSED') AND r.suspended_at IS NULL";

/// How many requests there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestCounts {
    /// Waiting for their answer.
    pub open: i64,
    /// Of these: past their due date.
    pub overdue: i64,
    /// Of these: due within seven days.
    pub due_soon: i64,
    /// Of these: the clock stands still.
    pub suspended: i64,
}

/// Counts requests in one statement: those of one workspace, or of all.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn count_requests(
    db: &impl ConnectionTrait,
    workspace: Option<WorkspaceId>,
    now: Time,
) -> Result<RequestCounts> {
    let mut query = Query::new(
        "SELECT count(*) AS open,
        COALESCE(sum(CASE WHEN r.suspended_at IS NULL AND r.due_at < ",
    );
    query.bind(now).push(
        " THEN 1 ELSE 0 END), 0) AS overdue,
        COALESCE(sum(CASE WHEN r.suspended_at IS NULL AND r.due_at >= ",
    );
    query.bind(now).push(" AND r.due_at < ").bind(now + SOON).push(
        " THEN 1 ELSE 0 END), 0) AS due_soon,
        COALESCE(sum(CASE WHEN r.suspended_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS suspended
        FROM request r WHERE r.state NOT IN ('FULFILLED', 'REFUSED', 'CLOSED')",
    );
    if let Some(workspace) = workspace {
        query.push(" AND r.workspace_id = ").bind(workspace);
    }
    let rows = query.rows(db).await?;
    let Some(row) = rows.first() else { return Ok(RequestCounts::default()) };
    Ok(RequestCounts {
        open: row.try_get("", "open")?,
        overdue: row.try_get("", "overdue")?,
        due_soon: row.try_get("", "due_soon")?,
        suspended: row.try_get("", "suspended")?,
    })
}

/// Every request of a person, newest first, under all the ids they ever had.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn requests_of(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    contact: ContactId,
) -> Result<Vec<request::Model>> {
    let ids = every_id_of(db, workspace, contact).await?;
    let mut query = Query::new("SELECT * FROM request WHERE workspace_id = ");
    query.bind(workspace).push(" AND ").among(db, "contact_id", ids).push(" ORDER BY id DESC");
    query.all(db).await
}

/// The one request with this id.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn find_request(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: entity::RequestId,
) -> Result<Option<request::Model>> {
    Ok(request::Entity::find_by_id((workspace, id)).one(db).await?)
}
