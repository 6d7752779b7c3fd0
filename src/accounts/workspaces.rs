//! Workspaces and the controller's details, which are shown in every mail and on every form.

use entity::{EmailAddress, Role, Time, WorkspaceId, journal_head, trim_unseen, workspace};
use iso_currency::Country;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    sea_query::OnConflict,
};

use super::{Right, allow};
use crate::{
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{actor::Actor, links, text::is_line, work::Entry},
};

/// Values of a new workspace.
#[derive(Clone, Debug, Default)]
pub struct NewWorkspace {
    /// Lower-case letters, digits and `-`.
    pub slug: String,
    /// Display name.
    pub name: String,
    /// Legal name of the controller.
    pub legal_name: String,
    /// Postal address, on one line.
    pub postal_address: String,
    /// The address where data subjects can reach the controller.
    pub contact_email: String,
    /// URL of the privacy notice; may be empty.
    pub privacy_notice_url: String,
    /// `fr` or `en`.
    pub default_language: String,
    /// ISO 3166-1 alpha-2 country code.
    pub jurisdiction: String,
}

/// Changes to a workspace; none = unchanged.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceChanges {
    /// Display name.
    pub name: Option<String>,
    /// Legal name of the controller.
    pub legal_name: Option<String>,
    /// Postal address.
    pub postal_address: Option<String>,
    /// The address where data subjects can reach the controller.
    pub contact_email: Option<String>,
    /// URL of the privacy notice.
    pub privacy_notice_url: Option<String>,
    /// Roles whose members must have a second factor.
    pub second_factor_roles: Option<Vec<Role>>,
}

/// Creates a workspace with an empty journal.
///
/// # Errors
/// `Rejected` when a required value is missing, or the slug is taken.
pub async fn create_workspace(app: &App, actor: Actor, new: NewWorkspace) -> Result<workspace::Model> {
    allow(actor, Right::ManageWorkspace)?;
    let mut problems = check(&[
        ("name", Some(new.name.as_str())),
        ("legalName", Some(new.legal_name.as_str())),
        ("postalAddress", Some(new.postal_address.as_str())),
        ("contactEmail", Some(new.contact_email.as_str())),
    ]);
    if new.slug.is_empty()
        || !new.slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    {
        problems.push(Problem::new(
            ProblemCode::Invalid,
            "slug",
            "Use lower-case letters, digits and hyphens, for example `atelier-lumen`.",
        ));
    }
    problems.extend(check_url(&new.privacy_notice_url));
    if new.jurisdiction.parse::<Country>().is_err() {
        let message = "Give the country whose law applies by its two letters (ISO 3166-1 alpha-2) in capitals, like FR.";
        problems.push(Problem::new(ProblemCode::NotOffered, "jurisdiction", message));
    }
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let id = WorkspaceId::new();
    let mut work = app.begin(id, actor).await?;
    let row = workspace::Model {
        id,
        slug: new.slug,
        name: new.name,
        legal_name: new.legal_name,
        postal_address: new.postal_address,
        contact_email: as_kept(&new.contact_email),
        dpo_email: None,
        privacy_notice_url: links::read_web_address(&new.privacy_notice_url).unwrap_or_default(),
        default_language: new.default_language,
        jurisdiction: new.jurisdiction,
        second_factor_roles: String::new(),
        created_at: work.now(),
    };
    let insert = workspace::Entity::insert(row.clone().into_active_model())
        .on_conflict(OnConflict::column(workspace::Column::Slug).do_nothing().to_owned());
    if insert.exec_without_returning(work.db()).await? == 0 {
        return Err(Error::rejected(
            ProblemCode::Taken,
            "slug",
            "Another workspace has this slug; choose another.",
        ));
    }
    let head = journal_head::ActiveModel { workspace_id: Set(id), seq: Set(0) };
    journal_head::Entity::insert(head).exec_without_returning(work.db()).await?;
    work.record(Entry::new("workspace.created").on(id));
    work.commit().await?;
    Ok(row)
}

