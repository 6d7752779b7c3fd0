//! The staff in GraphQL: who they are and what they may do.

use async_graphql::{Context, ID, Object};
use entity::{MemberId, Time, member};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, Select};

use super::{List, Role, Run, allowed, cost, keyset, list, load, load_by_id, parse};
use crate::{
    accounts::{Caller, Right, members_of},
    error::Result,
    platform::graphql::{Nullable, PageArgs, nullable, page::Total},
};

load_by_id! {
    member by MemberId;
}

/// A person on the staff, with one role.
#[derive(Clone)]
pub struct Member(pub member::Model);

/// A person on the staff, with one role.
#[Object]
impl Member {
    /// Its global id.
    pub async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What colleagues call them.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where their invitation and the notices about their account go; they sign in with it.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// What they may do.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// `fr` or `en`: the language of the mails they get from us.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// When they were invited last.
    async fn invited_at(&self) -> Time {
        self.0.invited_at
    }

    /// When they accepted the invitation; null while it waits.
    async fn joined_at(&self) -> Option<Time> {
        self.0.joined_at
    }

    /// Since when they may not come in; null while they may.
    async fn deactivated_at(&self) -> Option<Time> {
        self.0.deactivated_at
    }

    /// Whether they sign in with a second factor.
    async fn has_second_factor(&self) -> bool {
        self.0.totp_sealed.is_some()
    }

    /// Counts changes: give it back as `expectedVersion` when you change them.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When they were first invited.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }
}

/// Queries about the staff.
#[derive(Default)]
pub struct MembersQuery;

#[Object]
impl MembersQuery {
    /// The staff, in the order they were invited. Those whose access has ended are among them: what they did bears their name.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Only those who may come in now.", default = false)] active: bool,
    ) -> Result<List<MemberId, Member>> {
        let (app, caller) = allowed(ctx, Right::ReadMembers)?;
        let request = PageArgs::new(first, after, last, before).check::<MemberId>()?;
        let rows = keyset(members(&caller, active), member::Column::Id, &request, Run::Up).all(app.db()).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, select) = (app.clone(), members(&caller, active));
            async move { Ok(i64::try_from(select.count(app.db()).await?).unwrap_or(i64::MAX)) }
        });
        Ok(list(request.page(rows), |row| row.id, Member, total))
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

fn members(caller: &Caller, active: bool) -> Select<member::Entity> {
    let members = members_of(caller.workspace);
    if active { members.filter(member::Column::JoinedAt.is_not_null()).filter(member::Column::DeactivatedAt.is_null()) } else { members }
}
