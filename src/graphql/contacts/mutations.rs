//! Mutations about contacts, companies and tags.

use async_graphql::{Context, Object};
use entity::ContactId;

use super::{
    AddContactAddressInput, AddContactAddressPayload, ArchiveContactInput, ArchiveContactPayload, Contact,
    CreateContactInput, CreateContactPayload, RemoveContactAddressInput, RemoveContactAddressPayload,
    RestoreContactInput, RestoreContactPayload, SetPrimaryAddressInput, SetPrimaryAddressPayload, Tag,
    UpdateContactInput, UpdateContactPayload, UpsertContactInput, UpsertContactPayload,
};
use crate::{
    companies::{archive_company, create_company, restore_company, update_company, upsert_company},
    consent::remove_contact_address,
    contacts::{
        add_contact_address, archive_contact, create_contact, delete_tag, merge_tags, rename_tag,
        restore_contact, set_primary_address, tag_contacts, update_contact, upsert_contact,
    },
    error::Result,
    graphql::{
        companies::{
            ArchiveCompanyInput, ArchiveCompanyPayload, Company, CreateCompanyInput, CreateCompanyPayload,
            DeleteTagInput, DeleteTagPayload, MergeTagsInput, MergeTagsPayload, RenameTagInput,
            RenameTagPayload, RestoreCompanyInput, RestoreCompanyPayload, TagContactsInput,
            TagContactsPayload, UpdateCompanyInput, UpdateCompanyPayload, UpsertCompanyInput,
            UpsertCompanyPayload,
        },
        kit::{asked, found, held_back_custom, named, parse},
    },
    platform::graphql::user_errors,
};

/// Mutations about contacts, companies and tags.
#[derive(Default)]
pub struct ContactsMutation;

