//! Forms, their versions and the states of submissions in GraphQL. The content of a submission is never shown
//! here: it is sealed until the mailbox confirms it, and is part of the contact afterwards.

mod definition;
mod inputs;

pub use self::{definition::*, inputs::*};

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, dataloader::Loader};
use chrono::TimeDelta;
use entity::{FormId, FormVersionId, SubmissionId, Time, form, form_caught, form_version, submission};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::kit::{
    List, Load, LoadError, Read, allowed, asked, cost, found, group, keyset, list, load, load_by_id,
    load_named, named, parse,
};
use crate::{
    accounts::{Caller, Right},
    error::{Error, ProblemCode, Result},
    forms::{
        archive_form,
        cache::{Found, find_open},
        create_form,
        definition::{Definition, Published},
        publish_form_on_ground, restore_form, update_form,
    },
    intake::{read_values::Typed, view::view},
    platform::{
        graphql::{Nullable, PageArgs, nullable, page::Total, user_errors},
        keyset::Run,
        pages::pick_language,
    },
};

/// State of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::SubmissionState")]
pub enum SubmissionState {
    /// Accepted and sealed, not processed yet.
    Received,
    /// Waiting for the mailbox to confirm.
    Waiting,
    /// The mailbox confirmed it, or it rests on another legal basis than consent.
    Accepted,
    /// It contained nothing new; the mailbox was told so.
    AlreadyKnown,
    /// The mailbox is protected from our confirmation e-mails; the data are deleted.
    Discarded,
    /// The mailbox answered "this was not me"; the data are deleted.
    Declined,
    /// Not confirmed in time; the data are deleted.
    Expired,
    /// The mailbox does not exist, or our mail server cannot write to its address; the data are deleted.
    Bounced,
}

/// Why a form rejected a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::CaughtReason")]
pub enum CaughtReason {
    /// A hidden field that only bots should see was filled in. The sender got the usual answer.
    Honeypot,
    /// It came from a website that is not among `allowedOrigins`.
    ForeignSite,
    /// Rate limit: too many from the same network; the sender was told when to try again.
    TooMany,
}

load_by_id! {
    form by FormId;
    form_version by FormVersionId;
    submission by SubmissionId;
}

/// All versions of a form.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct VersionsOf(FormId);

impl Loader<VersionsOf> for Load {
    type Value = Vec<form_version::Model>;
    type Error = LoadError;

    async fn load(&self, keys: &[VersionsOf]) -> Result<HashMap<VersionsOf, Self::Value>, LoadError> {
        let rows = form_version::Entity::find()
            .filter(form_version::Column::WorkspaceId.eq(self.caller.workspace))
            .filter(crate::platform::db::among(
                self.app.db(),
                form_version::Column::FormId,
                keys.iter().map(|key| key.0),
            ))
            .order_by_desc(form_version::Column::Number)
            .all(self.app.db())
            .await?;
        Ok(group(rows, |row| VersionsOf(row.form_id)))
    }
}

/// Number of a form's submissions by state.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct CountsOf(FormId);

#[derive(Clone, FromQueryResult)]
struct Count {
    form_id: FormId,
    state: entity::SubmissionState,
    submissions: i64,
}

impl Loader<CountsOf> for Load {
    type Value = Vec<Count>;
    type Error = LoadError;

    async fn load(&self, keys: &[CountsOf]) -> Result<HashMap<CountsOf, Self::Value>, LoadError> {
        let rows = submission::Entity::find()
            .select_only()
            .columns([submission::Column::FormId, submission::Column::State])
            .column_as(submission::Column::Id.count(), "submissions")
            .filter(submission::Column::WorkspaceId.eq(self.caller.workspace))
            .filter(crate::platform::db::among(
                self.app.db(),
                submission::Column::FormId,
                keys.iter().map(|key| key.0),
            ))
            .group_by(submission::Column::FormId)
            .group_by(submission::Column::State)
            .into_model::<Count>()
            .all(self.app.db())
            .await?;
        Ok(group(rows, |row| CountsOf(row.form_id)))
    }
}

/// Number of submissions that a form rejected since a day, by reason.
#[derive(Clone, PartialEq, Eq, Hash)]
struct CaughtOf(FormId, String);

impl Loader<CaughtOf> for Load {
    type Value = Vec<form_caught::Model>;
    type Error = LoadError;

