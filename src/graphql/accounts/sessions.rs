//! Signing in and out, sessions, passwords and joining by invitation in GraphQL. The session's token is sent
//! in a cookie that no script can read, never in the answer.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{SessionId, Time, session};

use super::Member;
use crate::{
    accounts::{
        self, Credentials, DEVICE_COOKIE, Door, LIFE, OpenSession, SESSION_COOKIE, SignedIn,
        accept_invitation, change_password, device_cookie, end_other_sessions, end_session, list_sessions,
        request_password_reset, reset_password, sign_in, sign_out,
    },
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    graphql::kit::{anyone, asked, found, named, parse},
    platform::{
        graphql::{Peer, UserError, user_errors},
        web::Cookies,
    },
};

/// The header that sets the session cookie; an empty token deletes it.
fn session_cookie(token: &str, cookies: Cookies) -> String {
    let life = if token.is_empty() { 0 } else { LIFE.num_seconds() };
    format!("{SESSION_COOKIE}={token}; {}; Max-Age={life}", cookies.attributes())
}

/// Attributes for the cookies of this answer.
fn cookies(ctx: &Context<'_>) -> Cookies {
    ctx.data::<Peer>().ok().and_then(|peer| peer.takes_cookies).unwrap_or(Cookies::OneSite)
}

/// What is known about the client that signs in; refuses transports that cannot set cookies.
pub(super) fn door(ctx: &Context<'_>) -> Result<Door> {
    let peer = ctx.data::<Peer>().map_err(|_| Error::internal("a transport said nothing of its peer"))?;
    if peer.takes_cookies.is_none() {
        let message = "A WebSocket cannot set the session's cookie: send this by POST.".to_owned();
        return Err(Error::Rejected(vec![Problem { code: ProblemCode::WrongState, field: None, message }]));
    }
    Ok(Door {
        network: peer.network.clone(),
        browser: peer.browser.clone(),
        device: peer.cookie(DEVICE_COOKIE).map(str::to_owned),
    })
}

/// Sets the cookie with a session's new token.
pub(super) fn hand_over(ctx: &Context<'_>, open: &OpenSession) -> Session {
    ctx.append_http_header("set-cookie", session_cookie(&open.token, cookies(ctx)));
    Session::of(&open.row, Some(open.row.id))
}

fn the_app<'a>(ctx: &'a Context<'_>) -> Result<&'a App> {
    ctx.data::<App>().map_err(|_| Error::internal("the schema was built without an App"))
}

/// A browser in which a member is signed in.
#[derive(SimpleObject)]
pub struct Session {
    /// Its id, to end it with `endSession`.
    pub id: ID,
    /// Browser family and major version, to recognise it.
    pub browser: String,
    /// When they signed in.
    pub created_at: Time,
    /// When it was last used, to the minute. It ends after eight hours without use.
    pub last_seen_at: Time,
    /// When it ends at the latest.
    pub expires_at: Time,
    /// When the second factor was last used in it. Some operations require that within the last few minutes.
    pub stepped_up_at: Option<Time>,
    /// Whether it is the session of this request.
    pub current: bool,
}

impl Session {
    pub(super) fn of(row: &session::Model, current: Option<SessionId>) -> Self {
        Self {
            id: row.id.into(),
            browser: row.browser.clone(),
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            stepped_up_at: row.stepped_up_at,
            current: current == Some(row.id),
        }
    }
}

/// Outcome of an attempt to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum SignInOutcome {
    /// Signed in: the answer sets the cookie.
    SignedIn,
    /// The password is right; send it again together with a code.
    SecondFactorRequired,
    /// Refused, without saying which value is wrong: see `userErrors`.
    Refused,
}

/// The credentials to sign in with.
#[derive(InputObject)]
pub struct SignInInput {
    /// The workspace's slug.
    pub workspace: String,
    /// The member's e-mail address.
    pub email: String,
    /// Their password, taken literally.
    #[graphql(secret)]
    pub password: String,
    /// A code of their second factor, or a recovery code; absent when they have none or were not asked yet.
    #[graphql(secret)]
    pub code: Option<String>,
}

