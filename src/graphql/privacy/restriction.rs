//! Restriction of processing in GraphQL.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{ContactId, RestrictionId, Time, restriction};

use crate::{
    error::Result,
    graphql::kit::{asked, found, load_by_id, load_of, named},
    platform::graphql::{UserError, user_errors},
    privacy::restriction::{
        lift_restriction, restrict_contact, restrictions_by_id, restrictions_of_contacts,
    },
};

load_by_id! {
    restrictions_by_id(RestrictionId) -> restriction;
}

load_of! {
    /// Every restriction of a contact.
    RestrictionsOf(ContactId) = restrictions_of_contacts -> restriction;
}

/// Why processing is restricted (GDPR Art. 18(1)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::RestrictionGround")]
pub enum RestrictionGround {
    /// The person contests the accuracy of the data, until it is verified (a).
    AccuracyContested,
    /// The processing is unlawful, and the person opposes the erasure (b).
    Unlawful,
    /// We no longer need the data, but the person does, for legal claims (c).
    NeededForClaims,
    /// The person objected, until the balance is recorded (d).
    ObjectionPending,
}

/// How a person is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::NoticeMeans")]
pub enum NoticeMeans {
    /// By an e-mail that Accord sends.
    Mail,
    /// By telephone.
    Phone,
    /// By letter.
    Post,
    /// Face to face.
    InPerson,
}

/// GraphQL type over a `restriction` row.
#[derive(Clone)]
pub struct Restriction(pub restriction::Model);

/// A period in which a contact's data may only be stored (GDPR Art. 18).
#[Object]
impl Restriction {
    /// Its global id.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Why.
    async fn ground(&self) -> RestrictionGround {
        self.0.ground.into()
    }

    /// The id of the request that it answers; null when staff restricted the contact by themselves.
    async fn request_id(&self) -> Option<ID> {
        self.0.request_id.map(Into::into)
    }

    /// Since when.
    async fn since(&self) -> Time {
        self.0.since
    }

    /// When staff decided to lift it; it ends once the person was told.
    async fn announced_at(&self) -> Option<Time> {
        self.0.announced_at
    }

    /// How the person is told, or was.
    async fn means(&self) -> Option<NoticeMeans> {
        self.0.means.map(Into::into)
    }

    /// When the mail that tells them did not arrive: tell them in another way, and lift it again.
    async fn failed_at(&self) -> Option<Time> {
        self.0.failed_at
    }

    /// When it was lifted; null while it lasts.
    async fn lifted_at(&self) -> Option<Time> {
        self.0.lifted_at
    }
}

/// The contact to restrict, and why.
#[derive(InputObject)]
pub struct RestrictContactInput {
    /// The contact.
    pub contact_id: ID,
    /// The ground.
    pub ground: RestrictionGround,
}

/// Result of `restrictContact`.
#[derive(SimpleObject)]
pub struct RestrictContactPayload {
    /// The restriction; null when the input was refused.
    pub restriction: Option<Restriction>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// The restriction to lift, and how the person is told.
#[derive(InputObject)]
pub struct LiftRestrictionInput {
    /// The restriction.
    pub restriction_id: ID,
    /// `MAIL`: Accord tells them, and it ends once the mail has left. Another way: you have told them, and it
    /// ends now; only for who has no mailbox that receives our mail.
    #[graphql(default_with = "NoticeMeans::Mail")]
    pub means: NoticeMeans,
}

/// Result of `liftRestriction`.
#[derive(SimpleObject)]
pub struct LiftRestrictionPayload {
    /// The restriction as it is now; null when the input was refused.
    pub restriction: Option<Restriction>,
    /// What is wrong with the input; empty when it was done.
    pub user_errors: Vec<UserError>,
}

/// Mutations about restrictions.
#[derive(Default)]
pub struct RestrictionMutation;

#[Object]
impl RestrictionMutation {
    /// Restrict the processing of a contact's data: they become a locked card, which nobody changes, uses or
    /// exports. A second time on the same ground changes nothing.
    async fn restrict_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact, and the ground.")] input: RestrictContactInput,
    ) -> Result<RestrictContactPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.contact_id, "contactId")?;
            let done = restrict_contact(app, caller.workspace, caller.actor, id, input.ground.into()).await;
            found("contactId", done)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RestrictContactPayload { restriction: row.map(Restriction), user_errors })
    }

    /// Lift a restriction. The person is told first (GDPR Art. 18(3)). A contact under several restrictions
    /// is free when the last one has ended.
    async fn lift_restriction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The restriction, and how the person is told.")] input: LiftRestrictionInput,
    ) -> Result<LiftRestrictionPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.restriction_id, "restrictionId")?;
            let done = lift_restriction(app, caller.workspace, caller.actor, id, input.means.into()).await;
            found("restrictionId", done)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(LiftRestrictionPayload { restriction: row.map(Restriction), user_errors })
    }
}