    /// There are at most three rows per day and form; they are added up here.
    async fn load(&self, keys: &[CaughtOf]) -> Result<HashMap<CaughtOf, Self::Value>, LoadError> {
        let first = keys.iter().map(|key| key.1.as_str()).min().unwrap_or_default();
        let rows = form_caught::Entity::find()
            .filter(form_caught::Column::WorkspaceId.eq(self.caller.workspace))
            .filter(crate::platform::db::among(
                self.app.db(),
                form_caught::Column::FormId,
                keys.iter().map(|key| key.0),
            ))
            .filter(form_caught::Column::Day.gte(first))
            .all(self.app.db())
            .await?;
        let mut counts: HashMap<CaughtOf, Self::Value> = HashMap::new();
        for key in keys {
            for row in rows.iter().filter(|row| row.form_id == key.0 && row.day >= key.1) {
                let sums = counts.entry(key.clone()).or_default();
                match sums.iter_mut().find(|sum| sum.reason == row.reason) {
                    Some(sum) => sum.posts += row.posts,
                    None => sums.push(row.clone()),
                }
            }
        }
        for sums in counts.values_mut() {
            sums.sort_by_key(|sum| sum.reason);
        }
        Ok(counts)
    }
}

/// GraphQL type over a `form` row.
pub struct Form(pub form::Model);

/// A form that staff edit. Visitors only ever see its published version.
#[Object]
impl Form {
    /// Its id, as in the hosted page's URL and in the embed snippet.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Its name, for staff.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The draft, which may be incomplete. Visitors see it once it is published.
    async fn draft(&self) -> Read<FormDefinition> {
        let draft: Definition = serde_json::from_str(&self.0.draft).map_err(Error::from)?;
        Ok(draft.into())
    }

    /// The version that visitors see; null before the first publication.
    async fn published_version(&self, ctx: &Context<'_>) -> Result<Option<FormVersion>> {
        match self.0.published_version_id {
            Some(id) => Ok(load(ctx, id).await?.map(FormVersion)),
            None => Ok(None),
        }
    }

    /// All published versions, newest first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<FormVersion>> {
        let rows = load(ctx, VersionsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(FormVersion).collect())
    }

    /// Incremented by every edit: pass it to `updateForm` as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When the draft was last changed.
    async fn updated_at(&self) -> Time {
        self.0.updated_at
    }

    /// When it was archived; null while it is open.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }

    /// URL of the page on this server where anybody can fill it in.
    async fn hosted_url(&self, ctx: &Context<'_>) -> Read<String> {
        let (app, _) = asked(ctx)?;
        Ok(format!("{}/forms/{}", app.config.public_url, self.0.id))
    }

    /// Two lines of HTML for your own page, on one of the `allowedOrigins`. The link in it is shown where
    /// scripts do not run, and tells the script which server has the form.
    async fn embed_snippet(&self, ctx: &Context<'_>) -> Read<String> {
        let (app, _) = asked(ctx)?;
        let draft: Definition = serde_json::from_str(&self.0.draft).map_err(Error::from)?;
        let language = draft.languages.first().map_or("en", String::as_str);
        let words = app.pages.text("forms", language, "form.open");
        let (server, form) = (&app.config.public_url, self.0.id);
        Ok(format!(
            "<script src=\"{server}/embed.js\" defer></script>\n<accord-form form=\"{form}\"><a href=\"{server}/forms/{form}\">{words}</a></accord-form>"
        ))
    }

    /// How many submissions were rejected in the last days, by reason, without reasons that did not occur.
    /// Nothing of them is stored. A high number of HONEYPOT may come from password managers that fill in a
    /// hidden field for honest visitors.
    async fn caught_counts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many days, today included (UTC); from 1 to 366.", default = 30)] days: i32,
    ) -> Result<Vec<CaughtCount>> {
        let (app, _) = allowed(ctx, Right::ReadSubmissions)?;
        if !(1..=366).contains(&days) {
            return Err(Error::rejected(ProblemCode::Invalid, "days", "`days` must be between 1 and 366."));
        }
        let since = (app.now() - TimeDelta::days(i64::from(days) - 1)).format("%Y-%m-%d").to_string();
        let rows = load(ctx, CaughtOf(self.0.id, since)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| CaughtCount { reason: row.reason.into(), count: row.posts }).collect())
    }

    /// The published form as plain HTML for your own page: without script or style. Visitors who send it see
    /// the filled-in form once more on our page and click one button there. Null before the first publication
    /// and while the form is archived.
    #[graphql(complexity = "5")]
    async fn plain_html(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "`fr` or `en`, as far as the form speaks it; absent = the form's first language.")]
        language: Option<String>,
    ) -> Result<Option<String>> {
        let (app, _) = asked(ctx)?;
        let Found::Open(open) = find_open(app, self.0.id).await? else { return Ok(None) };
        let offered = &open.published.definition.languages;
        let language =
            pick_language(language.as_deref(), None, offered, offered.first().map_or("en", String::as_str));
        view(app, &open, &language, &Typed::default(), &[]).plain_html(app, &open, &language).map(Some)
    }

    /// Number of submissions by state, without states that have none.
    async fn submission_counts(&self, ctx: &Context<'_>) -> Result<Vec<SubmissionCount>> {
        allowed(ctx, Right::ReadSubmissions)?;
        let rows = load(ctx, CountsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows
            .into_iter()
            .map(|row| SubmissionCount { state: row.state.into(), count: row.submissions })
            .collect())
    }
}

