//! A form that staff edit.

use async_graphql::{Context, ID, Object};
use chrono::TimeDelta;
use entity::{Time, form};

use super::{
    CaughtCount, FormDefinition, FormVersion, SubmissionCount,
    loaders::{CaughtOf, CountsOf, VersionsOf},
};
use crate::{
    accounts::Right,
    error::{Error, ProblemCode, Result},
    forms::{
        Definition,
        cache::{Found, find_open},
    },
    graphql::kit::{Read, allowed, asked, load},
    intake::{read_values::Typed, view::view},
    platform::pages::{LANGUAGES, pick_language},
};

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
        let language = draft.languages.first().map_or(LANGUAGES[0], String::as_str);
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
        let language = pick_language(
            language.as_deref(),
            None,
            offered,
            offered.first().map_or(LANGUAGES[0], String::as_str),
        );
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
