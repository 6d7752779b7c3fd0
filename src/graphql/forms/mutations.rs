//! What can be done with forms.

use async_graphql::{Context, Object};

use super::{
    ArchiveFormInput, ArchiveFormPayload, CreateFormInput, CreateFormPayload, Form, FormDefinition,
    FormVersion, PublishFormInput, PublishFormPayload, RestoreFormInput, RestoreFormPayload, UpdateFormInput,
    UpdateFormPayload,
};
use crate::{
    error::Result,
    forms::{archive_form, create_form, publish_form_on_ground, restore_form, update_form},
    graphql::kit::{asked, found, named},
    platform::graphql::user_errors,
};

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
        #[graphql(desc = "The form, and what to change.")] input: UpdateFormInput,
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
        #[graphql(desc = "The form to publish.")] input: PublishFormInput,
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
                    input.special_category_ground.map(Into::into),
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
        #[graphql(desc = "The form to archive.")] input: ArchiveFormInput,
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
        #[graphql(desc = "The form to restore.")] input: RestoreFormInput,
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