/// GraphQL type over a `form_version` row.
pub struct FormVersion(pub form_version::Model);

/// A published version of a form: self-contained and never changed.
#[Object]
impl FormVersion {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The form it is a version of.
    async fn form(&self, ctx: &Context<'_>) -> Result<Form> {
        Ok(Form(load_named(ctx, self.0.form_id).await?))
    }

    /// Number of the version, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// SHA-256 of its canonical definition (RFC 8785), in hex.
    async fn sha256(&self) -> String {
        hex::encode(&self.0.sha256)
    }

    /// When it was published.
    async fn published_at(&self) -> Time {
        self.0.published_at
    }

    /// Its definition.
    async fn definition(&self) -> Read<FormDefinition> {
        let published: Published = serde_json::from_str(&self.0.definition).map_err(Error::from)?;
        Ok(published.definition.into())
    }
}

/// Number of submissions in one state.
#[derive(SimpleObject)]
pub struct SubmissionCount {
    /// The state.
    pub state: SubmissionState,
    /// How many.
    pub count: i64,
}

/// Number of submissions that a form rejected for one reason.
#[derive(SimpleObject)]
pub struct CaughtCount {
    /// The reason.
    pub reason: CaughtReason,
    /// How many.
    pub count: i64,
}

/// GraphQL type over a `submission` row.
pub struct Submission(pub submission::Model);

/// A visitor's submission: that it came in and its state, never its content.
#[Object]
impl Submission {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The form.
    async fn form(&self, ctx: &Context<'_>) -> Result<Form> {
        Ok(Form(load_named(ctx, self.0.form_id).await?))
    }

    /// The version of the form that was shown.
    async fn form_version(&self, ctx: &Context<'_>) -> Result<FormVersion> {
        Ok(FormVersion(load_named(ctx, self.0.form_version_id).await?))
    }

    /// Its state.
    async fn state(&self) -> SubmissionState {
        self.0.state.into()
    }

    /// When it came in.
    async fn received_at(&self) -> Time {
        self.0.received_at
    }
}

/// Which forms to list.
#[derive(Default, InputObject)]
pub struct FormFilter {
    /// True: only archived forms; false: only open ones; absent: both.
    pub archived: Option<bool>,
}

/// Queries about forms and submissions.
#[derive(Default)]
pub struct FormsQuery;

