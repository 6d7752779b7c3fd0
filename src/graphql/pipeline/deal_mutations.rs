//! Mutations on deals: each translates its input, calls the use case and translates the result.

use async_graphql::{Context, ID, MaybeUndefined, Object};
use entity::deal;

use super::{
    Deal, MoneyInput, Stage,
    deal_inputs::{
        ArchiveDealInput, ArchiveDealPayload, CreateDealInput, CreateDealPayload, DealContactInput,
        MoveDealInput, MoveDealPayload, RestoreDealInput, RestoreDealPayload, SetDealContactsInput,
        SetDealContactsPayload, UpdateDealInput, UpdateDealPayload, UpsertDealInput, UpsertDealPayload,
    },
};
use crate::{
    error::Result,
    graphql::{
        fields::custom_inputs,
        kit::{Notice, asked, found, held_back, held_back_custom, load, named},
    },
    pipeline as room,
    pipeline::{DealChange, Move, NewDeal, Party},
    platform::{graphql::user_errors, money},
};

/// Mutations of deals.
#[derive(Default)]
pub struct DealsMutation;

#[Object]
impl DealsMutation {
    /// Create a deal.
    async fn create_deal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new deal.")] input: CreateDealInput,
    ) -> Result<CreateDealPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let owner = match input.owner_id {
                MaybeUndefined::Undefined => caller.actor.member(),
                MaybeUndefined::Null => None,
                MaybeUndefined::Value(id) => Some(named(&id, "ownerId")?),
            };
            let new = NewDeal {
                title: input.title,
                amount: input.amount.map(Into::into),
                pipeline: optional(input.pipeline_id.as_ref(), "pipelineId")?,
                stage: optional(input.stage_id.as_ref(), "stageId")?,
                loss_reason: optional(input.loss_reason_id.as_ref(), "lossReasonId")?,
                company: optional(input.company_id.as_ref(), "companyId")?,
                owner,
                contacts: parties(&input.contacts)?,
                expected_close_on: input.expected_close_on,
                source: input.source,
                external_id: input.external_id,
                custom: custom_inputs(input.custom),
            };
            Box::pin(room::create_deal(
                app,
                caller.workspace,
                caller.actor,
                input.idempotency_key.as_deref(),
                new,
            ))
            .await
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        let notices = notices(row.as_ref());
        Ok(CreateDealPayload { deal: row.map(Deal), notices, user_errors })
    }

    /// Change a deal's values. Use `moveDeal` for its stage and `setDealContacts` for its contacts.
    async fn update_deal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The deal, and what to change.")] input: UpdateDealInput,
    ) -> Result<UpdateDealPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.deal_id, "dealId")?;
            let change = DealChange {
                title: input.title,
                amount: amount(input.amount),
                company: clearable(input.company_id, "companyId")?,
                owner: clearable(input.owner_id, "ownerId")?,
                expected_close_on: change(input.expected_close_on),
                external_id: change(input.external_id),
                custom: custom_inputs(input.custom),
            };
            found(
                "dealId",
                Box::pin(room::update_deal(
                    app,
                    caller.workspace,
                    caller.actor,
                    id,
                    input.expected_version,
                    change,
                ))
                .await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        let notices = notices(row.as_ref());
        Ok(UpdateDealPayload { deal: row.map(Deal), notices, user_errors })
    }

    /// Create or change the deal that has this id in an external system. Safe to repeat.
    async fn upsert_deal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The deal as the other system has it.")] input: UpsertDealInput,
    ) -> Result<UpsertDealPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (amount, close_on) = (amount(input.amount), change(input.expected_close_on));
            let (company, owner) =
                (clearable(input.company_id, "companyId")?, clearable(input.owner_id, "ownerId")?);
            let custom = custom_inputs(input.custom);
            let new = NewDeal {
                title: input.title.clone().unwrap_or_default(),
                amount: amount.clone().flatten(),
                pipeline: optional(input.pipeline_id.as_ref(), "pipelineId")?,
                stage: optional(input.stage_id.as_ref(), "stageId")?,
                loss_reason: optional(input.loss_reason_id.as_ref(), "lossReasonId")?,
                company: company.flatten(),
                owner: owner.flatten(),
                contacts: parties(&input.contacts)?,
                expected_close_on: close_on.clone().flatten(),
                source: None,
                external_id: None,
                custom: custom.clone(),
            };
            let change = DealChange {
                title: input.title,
                amount,
                company,
                owner,
                expected_close_on: close_on,
                external_id: None,
                custom,
            };
            Box::pin(room::upsert_deal(app, caller.workspace, caller.actor, &input.external_id, new, change))
                .await
        };
        let (done, user_errors) = user_errors(outcome.await)?;
        let (deal, created) = done.map(|(row, created)| (Deal(row), created)).unzip();
        let notices = notices(deal.as_ref().map(|deal| &deal.0));
        Ok(UpsertDealPayload { deal, created, notices, user_errors })
    }

    /// Remove a deal from the board and lists. Repeating it changes nothing.
    async fn archive_deal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The deal to archive.")] input: ArchiveDealInput,
    ) -> Result<ArchiveDealPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.deal_id, "dealId")?;
            found("dealId", room::archive_deal(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ArchiveDealPayload { deal: row.map(Deal), user_errors })
    }

    /// Restore an archived deal. Repeating it changes nothing.
    async fn restore_deal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The deal to restore.")] input: RestoreDealInput,
    ) -> Result<RestoreDealPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.deal_id, "dealId")?;
            found("dealId", room::restore_deal(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RestoreDealPayload { deal: row.map(Deal), user_errors })
    }

    /// Replace all contacts of a deal.
    async fn set_deal_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The deal, and all contacts that it is to have.")] input: SetDealContactsInput,
    ) -> Result<SetDealContactsPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.deal_id, "dealId")?;
            let parties = parties(&input.contacts)?;
            found(
                "dealId",
                room::set_deal_contacts(
                    app,
                    caller.workspace,
                    caller.actor,
                    id,
                    input.expected_version,
                    &parties,
                )
                .await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(SetDealContactsPayload { deal: row.map(Deal), user_errors })
    }

    /// Move a deal: to another stage, another position in its column, or both. If two people drag at once,
    /// the last one decides the position, the history keeps both, and other changes to the deal are
    /// untouched. Never STALE.
    async fn move_deal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The deal to move, and where to move it.")] input: MoveDealInput,
    ) -> Result<MoveDealPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let drag = Move {
                deal: named(&input.deal_id, "dealId")?,
                to: named(&input.to_stage_id, "toStageId")?,
                after: optional(input.after_deal_id.as_ref(), "afterDealId")?,
                before: optional(input.before_deal_id.as_ref(), "beforeDealId")?,
                loss_reason: optional(input.loss_reason_id.as_ref(), "lossReasonId")?,
                expected_stage: optional(input.expected_stage_id.as_ref(), "expectedStageId")?,
            };
            found(
                "dealId",
                Box::pin(room::move_deal(
                    app,
                    caller.workspace,
                    caller.actor,
                    input.idempotency_key.as_deref(),
                    drag,
                ))
                .await,
            )
        };
        let (moved, user_errors) = user_errors(outcome.await)?;
        let overtook = match moved.as_ref().and_then(|moved| moved.overtaken) {
            Some(stage) => load(ctx, stage).await?.map(Stage),
            None => None,
        };
        Ok(MoveDealPayload { deal: moved.map(|moved| Deal(moved.deal)), overtook, user_errors })
    }
}

