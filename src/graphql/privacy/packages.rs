//! Copies of a person's data in GraphQL: ordering one, its state, and a link to hand it over.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entity::{ContactId, PackageId, Time, package};

use crate::{
    accounts::Right,
    error::Result,
    graphql::kit::{List, allowed, asked, cost, found, list, load, load_by_id, named, parse},
    platform::graphql::{Nullable, PageArgs, UserError, nullable, page::Total, user_errors},
    privacy::packages::list_packages::{
        count_packages, make_package_link, order_for_person, packages_by_id, page_packages,
    },
};

load_by_id! {
    packages_by_id(PackageId) -> package;
}

/// What a package holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::PackageKind")]
pub enum PackageKind {
    /// Everything held about the person (GDPR Art. 15).
    Access,
    /// What the person provided, to take elsewhere (Art. 20).
    Portability,
}

/// The state of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entity::PackageState")]
pub enum PackageState {
    /// It is being built.
    Building,
    /// It can be downloaded.
    Ready,
    /// Its file was deleted.
    Expired,
}

/// GraphQL type over a `package` row.
#[derive(Clone)]
pub struct Package(pub package::Model);

/// A copy of a person's data. The person gets a link by e-mail; what is in it, the API does not tell.
#[Object]
impl Package {
    /// Its id.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// The id of the contact.
    async fn contact_id(&self) -> ID {
        self.0.contact_id.into()
    }

    /// The id of the request that it answers; null when there was none.
    async fn request_id(&self) -> Option<ID> {
        self.0.request_id.map(Into::into)
    }

    /// What it holds.
    async fn kind(&self) -> PackageKind {
        self.0.kind.into()
    }

    /// Its state.
    async fn state(&self) -> PackageState {
        self.0.state.into()
    }

    /// The size of the file in bytes; 0 until it is built.
    async fn bytes(&self) -> i64 {
        self.0.bytes
    }

    /// SHA-256 of the file, in hex; null until it is built.
    async fn sha256(&self) -> Option<String> {
        self.0.sha256.as_ref().map(hex::encode)
    }

    /// When it was ordered.
    async fn created_at(&self) -> Time {
        self.0.created_at
    }

    /// When it was built; null until then.
    async fn built_at(&self) -> Option<Time> {
        self.0.built_at
    }

    /// When its file is deleted.
    async fn expires_at(&self) -> Time {
        self.0.expires_at
    }

    /// How often it was downloaded.
    async fn downloads(&self) -> i32 {
        self.0.downloads
    }
}

/// The copy to order.
#[derive(InputObject)]
pub struct OrderPackageInput {
    /// The contact.
    pub contact_id: ID,
    /// What it is to hold.
    pub kind: PackageKind,
}

/// Result of `orderPackage`.
#[derive(SimpleObject)]
pub struct OrderPackagePayload {
    /// The package, which a job now builds; null when the input was refused.
    pub package: Option<Package>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// The package to hand over.
#[derive(InputObject)]
pub struct MakePackageLinkInput {
    /// The package.
    pub package_id: ID,
}

/// Result of `makePackageLink`.
#[derive(SimpleObject)]
pub struct MakePackageLinkPayload {
    /// The address of the page with the download; null when the input was refused.
    pub url: Option<String>,
    /// The package; null when the input was refused.
    pub package: Option<Package>,
    /// What is wrong with the input; empty on success.
    pub user_errors: Vec<UserError>,
}

/// Queries about packages.
#[derive(Default)]
pub struct PackagesQuery;

#[Object]
impl PackagesQuery {
    /// A package; null when there is none, or it is not yours.
    async fn package(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The package.")] id: ID,
    ) -> Nullable<Package> {
        let outcome = async {
            allowed(ctx, Right::ExportContacts)?;
            match parse::<PackageId>(&id) {
                Some(id) => Ok(load(ctx, id).await?.map(Package)),
                None => Ok(None),
            }
        };
        nullable(outcome.await)
    }

    /// Packages of a contact, the newest first.
    #[graphql(complexity = "cost(first, last, child_complexity)")]
    async fn packages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact.")] contact_id: ID,
        #[graphql(desc = "How many from the beginning, or after `after`; from 1 to 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor to begin after.")] after: Option<String>,
        #[graphql(desc = "How many up to the end, or up to `before`; from 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor to end before.")] before: Option<String>,
    ) -> Result<List<PackageId, Package>> {
        let (app, caller) = allowed(ctx, Right::ExportContacts)?;
        let request = PageArgs::new(first, after, last, before).check::<PackageId>()?;
        // An id of another type is an id of nobody.
        let contact = parse::<ContactId>(&contact_id).unwrap_or_else(ContactId::new);
        let page = Box::pin(page_packages(app, caller.workspace, caller.actor, contact, &request)).await?;
        let app = app.clone();
        let total = Total::new(move || {
            let app = app.clone();
            async move { Box::pin(count_packages(&app, caller.workspace, caller.actor, contact)).await }
        });
        Ok(list(page, |row| row.id, Package, total))
    }
}

/// Mutations about packages.
#[derive(Default)]
pub struct PackagesMutation;

#[Object]
impl PackagesMutation {
    /// Order a copy of a person's data. A job builds it, and the person gets a link that works for 72 hours,
    /// if their mailbox is proven. It works for restricted contacts, too.
    async fn order_package(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose data, and which.")] input: OrderPackageInput,
    ) -> Result<OrderPackagePayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let contact = named(&input.contact_id, "contactId")?;
            let kind = input.kind.into();
            found(
                "contactId",
                Box::pin(order_for_person(app, caller.workspace, caller.actor, contact, kind)).await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(OrderPackagePayload { package: row.map(Package), user_errors })
    }

    /// Make a link to a package that works for ten minutes, to hand it over to a person whose mailbox is not
    /// proven. That you made it is in the journal, and so is every download.
    async fn make_package_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The package.")] input: MakePackageLinkInput,
    ) -> Result<MakePackageLinkPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.package_id, "packageId")?;
            found("packageId", Box::pin(make_package_link(app, caller.workspace, caller.actor, id)).await)
        };
        let (made, user_errors) = user_errors(outcome.await)?;
        let (row, url) = made.unzip();
        Ok(MakePackageLinkPayload { url, package: row.map(Package), user_errors })
    }
}
