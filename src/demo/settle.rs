//! Fills a new workspace with a year of data, through the same use cases as real requests. The year runs on a
//! separate `App`: same database, a clock that starts a year back and is advanced from action to action, and
//! a mailer that renders mails and notes them as sent but keeps none. At the end no job is left, so none of
//! these mails is ever sent.
//!
//! Consents come about as always, when the recipient confirms by mail; the demo shows GIVEN, WITHDRAWN,
//! REVOKED and EXPIRED. No use case reaches REQUESTED, REFUSED or INVALIDATED today: a pending or declined
//! request is an opt-in and not yet a consent, and a consent with an invalid proof is revoked.

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

/// What the demo needs to know about its workspace.
pub struct Settled {
    /// The sample workspace.
    pub workspace: WorkspaceId,
    /// The newsletter form, for the landing page.
    pub form: FormId,
    /// A new API key, role OWNER.
    pub api_key: String,
    /// Sign-ins of the staff, the owner first; empty when an earlier run created and showed them.
    pub members: Vec<SignIn>,
}

/// The name of the key that each start makes.
const KEY: &str = "demo";

/// Creates what is missing, and a new key. Running it again on the same data only adds a key.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn settle(app: &App, site: &str) -> Result<Settled> {
    let members = fill(app, site).await?;
    let workspace = find_by_slug(app, SLUG).await?.ok_or(Error::NotFound)?.id;
    let form = open_to(app, workspace, site).await?;
    let key = create_api_key(app, workspace, Actor::Operator, KEY, Role::Owner, None).await?;
    Ok(Settled { workspace, form, api_key: key.text, members })
}

/// Creates the workspace and generates its year, unless it exists. Returns the staff's sign-ins if they were
/// created now.
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

/// Whether a start came to its end, so that the year is whole.
pub(super) async fn is_complete(app: &App) -> Result<bool> {
    let key = entity::api_key::Entity::find().filter(entity::api_key::Column::Name.eq(KEY));
    Ok(key.one(app.db()).await?.is_some())
}

/// An `App` on the same database whose clock starts a year back.
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

/// The landing page's form. Allows the page's origin, whose port may differ from the last run.
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