/// An optional id.
fn optional<T: std::str::FromStr>(id: Option<&ID>, field: &str) -> Result<Option<T>> {
    id.map(|id| named(id, field)).transpose()
}

/// An id in an update: absent = unchanged, null = cleared.
#[expect(clippy::option_option, reason = "absent, cleared, set: what an update says")]
fn clearable<T: std::str::FromStr>(id: MaybeUndefined<ID>, field: &str) -> Result<Option<Option<T>>> {
    match id {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Ok(Some(None)),
        MaybeUndefined::Value(id) => Ok(Some(Some(named(&id, field)?))),
    }
}

/// A value in an update: absent = unchanged, null = cleared.
#[expect(clippy::option_option, reason = "absent, cleared, set: what an update says")]
fn change<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

#[expect(clippy::option_option, reason = "absent, cleared, set: what an update says")]
fn amount(value: MaybeUndefined<MoneyInput>) -> Option<Option<money::MoneyInput>> {
    change(value).map(|value| value.map(Into::into))
}

fn parties(contacts: &[DealContactInput]) -> Result<Vec<Party>> {
    let parties = contacts.iter().enumerate().map(|(at, contact)| {
        let id = named(&contact.contact_id, &format!("contacts.{at}.contactId"))?;
        Ok(Party { contact: id, role: contact.role.into() })
    });
    parties.collect()
}

/// What to know of a deal that was written.
fn notices(deal: Option<&deal::Model>) -> Vec<Notice> {
    let mut notices = held_back(deal.map(|row| ("title", row.title.as_str())));
    notices.extend(held_back_custom(deal.map(|row| row.custom.as_str())));
    notices
}
