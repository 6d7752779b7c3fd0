//! What can be asked about contacts, companies and tags. Activities and searches have files of their own.

use async_graphql::{Context, ID, InputObject, Object};
use entity::{CompanyId, ContactId, EmailAddress, contact, tag};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Select};

use super::{Company, Contact, Tag};
use crate::{
    accounts::{
        Caller, Right,
        graphql::{List, Run, allowed, asked, cost, keyset, list, load, parse},
    },
    error::{Error, ProblemCode, Result},
    platform::graphql::{Nullable, PageArgs, nullable, page::Total},
};

/// Which contacts to show.
#[derive(Default, InputObject)]
pub struct ContactFilter {
    /// Only the one with this mailbox; two spellings of one address find the same contact.
    pub email: Option<String>,
}

/// Queries of this room.
#[derive(Default)]
pub struct ContactsQuery;

#[Object]
impl ContactsQuery {
    /// Contacts, newest first, without the archived ones.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
        #[graphql(desc = "Which contacts; absent = all.")] filter: Option<ContactFilter>,
    ) -> Result<List<ContactId, Contact>> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<ContactId>()?;
        let wanted = match filter.unwrap_or_default().email {
            Some(email) => find_by_email(ctx, &email).await?.map_or(Wanted::Nobody, Wanted::One),
            None => Wanted::All,
        };
        let rows = keyset(contacts(&caller, wanted), contact::Column::Id, &request, Run::Down).all(app.db()).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let (app, select) = (app.clone(), contacts(&caller, wanted));
            async move { Ok(i64::try_from(select.count(app.db()).await?).unwrap_or(i64::MAX)) }
        });
        Ok(list(request.page(rows), |row| row.id, Contact, total))
    }

    /// One contact; null when there is none with this id.
    async fn contact(&self, ctx: &Context<'_>, id: ID) -> Nullable<Contact> {
        let outcome = async {
            allowed(ctx, Right::ReadContacts)?;
            match parse::<ContactId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Contact)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// One company; null when there is none with this id.
    async fn company(&self, ctx: &Context<'_>, id: ID) -> Nullable<Company> {
        let outcome = async {
            allowed(ctx, Right::ReadContacts)?;
            match parse::<CompanyId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Company)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// Tags, by name.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<String, Tag>> {
        let (app, caller) = allowed(ctx, Right::ReadContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<String>()?;
        let select = move || tag::Entity::find().filter(tag::Column::WorkspaceId.eq(caller.workspace));
        let rows = keyset(select(), tag::Column::NameKey, &request, Run::Up).all(app.db()).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { Ok(i64::try_from(select().count(app.db()).await?).unwrap_or(i64::MAX)) }
        });
        Ok(list(request.page(rows), |row| row.name_key.clone(), Tag, total))
    }
}

/// Whose mailbox this is; none = nobody's.
async fn find_by_email(ctx: &Context<'_>, email: &str) -> Result<Option<ContactId>> {
    let (app, caller) = asked(ctx)?;
    let email = EmailAddress::parse(email)
        .map_err(|_| Error::rejected(ProblemCode::Invalid, "filter.email", "Give a whole e-mail address, like ada@example.org."))?;
    Ok(crate::contacts::find_address(app.db(), caller.workspace, &email.key()).await?.map(|address| address.contact_id))
}

/// Which contacts a filter leaves.
#[derive(Clone, Copy)]
enum Wanted {
    All,
    One(ContactId),
    Nobody,
}

fn contacts(caller: &Caller, wanted: Wanted) -> Select<contact::Entity> {
    let select = contact::Entity::find().filter(contact::Column::WorkspaceId.eq(caller.workspace)).filter(contact::Column::ArchivedAt.is_null());
    match wanted {
        Wanted::All => select,
        Wanted::One(id) => select.filter(contact::Column::Id.eq(id)),
        Wanted::Nobody => select.filter(contact::Column::Id.is_in(Vec::<ContactId>::new())),
    }
}