/// Changes the controller's details. Forms already published keep what they showed.
///
/// # Errors
/// `Rejected` when a required value would become empty or invalid, or when a role with more rights than the
/// actor's would no longer need a second factor.
pub async fn update_workspace(
    app: &App,
    actor: Actor,
    id: WorkspaceId,
    changes: WorkspaceChanges,
) -> Result<workspace::Model> {
    allow(actor, Right::ManageWorkspace)?;
    let mut problems = check(&[
        ("name", changes.name.as_deref()),
        ("legalName", changes.legal_name.as_deref()),
        ("postalAddress", changes.postal_address.as_deref()),
        ("contactEmail", changes.contact_email.as_deref()),
    ]);
    problems.extend(changes.privacy_notice_url.as_deref().and_then(check_url));
    if !problems.is_empty() {
        return Err(Error::Rejected(problems));
    }
    let mut work = app.begin(id, actor).await?;
    let known = workspace::Entity::find_by_id(id).one(work.db()).await?.ok_or(Error::NotFound)?;
    if let Some(roles) = &changes.second_factor_roles {
        let drops = |role: &Role| !roles.contains(role) && outranks(*role, actor);
        if second_factor_roles(&known).iter().any(drops) {
            let message =
                "Only an owner spares owners the second factor, and only owners and admins spare admins.";
            return Err(Error::rejected(ProblemCode::NotAllowed, "secondFactorRoles", message));
        }
    }
    let mut row = known.into_active_model();
    let set = |column: &mut sea_orm::ActiveValue<String>, value: Option<String>| {
        if let Some(value) = value {
            *column = Set(value);
        }
    };
    set(&mut row.name, changes.name);
    set(&mut row.legal_name, changes.legal_name);
    set(&mut row.postal_address, changes.postal_address);
    set(&mut row.contact_email, changes.contact_email.as_deref().map(as_kept));
    set(
        &mut row.privacy_notice_url,
        changes.privacy_notice_url.map(|url| links::read_web_address(&url).unwrap_or_default()),
    );
    set(&mut row.second_factor_roles, changes.second_factor_roles.map(|roles| written(&roles)));
    let row = if row.is_changed() {
        row.update(work.db()).await?
    } else {
        workspace::Entity::find_by_id(id).one(work.db()).await?.ok_or(Error::NotFound)?
    };
    work.record(Entry::new("workspace.updated").on(id));
    work.commit().await?;
    Ok(row)
}

/// Whether this role has more rights than the actor, who then may not weaken its sign-in.
fn outranks(role: Role, actor: Actor) -> bool {
    match actor.role() {
        None | Some(Role::Owner) => false,
        Some(Role::Admin) => role == Role::Owner,
        Some(_) => matches!(role, Role::Owner | Role::Admin),
    }
}

/// Whether the workspace requires a second factor for this role. The column lists the roles, separated by
/// spaces.
pub(super) fn requires_second_factor(roles: &str, role: Role) -> bool {
    roles.split(' ').any(|known| known == role.as_str())
}

fn written(roles: &[Role]) -> String {
    Role::ALL
        .iter()
        .filter(|role| roles.contains(role))
        .map(|role| role.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The roles whose members must have a second factor.
#[must_use]
pub fn second_factor_roles(workspace: &workspace::Model) -> Vec<Role> {
    workspace.second_factor_roles.split(' ').filter_map(|word| word.parse().ok()).collect()
}

/// The workspace's row.
///
/// # Errors
/// `NotFound`.
pub async fn load_workspace(app: &App, id: WorkspaceId) -> Result<workspace::Model> {
    workspace::Entity::find_by_id(id).one(app.db()).await?.ok_or(Error::NotFound)
}

/// The workspace with this slug, for commands.
pub async fn find_by_slug(app: &App, slug: &str) -> Result<Option<workspace::Model>> {
    Ok(workspace::Entity::find().filter(workspace::Column::Slug.eq(slug)).one(app.db()).await?)
}

/// Slug, name and creation time of every workspace, for commands.
pub async fn list_all(app: &App) -> Result<Vec<(String, String, Time)>> {
    let rows = workspace::Entity::find().order_by_asc(workspace::Column::Slug).all(app.db()).await?;
    Ok(rows.into_iter().map(|row| (row.slug, row.name, row.created_at)).collect())
}

fn check(fields: &[(&'static str, Option<&str>)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (field, value) in fields {
        match value {
            Some(value) if value.trim().is_empty() => {
                problems.push(Problem::new(
                    ProblemCode::Required,
                    *field,
                    "The law wants it in every mail and on every form: fill it in.",
                ));
            }
            Some(value) if value.chars().count() > 300 => {
                problems.push(Problem::new(ProblemCode::TooLong, *field, "Use at most 300 characters."));
            }
            Some(value) if !is_line(value) => {
                problems.push(Problem::new(
                    ProblemCode::Invalid,
                    *field,
                    "Use one line, without control characters.",
                ));
            }
            Some(value) if *field == "contactEmail" && EmailAddress::parse(value).is_err() => {
                problems.push(Problem::new(
                    ProblemCode::Invalid,
                    *field,
                    "Give an e-mail address, like privacy@example.org.",
                ));
            }
            _ => {}
        }
    }
    problems
}

fn check_url(url: &str) -> Option<Problem> {
    let fine = trim_unseen(url).is_empty() || links::read_web_address(url).is_some();
    (!fine).then(|| Problem::new(ProblemCode::Invalid, "privacyNoticeUrl", links::REMEDY))
}

/// A valid address in the form in which it is stored.
fn as_kept(email: &str) -> String {
    EmailAddress::parse(email).map(|email| email.as_entered().to_owned()).unwrap_or_default()
}