/// Result of `signIn`.
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// The outcome.
    pub outcome: SignInOutcome,
    /// The member who signed in.
    pub member: Option<Member>,
    /// Their session in this browser.
    pub session: Option<Session>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `signOut`.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// True: the session has ended.
    pub signed_out: bool,
}

/// The member who wants a new password.
#[derive(InputObject)]
pub struct RequestPasswordResetInput {
    /// The workspace's slug.
    pub workspace: String,
    /// The member's e-mail address.
    pub email: String,
}

/// Result of `requestPasswordReset`: the same whether or not the member exists.
#[derive(SimpleObject)]
pub struct RequestPasswordResetPayload {
    /// True: if there is such a member, a mail is on its way.
    pub requested: bool,
}

/// The link from the mail, and the new password.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    /// The last segment of the link's path.
    #[graphql(secret)]
    pub token: String,
    /// The new password: 12 to 256 characters of any kind.
    #[graphql(secret)]
    pub password: String,
}

/// Result of `resetPassword`.
#[derive(SimpleObject)]
pub struct ResetPasswordPayload {
    /// Whether the password was changed. All sessions have then ended: sign in again.
    pub done: bool,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The invitation's link, and the new member's choices.
#[derive(InputObject)]
pub struct AcceptInvitationInput {
    /// The last segment of the link's path.
    #[graphql(secret)]
    pub token: String,
    /// Display name; absent = as in the invitation.
    pub name: Option<String>,
    /// Their password: 12 to 256 characters of any kind.
    #[graphql(secret)]
    pub password: String,
}

/// Result of `acceptInvitation`.
#[derive(SimpleObject)]
pub struct AcceptInvitationPayload {
    /// The new member; null when the input was refused. They are not signed in yet.
    pub member: Option<Member>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The old and the new password.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The current password.
    #[graphql(secret)]
    pub current_password: String,
    /// The new password: 12 to 256 characters of any kind.
    #[graphql(secret)]
    pub new_password: String,
}

/// The caller's session after they proved their identity again.
#[derive(SimpleObject)]
pub struct SessionPayload {
    /// The session; the answer sets its new cookie. Null when the input was refused.
    pub session: Option<Session>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The session to end.
#[derive(InputObject)]
pub struct EndSessionInput {
    /// The session.
    pub session_id: ID,
}

/// Result of `endSession`.
#[derive(SimpleObject)]
pub struct EndSessionPayload {
    /// The session as it was; null when the input was refused.
    pub session: Option<Session>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `endOtherSessions`.
#[derive(SimpleObject)]
pub struct EndOtherSessionsPayload {
    /// How many sessions ended.
    pub ended: i32,
}

/// Queries about sessions.
#[derive(Default)]
pub struct SessionsQuery;

#[Object]
impl SessionsQuery {
    /// The browsers in which a member is signed in, the newest first: your own, or another member's if you
    /// manage members.
    #[graphql(complexity = "10 + child_complexity")]
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member; absent = the caller.")] member_id: Option<ID>,
    ) -> Result<Vec<Session>> {
        let (app, caller) = anyone(ctx)?;
        let member = match member_id {
            Some(id) => parse(&id),
            None => Some(caller.actor.member().ok_or(Error::Forbidden)?),
        };
        let rows = list_sessions(app, caller, member).await?;
        Ok(rows.iter().map(|row| Session::of(row, caller.session)).collect())
    }
}

/// Mutations about signing in, sessions and passwords.
#[derive(Default)]
pub struct SessionsMutation;

#[Object]
impl SessionsMutation {
    /// Sign in with a browser: the answer sets the session cookie. Needs no credential and must be the only
    /// field of its operation. An unknown address and a wrong password get the same answer.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace and the credentials to sign in with.")] input: SignInInput,
    ) -> Result<SignInPayload> {
        let app = the_app(ctx)?;
        let SignInInput { workspace, email, password, code } = input;
        let before = ctx.data::<accounts::Caller>().ok().copied();
        let outcome = async {
            sign_in(app, &door(ctx)?, Credentials { workspace, email, password, code }, before).await
        };
        let (signed_in, user_errors) = user_errors(outcome.await)?;
        Ok(match signed_in {
            Some(SignedIn::In(entered)) => {
                ctx.append_http_header("set-cookie", device_cookie(&entered.device, cookies(ctx)));
                let session = hand_over(ctx, &entered.session);
                SignInPayload {
                    outcome: SignInOutcome::SignedIn,
                    member: Some(Member(entered.member)),
                    session: Some(session),
                    user_errors,
                }
            }
            Some(SignedIn::SecondFactorRequired) => SignInPayload {
                outcome: SignInOutcome::SecondFactorRequired,
                member: None,
                session: None,
                user_errors,
            },
            None => {
                SignInPayload { outcome: SignInOutcome::Refused, member: None, session: None, user_errors }
            }
        })
    }