#[Object]
impl FormsQuery {
    /// Forms, newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn forms(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Which forms; absent = all.")] filter: Option<FormFilter>,
    ) -> Result<List<FormId, Form>> {
        let (app, caller) = allowed(ctx, Right::ReadForms)?;
        let request = PageArgs::new(first, after, last, before).check::<FormId>()?;
        let archived = filter.unwrap_or_default().archived;
        let rows =
            keyset(forms(&caller, archived), form::Column::Id, &request, Run::Down).all(app.db()).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, select) = (app.clone(), forms(&caller, archived));
            async move { Ok(i64::try_from(select.count(app.db()).await?).unwrap_or(i64::MAX)) }
        });
        Ok(list(request.page(rows), |row| row.id, Form, total))
    }

    /// A form; null when there is none with this id.
    async fn form(&self, ctx: &Context<'_>, #[graphql(desc = "The form.")] id: ID) -> Nullable<Form> {
        let outcome = async {
            allowed(ctx, Right::ReadForms)?;
            match parse::<FormId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Form)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// Submissions, newest first: states and times, never their content.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection, and two filters")]
    async fn submissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this form.")] form_id: Option<ID>,
        #[graphql(desc = "Only those in this state.")] state: Option<SubmissionState>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<SubmissionId, Submission>> {
        let (app, caller) = allowed(ctx, Right::ReadSubmissions)?;
        let request = PageArgs::new(first, after, last, before).check::<SubmissionId>()?;
        let form = form_id.map(|id| named::<FormId>(&id, "formId")).transpose()?;
        let state = state.map(entity::SubmissionState::from);
        let rows = keyset(submissions(&caller, form, state), submission::Column::Id, &request, Run::Down)
            .all(app.db())
            .await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, select) = (app.clone(), submissions(&caller, form, state));
            async move { Ok(i64::try_from(select.count(app.db()).await?).unwrap_or(i64::MAX)) }
        });
        Ok(list(request.page(rows), |row| row.id, Submission, total))
    }
}

fn forms(caller: &Caller, archived: Option<bool>) -> Select<form::Entity> {
    let select = form::Entity::find().filter(form::Column::WorkspaceId.eq(caller.workspace));
    match archived {
        None => select,
        Some(true) => select.filter(form::Column::ArchivedAt.is_not_null()),
        Some(false) => select.filter(form::Column::ArchivedAt.is_null()),
    }
}

fn submissions(
    caller: &Caller,
    form: Option<FormId>,
    state: Option<entity::SubmissionState>,
) -> Select<submission::Entity> {
    let mut select = submission::Entity::find().filter(submission::Column::WorkspaceId.eq(caller.workspace));
    if let Some(form) = form {
        select = select.filter(submission::Column::FormId.eq(form));
    }
    if let Some(state) = state {
        select = select.filter(submission::Column::State.eq(state));
    }
    select
}

/// Mutations about forms.
#[derive(Default)]
pub struct FormsMutation;

#[Object]
impl FormsMutation {
    /// Create a form with a draft.
    async fn create_form(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new form.")] input: CreateFormInput,
    ) -> Result<CreateFormPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let definition = input.definition.read()?;
            create_form(app, caller.workspace, caller.actor, &input.name, &definition).await
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(CreateFormPayload { form: row.map(Form), user_errors })
    }

    /// Change a form's name and draft. Visitors still see the published version.
    async fn update_form(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which form, and what changes.")] input: UpdateFormInput,
    ) -> Result<UpdateFormPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.form_id, "formId")?;
            let definition = input.definition.map(FormDefinition::read).transpose()?;
            found(
                "formId",
                update_form(
                    app,
                    caller.workspace,
                    caller.actor,
                    id,
                    input.expected_version,
                    input.name,
                    definition,
                )
                .await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(UpdateFormPayload { form: row.map(Form), user_errors })
    }

    /// Freeze the draft, with the texts of its purposes, as a new version that visitors see from now on.
    async fn publish_form(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which form.")] input: PublishFormInput,
    ) -> Result<PublishFormPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.form_id, "formId")?;
            found(
                "formId",
                publish_form_on_ground(
                    app,
                    caller.workspace,
                    caller.actor,
                    id,
                    input.special_category_ground,
                )
                .await,
            )
        };
        let (done, user_errors) = user_errors(outcome.await)?;
        let (form, version) = done.map(|(row, version)| (Form(row), FormVersion(version))).unzip();
        Ok(PublishFormPayload { form, version, user_errors })
    }

    /// Archive a form: its page says that it is closed, and nothing is accepted any more. Idempotent.
    async fn archive_form(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which form.")] input: ArchiveFormInput,
    ) -> Result<ArchiveFormPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.form_id, "formId")?;
            found("formId", archive_form(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ArchiveFormPayload { form: row.map(Form), user_errors })
    }

    /// Restore an archived form: visitors see the last published version, if there is one. Idempotent.
    async fn restore_form(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which form.")] input: RestoreFormInput,
    ) -> Result<RestoreFormPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.form_id, "formId")?;
            found("formId", restore_form(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RestoreFormPayload { form: row.map(Form), user_errors })
    }
}
