//! What can be done with custom fields.

use async_graphql::{Context, Object};

use super::{
    ArchiveFieldInput, ArchiveFieldPayload, ClassRule, CreateFieldInput, CreateFieldPayload,
    DeleteFieldInput, DeleteFieldPayload, Field, RestoreFieldInput, RestoreFieldPayload, RevealFieldInput,
    RevealFieldPayload, UpdateClassRuleInput, UpdateClassRulePayload, UpdateFieldInput, UpdateFieldPayload,
};
use crate::{
    contacts::reveal_field,
    error::Result,
    fields::{archive_field, create_field, delete_field, restore_field, update_class_rule, update_field},
    graphql::kit::{asked, found, named},
    platform::graphql::user_errors,
};

/// Mutations about custom fields.
#[derive(Default)]
pub struct FieldsMutation;

#[Object]
impl FieldsMutation {
    /// Create a custom field. A name that suggests a special category of data (GDPR Art. 9) is refused
    /// without a ground.
    async fn create_field(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new field.")] input: CreateFieldInput,
    ) -> Result<CreateFieldPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let key = input.idempotency_key.clone();
            create_field(app, caller.workspace, caller.actor, &input.read()?, key.as_deref()).await
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(CreateFieldPayload { field: row.map(Field), user_errors })
    }

    /// Change a field's definition. Its key, type and class are fixed: for another class, create a new field
    /// and archive this one.
    async fn update_field(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The field, and what to change.")] input: UpdateFieldInput,
    ) -> Result<UpdateFieldPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.field_id, "fieldId")?;
            let version = input.expected_version;
            found(
                "fieldId",
                update_field(app, caller.workspace, caller.actor, id, version, input.read()?).await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(UpdateFieldPayload { field: row.map(Field), user_errors })
    }

    /// Archive a field: it takes no new values, existing ones stay readable. Idempotent.
    async fn archive_field(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The field to archive.")] input: ArchiveFieldInput,
    ) -> Result<ArchiveFieldPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.field_id, "fieldId")?;
            found("fieldId", archive_field(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ArchiveFieldPayload { field: row.map(Field), user_errors })
    }

    /// Restore an archived field: it takes values again. Idempotent.
    async fn restore_field(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The field to restore.")] input: RestoreFieldInput,
    ) -> Result<RestoreFieldPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.field_id, "fieldId")?;
            found("fieldId", restore_field(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RestoreFieldPayload { field: row.map(Field), user_errors })
    }

    /// Delete a field for good. Refused while records hold values of it, unless `deleteValues` is set; the
    /// values are then deleted in the background.
    async fn delete_field(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The field to delete.")] input: DeleteFieldInput,
    ) -> Result<DeleteFieldPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.field_id, "fieldId")?;
            found("fieldId", delete_field(app, caller.workspace, caller.actor, id, input.delete_values).await)
        };
        let (deletion, user_errors) = user_errors(outcome.await)?;
        let done = deletion.as_ref().is_some_and(|deletion| deletion.done);
        Ok(DeleteFieldPayload { field: deletion.map(|deletion| Field(deletion.field)), done, user_errors })
    }

    /// Set who may read and set values of a data class, and whether people are told.
    async fn update_class_rule(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The data class, and its new rule.")] input: UpdateClassRuleInput,
    ) -> Result<UpdateClassRulePayload> {
        let (app, caller) = asked(ctx)?;
        let class = input.class.into();
        let (rule, user_errors) =
            user_errors(update_class_rule(app, caller.workspace, caller.actor, class, input.into()).await)?;
        Ok(UpdateClassRulePayload { class_rule: rule.map(ClassRule::from), user_errors })
    }

    /// Show one sealed value. For members only, with a second factor used in the last five minutes
    /// (`SECOND_FACTOR_REQUIRED`), as the only field of the operation, and at most 30 times in ten minutes.
    /// The journal records who, which field, and why.
    async fn reveal_field(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The value to reveal, and the reason.")] input: RevealFieldInput,
    ) -> Result<RevealFieldPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.field_id, "fieldId")?;
            reveal_field(app, &caller, input.owner()?, id, input.reason.into()).await
        };
        let (revealed, user_errors) = user_errors(outcome.await)?;
        let (field, value) = revealed.map(|revealed| (Field(revealed.field), revealed.value)).unzip();
        Ok(RevealFieldPayload { field, value, user_errors })
    }
}