    /// Sign out: ends the session of this browser.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload> {
        let (app, caller) = anyone(ctx)?;
        sign_out(app, caller).await?;
        ctx.append_http_header("set-cookie", session_cookie("", cookies(ctx)));
        Ok(SignOutPayload { signed_out: true })
    }

    /// Request a mail with a link to choose a new password. Needs no credential and must be the only field of
    /// its operation; the answer never says whether there is such a member.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace and e-mail address of the member who needs a new password.")]
        input: RequestPasswordResetInput,
    ) -> Result<RequestPasswordResetPayload> {
        request_password_reset(the_app(ctx)?, &door(ctx)?, &input.workspace, &input.email).await?;
        Ok(RequestPasswordResetPayload { requested: true })
    }

    /// Choose a new password with the link from the mail. Needs no credential and must be the only field of
    /// its operation. All sessions of the member end, and a second factor is still needed to sign in.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link's token, and the new password.")] input: ResetPasswordInput,
    ) -> Result<ResetPasswordPayload> {
        let app = the_app(ctx)?;
        let outcome = async {
            door(ctx)?;
            reset_password(app, &input.token, &input.password).await
        };
        let (device, user_errors) = user_errors(outcome.await)?;
        if let Some(device) = &device {
            ctx.append_http_header("set-cookie", device_cookie(device, cookies(ctx)));
        }
        Ok(ResetPasswordPayload { done: device.is_some(), user_errors })
    }

    /// Join the workspace with the link from the invitation. Needs no credential and must be the only field
    /// of its operation.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The link's token, and the new password.")] input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload> {
        let outcome =
            accept_invitation(the_app(ctx)?, &input.token, input.name.as_deref(), &input.password).await;
        let (member, user_errors) = user_errors(outcome)?;
        Ok(AcceptInvitationPayload { member: member.map(Member), user_errors })
    }

    /// Change your own password. Your other sessions end, and this one gets a new cookie. Must be the only
    /// field of its operation.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The old and the new password.")] input: ChangePasswordInput,
    ) -> Result<SessionPayload> {
        let (app, caller) = anyone(ctx)?;
        caller.session.ok_or(Error::Forbidden)?;
        let outcome = async {
            door(ctx)?;
            change_password(app, caller, &input.current_password, &input.new_password).await
        };
        let (changed, user_errors) = user_errors(outcome.await)?;
        let session = changed.map(|(open, device)| {
            ctx.append_http_header("set-cookie", device_cookie(&device, cookies(ctx)));
            hand_over(ctx, &open)
        });
        Ok(SessionPayload { session, user_errors })
    }

    /// End a session: your own, or a member's if you manage members. Open sockets close at once.
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session to end.")] input: EndSessionInput,
    ) -> Result<EndSessionPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id: SessionId = named(&input.session_id, "sessionId")?;
            found("sessionId", end_session(app, caller, id).await)
        };
        let (session, user_errors) = user_errors(outcome.await)?;
        Ok(EndSessionPayload { session: session.map(|row| Session::of(&row, caller.session)), user_errors })
    }

    /// End all of your own sessions except this one.
    async fn end_other_sessions(&self, ctx: &Context<'_>) -> Result<EndOtherSessionsPayload> {
        let (app, caller) = anyone(ctx)?;
        let ended = end_other_sessions(app, caller).await?;
        Ok(EndOtherSessionsPayload { ended: i32::try_from(ended).unwrap_or(i32::MAX) })
    }
}
