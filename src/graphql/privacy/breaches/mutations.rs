//! What can be done about breaches.

use async_graphql::{Context, Object};

use super::{
    Breach, CloseBreachInput, CloseBreachPayload, FindBreachPeopleInput, FindBreachPeoplePayload,
    RecordAuthorityToldInput, RecordAuthorityToldPayload, RecordBreachInput, RecordBreachPayload,
    ReopenBreachInput, ReopenBreachPayload, TellBreachPeopleInput, TellBreachPeoplePayload,
    UpdateBreachInput, UpdateBreachPayload,
};
use crate::{
    error::Result,
    graphql::kit::{asked, found, named},
    platform::graphql::user_errors,
    privacy::breaches::{
        ask_breach_people, close_breach, record_authority_told, record_breach, reopen_breach,
        tell_breach_people, update_breach,
    },
};

/// Mutations about breaches.
#[derive(Default)]
pub struct BreachesMutation;

#[Object]
impl BreachesMutation {
    /// Record a breach: every one, whatever its risk (GDPR Art. 33(5)). Its clock begins to run.
    async fn record_breach(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The breach.")] input: RecordBreachInput,
    ) -> Result<RecordBreachPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async { record_breach(app, caller.workspace, caller.actor, input.read()).await };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RecordBreachPayload { breach: row.map(Breach), user_errors })
    }

    /// Change what is known of a breach: every value is replaced.
    async fn update_breach(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The breach, and what is known of it.")] input: UpdateBreachInput,
    ) -> Result<UpdateBreachPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version, values) = input.read()?;
            found("breachId", update_breach(app, caller.workspace, caller.actor, id, version, values).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(UpdateBreachPayload { breach: row.map(Breach), user_errors })
    }

    /// Look the people concerned up in the journal, in the background. What is found is added to earlier searches.
    async fn find_breach_people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The breach, and what to look for.")] input: FindBreachPeopleInput,
    ) -> Result<FindBreachPeoplePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, search) = input.read()?;
            found("breachId", ask_breach_people(app, caller.workspace, caller.actor, id, search).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(FindBreachPeoplePayload { breach: row.map(Breach), user_errors })
    }

    /// Record that the authority was told, at once or in phases (GDPR Art. 33(4)).
    async fn record_authority_told(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The breach, and what the authority was told.")] input: RecordAuthorityToldInput,
    ) -> Result<RecordAuthorityToldPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, told) = input.read()?;
            found("breachId", record_authority_told(app, caller.workspace, caller.actor, id, told).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RecordAuthorityToldPayload { breach: row.map(Breach), user_errors })
    }

    /// Tell the people concerned by e-mail (GDPR Art. 34), each once: those found so far who were not told yet.
    async fn tell_breach_people(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The breach.")] input: TellBreachPeopleInput,
    ) -> Result<TellBreachPeoplePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.breach_id, "breachId")?;
            found("breachId", tell_breach_people(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(TellBreachPeoplePayload { breach: row.map(Breach), user_errors })
    }

    /// Close a breach, when everything that its risk demands is done and documented. Idempotent.
    async fn close_breach(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The breach to close.")] input: CloseBreachInput,
    ) -> Result<CloseBreachPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.breach_id, "breachId")?;
            found("breachId", close_breach(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(CloseBreachPayload { breach: row.map(Breach), user_errors })
    }

    /// Open a closed breach again. Idempotent.
    async fn reopen_breach(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The breach to open.")] input: ReopenBreachInput,
    ) -> Result<ReopenBreachPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.breach_id, "breachId")?;
            found("breachId", reopen_breach(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ReopenBreachPayload { breach: row.map(Breach), user_errors })
    }
}
