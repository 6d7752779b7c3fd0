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
    platform::pages::pick_language,
};

/// A form that staff edit. Visitors only ever see its published version.
pub struct Form(pub form::Model);

/// A form that staff edit. Visitors only ever see its published version.
#[Object]
impl Form {
    /// Its id; it stands in the hosted page's address and in the embed.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What staff call it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What is being edited; it may be incomplete. Visitors see it once it is published.
    async fn draft(&self) -> Read<FormDefinition> {
        let draft: Definition = serde_json::from_str(&self.0.draft).map_err(Error::from)?;
        Ok(draft.into())
    }

    /// What visitors see; null before the first publishing.
    async fn published_version(&self, ctx: &Context<'_>) -> Result<Option<FormVersion>> {
        match self.0.published_version_id {
            Some(id) => Ok(load(ctx, id).await?.map(FormVersion)),
            None => Ok(None),
        }
    }

    /// Everything that was ever published, newest first.
    #[graphql(complexity = "1 + 5 * child_complexity")]
    async fn versions(&self, ctx: &Context<'_>) -> Result<Vec<FormVersion>> {
        let rows = load(ctx, VersionsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(FormVersion).collect())
    }

    /// Counts edits: give it to `updateForm` as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was made.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When the draft was last changed.
    async fn updated_at(&self) -> Time {
        self.0.updated_at
    }

    /// When it was closed; null while it is open.
    async fn archived_at(&self) -> Option<Time> {
        self.0.archived_at
    }

    /// The page where anybody may fill it in, without any page of yours.
    async fn hosted_url(&self, ctx: &Context<'_>) -> Read<String> {
        let (app, _) = asked(ctx)?;
        Ok(format!("{}/forms/{}", app.config.public_url, self.0.id))
    }

    /// Two lines of HTML for a page of yours, on an origin that `allowedOrigins` names. The link inside is
    /// shown where scripts do not run, and tells the script which server the form is on.
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

    /// How many posts were turned away in the last days, by reason; reasons without any are left out. They
    /// are no submissions: nothing of them is kept. A high number of HONEYPOT may be password managers
    /// filling in a hidden field for honest visitors.
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

    /// What visitors see, as plain HTML for a page of yours: no script, no style, and it works without
    /// either. Whoever sends it sees the form once more on our page, filled in, and presses one button there.
    /// Null before the first publishing and once it is archived.
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

    /// How many submissions are in each state; states that have none are left out.
    async fn submission_counts(&self, ctx: &Context<'_>) -> Result<Vec<SubmissionCount>> {
        allowed(ctx, Right::ReadSubmissions)?;
        let rows = load(ctx, CountsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows
            .into_iter()
            .map(|row| SubmissionCount { state: row.state.into(), count: row.submissions })
            .collect())
    }
}
