//! Members in GraphQL.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{MemberId, Time, member};

use super::Role;
use crate::{
    accounts::{
        MemberChanges, NewMember, Right, deactivate_member, end_member_sessions, invite_member,
        leave_workspace,
        loads::{count_members, members_by_id, page_members},
        reactivate_member, resend_invitation, update_member,
    },
    error::Result,
    graphql::kit::{List, allowed, asked, at_hand, cost, found, list, load, load_by_id, named, parse},
    platform::graphql::{Nullable, PageArgs, UserError, nullable, page::Total, user_errors},
};

load_by_id! {
    members_by_id(MemberId) -> member;
}

/// GraphQL type of a member.
#[derive(Clone)]
pub struct Member(pub member::Model);

at_hand! {
    Member:
        id, name, email, role, language, invitedAt, joinedAt, deactivatedAt, hasSecondFactor, version,
        createdAt;
}

/// A member of the staff, with one role.
#[Object]
impl Member {
    /// Its global id.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// Display name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The address they sign in with; invitations and account notices are sent there.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// Role in the workspace.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// `fr` or `en`: the language of mails sent to them.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// When they were last invited.
    async fn invited_at(&self) -> Time {
        self.0.invited_at
    }

    /// When they accepted the invitation; null while it is pending.
    async fn joined_at(&self) -> Option<Time> {
        self.0.joined_at
    }

    /// When their access ended; null while they have access.
    async fn deactivated_at(&self) -> Option<Time> {
        self.0.deactivated_at
    }

    /// Whether they sign in with a second factor.
    async fn has_second_factor(&self) -> bool {
        self.0.totp_sealed.is_some()
    }

    /// Incremented by every change: pass it as `expectedVersion` when you change the member.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When they were first invited.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }
}

/// Queries about members.
#[derive(Default)]
pub struct MembersQuery;

#[Object]
impl MembersQuery {
    /// Members, in the order they were invited. Deactivated ones are included, because past actions carry
    /// their name.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Only members who have access now.", default = false)] active: bool,
    ) -> Result<List<MemberId, Member>> {
        let (app, caller) = allowed(ctx, Right::ReadMembers)?;
        let request = PageArgs::new(first, after, last, before).check::<MemberId>()?;
        let page = page_members(app.db(), caller.workspace, active, &request).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { count_members(app.db(), caller.workspace, active).await }
        });
        Ok(list(page, |row| row.id, Member, total))
    }

    /// The member with this id; null when there is none.
    async fn member(&self, ctx: &Context<'_>, #[graphql(desc = "The member.")] id: ID) -> Nullable<Member> {
        let outcome = async {
            allowed(ctx, Right::ReadMembers)?;
            match parse::<MemberId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Member)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }
}

/// The person to invite.
#[derive(InputObject)]
pub struct InviteMemberInput {
    /// Where the invitation is sent; they will sign in with this address.
    pub email: String,
    /// Display name; they may correct it when they join.
    pub name: String,
    /// Role in the workspace. Only an owner can invite an owner.
    pub role: Role,
    /// `fr` or `en`; absent = the workspace's language.
    pub language: Option<String>,
    /// An idempotency key of your choice, such as a UUID: sending the same request again invites nobody
    /// twice.
    pub idempotency_key: Option<String>,
}

/// Changes to a member; absent = unchanged.
#[derive(InputObject)]
pub struct UpdateMemberInput {
    /// The member.
    pub member_id: ID,
    /// The `version` you read.
    pub expected_version: i32,
    /// Display name.
    pub name: Option<String>,
    /// Role in the workspace. Only an owner can grant or take away ownership, and the last owner keeps it.
    pub role: Option<Role>,
    /// `fr` or `en`.
    pub language: Option<String>,
}

/// The member to act on.
#[derive(InputObject)]
pub struct MemberInput {
    /// The member.
    pub member_id: ID,
}

/// Result of a mutation on a member.
#[derive(SimpleObject)]
pub struct MemberPayload {
    /// The member as they are now; null when the input was refused.
    pub member: Option<Member>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Result of `endMemberSessions`.
#[derive(SimpleObject)]
pub struct EndMemberSessionsPayload {
    /// How many sessions ended; null when the input was refused.
    pub ended: Option<i32>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Mutations about members.
#[derive(Default)]
pub struct MembersMutation;

fn payload(outcome: Result<member::Model>) -> Result<MemberPayload> {
    let (member, user_errors) = user_errors(outcome)?;
    Ok(MemberPayload { member: member.map(Member), user_errors })
}

#[Object]
impl MembersMutation {
    /// Invite a person to the staff: they get a mail with a link that is valid for seven days.
    async fn invite_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The person to invite, and their role.")] input: InviteMemberInput,
    ) -> Result<MemberPayload> {
        let (app, caller) = asked(ctx)?;
        let new = NewMember {
            email: input.email,
            name: input.name,
            role: input.role.into(),
            language: input.language,
        };
        payload(invite_member(app, caller, new, input.idempotency_key.as_deref()).await)
    }

    /// Send a pending invitation again. The link in the earlier mail becomes invalid.
    async fn resend_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member whose invitation to send again.")] input: MemberInput,
    ) -> Result<MemberPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id: MemberId = named(&input.member_id, "memberId")?;
            found("memberId", resend_invitation(app, caller, id).await)
        };
        payload(outcome.await)
    }

    /// Change a member. A new role takes effect at once, in open sessions too. Everybody may change their own
    /// name and language.
    async fn update_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member, and what to change.")] input: UpdateMemberInput,
    ) -> Result<MemberPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let changes = MemberChanges {
                name: input.name,
                role: input.role.map(Into::into),
                language: input.language,
            };
            let id: MemberId = named(&input.member_id, "memberId")?;
            found("memberId", update_member(app, caller, id, input.expected_version, changes).await)
        };
        payload(outcome.await)
    }

    /// End a member's access, at once and everywhere. Their past actions stay under their name.
    async fn deactivate_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member.")] input: MemberInput,
    ) -> Result<MemberPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id: MemberId = named(&input.member_id, "memberId")?;
            found("memberId", deactivate_member(app, caller, id).await)
        };
        payload(outcome.await)
    }

    /// Restore the access of a deactivated member.
    async fn reactivate_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member.")] input: MemberInput,
    ) -> Result<MemberPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id: MemberId = named(&input.member_id, "memberId")?;
            found("memberId", reactivate_member(app, caller, id).await)
        };
        payload(outcome.await)
    }

    /// Leave the workspace: your own access ends at once. The last owner cannot leave.
    async fn leave_workspace(&self, ctx: &Context<'_>) -> Result<MemberPayload> {
        let (app, caller) = asked(ctx)?;
        payload(leave_workspace(app, caller).await)
    }

    /// End all sessions of a member; they may sign in again.
    async fn end_member_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The member whose sessions to end.")] input: MemberInput,
    ) -> Result<EndMemberSessionsPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id: MemberId = named(&input.member_id, "memberId")?;
            found("memberId", end_member_sessions(app, caller, id).await)
        };
        let (ended, user_errors) = user_errors(outcome.await)?;
        Ok(EndMemberSessionsPayload {
            ended: ended.map(|ended| i32::try_from(ended).unwrap_or(i32::MAX)),
            user_errors,
        })
    }
}
