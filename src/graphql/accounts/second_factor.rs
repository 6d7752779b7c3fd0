//! The second factor in GraphQL: enrolling, stepping up, removing.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::MemberId;

use super::{
    Member,
    sessions::{Session, SessionPayload, door, hand_over},
};
use crate::{
    accounts::{
        Caller, begin_second_factor, confirm_second_factor, disable_second_factor, remove_second_factor,
        renew_recovery_codes, step_up,
    },
    error::{Error, Result},
    graphql::kit::{anyone, asked, found, named},
    platform::graphql::{UserError, user_errors},
};

/// The caller's own second factor.
#[derive(SimpleObject)]
pub struct SecondFactor {
    /// Whether it is required to sign in.
    pub enabled: bool,
    /// Whether the workspace requires one for the caller's role.
    pub required: bool,
    /// Unused recovery codes: create new ones before they run out.
    pub recovery_codes_left: i32,
}

/// The caller's password.
#[derive(InputObject)]
pub struct BeginSecondFactorInput {
    /// The password, as proof of identity.
    #[graphql(secret)]
    pub password: String,
}

/// Result of `beginSecondFactor`: the same secret in three forms, shown once. It takes effect when a code
/// generated from it is confirmed.
#[derive(SimpleObject)]
pub struct BeginSecondFactorPayload {
    /// The secret in base32, to be typed into an authenticator app.
    pub secret: Option<String>,
    /// The secret as an `otpauth:` URI.
    pub uri: Option<String>,
    /// The URI as a QR code, in SVG.
    pub qr_svg: Option<String>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// A code of the second factor.
#[derive(InputObject)]
pub struct SecondFactorCodeInput {
    /// The six digits that the app shows now; for a factor already in use, a recovery code works as well.
    #[graphql(secret)]
    pub code: String,
}

/// Result of `confirmSecondFactor`.
#[derive(SimpleObject)]
pub struct ConfirmSecondFactorPayload {
    /// Ten recovery codes that replace the app if it is lost, each once. Shown only now.
    pub recovery_codes: Option<Vec<String>>,
    /// The session; the answer sets its new cookie. The member's other sessions have ended.
    pub session: Option<Session>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `renewRecoveryCodes`.
#[derive(SimpleObject)]
pub struct RenewRecoveryCodesPayload {
    /// Ten new codes, shown once. The old ones no longer work.
    pub recovery_codes: Option<Vec<String>>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Password and code, as proof of identity.
#[derive(InputObject)]
pub struct DisableSecondFactorInput {
    /// The password.
    #[graphql(secret)]
    pub password: String,
    /// A code of the second factor, or a recovery code.
    #[graphql(secret)]
    pub code: String,
}

/// The member whose second factor is removed.
#[derive(InputObject)]
pub struct RemoveSecondFactorInput {
    /// The member.
    pub member_id: ID,
}

/// Result of `removeSecondFactor`.
#[derive(SimpleObject)]
pub struct RemoveSecondFactorPayload {
    /// The member as they are now; null when the input was refused.
    pub member: Option<Member>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Mutations about the second factor.
#[derive(Default)]
pub struct SecondFactorMutation;

#[Object]
impl SecondFactorMutation {
    /// Begin to enrol a second factor. Like all mutations on it, this must be the only field of its
    /// operation.
    async fn begin_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your password, as proof of identity.")] input: BeginSecondFactorInput,
    ) -> Result<BeginSecondFactorPayload> {
        let (app, caller) = anyone(ctx)?;
        signed_in(caller)?;
        let (begun, user_errors) = user_errors(begin_second_factor(app, caller, &input.password).await)?;
        let (secret, uri, qr_svg) = match begun {
            Some(begun) => (Some(begun.secret), Some(begun.uri), Some(begun.qr_svg)),
            None => (None, None, None),
        };
        Ok(BeginSecondFactorPayload { secret, uri, qr_svg, user_errors })
    }

    /// Complete enrolment with a code generated from the new secret. From then on, signing in requires one.
    async fn confirm_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A code of the new second factor.")] input: SecondFactorCodeInput,
    ) -> Result<ConfirmSecondFactorPayload> {
        let (app, caller) = anyone(ctx)?;
        signed_in(caller)?;
        let outcome = async {
            door(ctx)?;
            confirm_second_factor(app, caller, &input.code).await
        };
        let (enrolled, user_errors) = user_errors(outcome.await)?;
        let (recovery_codes, session) =
            enrolled.map(|enrolled| (enrolled.recovery_codes, hand_over(ctx, &enrolled.session))).unzip();
        Ok(ConfirmSecondFactorPayload { recovery_codes, session, user_errors })
    }

    /// Use the second factor again, which unlocks operations that require it for a few minutes.
    async fn step_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A code of your second factor.")] input: SecondFactorCodeInput,
    ) -> Result<SessionPayload> {
        let (app, caller) = asked(ctx)?;
        signed_in(caller)?;
        let outcome = async {
            door(ctx)?;
            step_up(app, caller, &input.code).await
        };
        let (session, user_errors) = user_errors(outcome.await)?;
        Ok(SessionPayload { session: session.map(|open| hand_over(ctx, &open)), user_errors })
    }

    /// Replace the recovery codes with new ones.
    async fn renew_recovery_codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A code of your second factor.")] input: SecondFactorCodeInput,
    ) -> Result<RenewRecoveryCodesPayload> {
        let (app, caller) = asked(ctx)?;
        signed_in(caller)?;
        let (recovery_codes, user_errors) =
            user_errors(renew_recovery_codes(app, caller, &input.code).await)?;
        Ok(RenewRecoveryCodesPayload { recovery_codes, user_errors })
    }

    /// Remove your own second factor. Your other sessions end.
    async fn disable_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Your password, and a code.")] input: DisableSecondFactorInput,
    ) -> Result<SessionPayload> {
        let (app, caller) = asked(ctx)?;
        signed_in(caller)?;
        let outcome = async {
            door(ctx)?;
            disable_second_factor(app, caller, &input.password, &input.code).await
        };
        let (session, user_errors) = user_errors(outcome.await)?;
        Ok(SessionPayload { session: session.map(|open| hand_over(ctx, &open)), user_errors })
    }

    /// Remove the second factor of a colleague who lost it, once they have proved their identity in another
    /// way. Their sessions end, and they are notified by mail.
    async fn remove_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member whose second factor to remove.")] input: RemoveSecondFactorInput,
    ) -> Result<RemoveSecondFactorPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id: MemberId = named(&input.member_id, "memberId")?;
            found("memberId", remove_second_factor(app, caller, id).await)
        };
        let (member, user_errors) = user_errors(outcome.await)?;
        Ok(RemoveSecondFactorPayload { member: member.map(Member), user_errors })
    }
}

/// Programs have no second factor.
fn signed_in(caller: Caller) -> Result<()> {
    if caller.session.is_some() { Ok(()) } else { Err(Error::Forbidden) }
}
