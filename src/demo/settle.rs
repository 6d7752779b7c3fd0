//! Fills a new workspace with a year of work, through the use cases that everybody's acts go through. The year is played on an
//! `App` of its own: same database, a clock that stands a year back and is moved on from act to act, and mails that are rendered,
//! noted as sent and kept nowhere. When it ends no job is left, so nothing of it is ever mailed.
//!
//! Consents come about as they always do, by a mailbox that confirms: GIVEN, WITHDRAWN, REVOKED and EXPIRED. No act of today
//! reaches REQUESTED, REFUSED and INVALIDATED: a question that waits or was declined is an opt-in and no consent yet, and a proof
//! that does not hold is revoked.

use std::sync::Arc;

use chrono::TimeDelta;
use entity::{FormId, Role, WorkspaceId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{
    fields::make_fields,
    forms::{NEWSLETTER, make_forms},
    members::{SignIn, make_members},
    pipelines::make_pipelines,
    purposes::make_purposes,
    workspace::{SLUG, make_workspace},
    year::{DAYS, Year},
};
use crate::{
    accounts::{create_api_key, find_by_slug},
    app::App,
    config::Config,
    error::{Error, Result},
    forms::{definition::Definition, publish_form, update_form},
    platform::{actor::Actor, clock::Clock, mailer::Mailer},
};

/// What the demo needs to know of its workspace.
pub struct Settled {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The newsletter form, for the landing page.
    pub form: FormId,
    /// A new key, role OWNER.
    pub api_key: String,
    /// How the staff sign in, the owner first; empty when they joined in an earlier run, which showed it.
    pub members: Vec<SignIn>,
}

/// Makes what is missing, and a new key. Settling twice on the same data adds the key and nothing else.
///
/// # Errors
/// `Busy` when the database is away.
pub async fn settle(app: &App, site: &str) -> Result<Settled> {
    let members = fill(app, site).await?;
    let workspace = find_by_slug(app, SLUG).await?.ok_or(Error::NotFound)?.id;
    let form = open_to(app, workspace, site).await?;
    let key = create_api_key(app, workspace, Actor::Operator, "demo", Role::Owner, None).await?;
    Ok(Settled { workspace, form, api_key: key.text, members })
}

/// Makes the workspace and plays its year, unless it is there. Returns how the staff sign in, if they joined just now.
pub(super) async fn fill(app: &App, site: &str) -> Result<Vec<SignIn>> {
    if find_by_slug(app, SLUG).await?.is_some() {
        return Ok(Vec::new());
    }
    let past = a_year_ago(app).await?;
    let workspace = make_workspace(&past).await?;
    let (staff, members) = make_members(&past, workspace).await?;
    let purposes = make_purposes(&past, workspace).await?;
    make_fields(&past, workspace, staff.owner).await?;
    let lanes = make_pipelines(&past, workspace, staff.owner).await?;
    let leads = *lanes.lanes[0]
        .open
        .first()
        .ok_or_else(|| Error::internal("the demo's first pipeline has no open stage"))?;
    let forms = make_forms(&past, workspace, site, &purposes, &staff, leads).await?;
    Year::new(&past, workspace, staff, purposes, forms, lanes).play().await?;
    Ok(members)
}

/// The same database, seen from a year back.
async fn a_year_ago(app: &App) -> Result<App> {
    let clock = Clock::fixed(app.now() - TimeDelta::days(DAYS));
    let config = Config { smtp: None, redis_url: None, ..app.config.clone() };
    Ok(App::build(
        config,
        app.ledger.db.clone(),
        clock,
        Some(Mailer::Memory(Arc::default())),
        app.pages.clone(),
    )
    .await?)
}

/// The form for the landing page, which may stand on another port than last time.
async fn open_to(app: &App, workspace: WorkspaceId, site: &str) -> Result<FormId> {
    let form = entity::form::Entity::find()
        .filter(entity::form::Column::WorkspaceId.eq(workspace))
        .filter(entity::form::Column::Name.eq(NEWSLETTER))
        .one(app.db())
        .await?
        .ok_or(Error::NotFound)?;
    let mut draft: Definition = serde_json::from_str(&form.draft)?;
    if !draft.allowed_origins.iter().any(|origin| origin == site) {
        draft.allowed_origins.push(site.to_owned());
        update_form(app, workspace, Actor::Operator, form.id, form.version, None, Some(draft)).await?;
        publish_form(app, workspace, Actor::Operator, form.id).await?;
    }
    Ok(form.id)
}