#[Object]
impl ContactsMutation {
    /// Create a contact on another legal basis than consent. Staff cannot enter consent: send the person a
    /// form.
    async fn create_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new contact.")] input: CreateContactInput,
    ) -> Result<CreateContactPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let key = input.idempotency_key.clone();
            Box::pin(create_contact(app, caller.workspace, caller.actor, input.read()?, key.as_deref())).await
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        let notices = held_back_custom(row.as_ref().map(|row| row.custom.as_str()));
        Ok(CreateContactPayload { contact: row.map(Contact), notices, user_errors })
    }

    /// Change a contact. Absent fields stay as they are.
    async fn update_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact, and what to change.")] input: UpdateContactInput,
    ) -> Result<UpdateContactPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version) = (named(&input.contact_id, "contactId")?, input.expected_version);
            found(
                "contactId",
                Box::pin(update_contact(app, caller.workspace, caller.actor, id, version, input.read()?))
                    .await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        let notices = held_back_custom(row.as_ref().map(|row| row.custom.as_str()));
        Ok(UpdateContactPayload { contact: row.map(Contact), notices, user_errors })
    }

    /// Create or change the contact with this id in another system. Idempotent; two calls at the same time
    /// create only one contact.
    async fn upsert_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact as the other system has it.")] input: UpsertContactInput,
    ) -> Result<UpsertContactPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome =
            async { Box::pin(upsert_contact(app, caller.workspace, caller.actor, input.read()?)).await };
        let (done, user_errors) = user_errors(outcome.await)?;
        let (contact, created) = done.map(|(row, created)| (Contact(row), created)).unzip();
        let notices = held_back_custom(contact.as_ref().map(|row| row.0.custom.as_str()));
        Ok(UpsertContactPayload { contact, created, notices, user_errors })
    }

    /// Archive a contact: they are left out of lists and search, but `contact(id)` still finds them.
    /// Idempotent.
    async fn archive_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact to archive.")] input: ArchiveContactInput,
    ) -> Result<ArchiveContactPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.contact_id, "contactId")?;
            found("contactId", archive_contact(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ArchiveContactPayload { contact: row.map(Contact), user_errors })
    }

    /// Restore an archived contact. Idempotent.
    async fn restore_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact to restore.")] input: RestoreContactInput,
    ) -> Result<RestoreContactPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.contact_id, "contactId")?;
            found("contactId", restore_contact(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RestoreContactPayload { contact: row.map(Contact), user_errors })
    }

    /// Add an unverified address to a contact. It becomes the address in use only if they had none.
    async fn add_contact_address(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact, and the address to add.")] input: AddContactAddressInput,
    ) -> Result<AddContactAddressPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.contact_id, "contactId")?;
            found(
                "contactId",
                add_contact_address(app, caller.workspace, caller.actor, id, &input.email).await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(AddContactAddressPayload { contact: row.map(Contact), user_errors })
    }

    /// Use another address of a contact. Consents proven by another mailbox do not apply until this one
    /// confirms (`ADDRESS_NOT_PROVEN`).
    async fn set_primary_address(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address to make the primary one.")] input: SetPrimaryAddressInput,
    ) -> Result<SetPrimaryAddressPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.address_id, "addressId")?;
            found("addressId", set_primary_address(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(SetPrimaryAddressPayload { contact: row.map(Contact), user_errors })
    }

    /// Remove an address. Consents it proved no longer apply; refusals from its mailbox stay in force.
    async fn remove_contact_address(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact, and the address to remove.")] input: RemoveContactAddressInput,
    ) -> Result<RemoveContactAddressPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.address_id, "addressId")?;
            found("addressId", remove_contact_address(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RemoveContactAddressPayload { contact: row.map(Contact), user_errors })
    }

    /// Create a company.
    async fn create_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new company.")] input: CreateCompanyInput,
    ) -> Result<CreateCompanyPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let key = input.idempotency_key.clone();
            Box::pin(create_company(app, caller.workspace, caller.actor, input.read()?, key.as_deref())).await
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        let notices = held_back_custom(row.as_ref().map(|row| row.custom.as_str()));
        Ok(CreateCompanyPayload { company: row.map(Company), notices, user_errors })
    }

    /// Change a company. Absent fields stay as they are.
    async fn update_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company, and what to change.")] input: UpdateCompanyInput,
    ) -> Result<UpdateCompanyPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let (id, version) = (named(&input.company_id, "companyId")?, input.expected_version);
            found(
                "companyId",
                Box::pin(update_company(app, caller.workspace, caller.actor, id, version, input.read()?))
                    .await,
            )
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        let notices = held_back_custom(row.as_ref().map(|row| row.custom.as_str()));
        Ok(UpdateCompanyPayload { company: row.map(Company), notices, user_errors })
    }

    /// Create or change the company with this id in another system. Idempotent; two calls at the same time
    /// create only one company.
    async fn upsert_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company as the other system has it.")] input: UpsertCompanyInput,
    ) -> Result<UpsertCompanyPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome =
            async { Box::pin(upsert_company(app, caller.workspace, caller.actor, input.read()?)).await };
        let (done, user_errors) = user_errors(outcome.await)?;
        let (company, created) = done.map(|(row, created)| (Company(row), created)).unzip();
        let notices = held_back_custom(company.as_ref().map(|row| row.0.custom.as_str()));
        Ok(UpsertCompanyPayload { company, created, notices, user_errors })
    }

    /// Archive a company: it is left out of lists and search; its contacts stay. Idempotent.
    async fn archive_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company to archive.")] input: ArchiveCompanyInput,
    ) -> Result<ArchiveCompanyPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.company_id, "companyId")?;
            found("companyId", archive_company(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(ArchiveCompanyPayload { company: row.map(Company), user_errors })
    }

    /// Restore an archived company. Idempotent.
    async fn restore_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company to restore.")] input: RestoreCompanyInput,
    ) -> Result<RestoreCompanyPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.company_id, "companyId")?;
            found("companyId", restore_company(app, caller.workspace, caller.actor, id).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RestoreCompanyPayload { company: row.map(Company), user_errors })
    }

    /// Add tags to contacts and remove others; all or nothing.
    async fn tag_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contacts, and the tags to add or remove.")] input: TagContactsInput,
    ) -> Result<TagContactsPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let ids: Vec<Option<ContactId>> = input.contact_ids.iter().map(parse).collect();
            let (add, remove) = (input.add.unwrap_or_default(), input.remove.unwrap_or_default());
            tag_contacts(app, caller.workspace, caller.actor, &ids, &add, &remove).await
        };
        let (rows, user_errors) = user_errors(outcome.await)?;
        Ok(TagContactsPayload {
            contacts: rows.map(|rows| rows.into_iter().map(Contact).collect()),
            user_errors,
        })
    }

    /// Rename a tag.
    async fn rename_tag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tag, and its new name.")] input: RenameTagInput,
    ) -> Result<RenameTagPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.tag_id, "tagId")?;
            found("tagId", rename_tag(app, caller.workspace, caller.actor, id, &input.name).await)
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(RenameTagPayload { tag: row.map(Tag), user_errors })
    }

    /// Merge tags: contacts with one of the merged tags get the remaining one, and the merged tags are
    /// deleted.
    async fn merge_tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tags to merge, and the tag that replaces them.")] input: MergeTagsInput,
    ) -> Result<MergeTagsPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let from =
                input.from_tag_ids.iter().enumerate().map(|(at, id)| named(id, &format!("fromTagIds.{at}")));
            let (from, into) = (from.collect::<Result<Vec<_>>>()?, named(&input.into_tag_id, "intoTagId")?);
            merge_tags(app, caller.workspace, caller.actor, &from, into).await
        };
        let (row, user_errors) = user_errors(outcome.await)?;
        Ok(MergeTagsPayload { tag: row.map(Tag), user_errors })
    }

    /// Remove a tag from all contacts and delete it.
    async fn delete_tag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tag to delete.")] input: DeleteTagInput,
    ) -> Result<DeleteTagPayload> {
        let (app, caller) = asked(ctx)?;
        let outcome = async {
            let id = named(&input.tag_id, "tagId")?;
            found("tagId", delete_tag(app, caller.workspace, caller.actor, id).await)
        };
        let (id, user_errors) = user_errors(outcome.await)?;
        Ok(DeleteTagPayload { deleted_tag_id: id.map(Into::into), user_errors })
    }
}
