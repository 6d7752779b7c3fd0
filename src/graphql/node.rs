//! Objects with a global id, and looking them up by it.

use super::{
    accounts::{ApiKey, Member},
    activities::Activity,
    companies::Company,
    consent::{Consent, Purpose},
    contacts::{Contact, Tag, may_open_cards},
    fields::Field,
    forms::{Form, FormVersion, Submission},
    journal::JournalEntry,
    kit::{asked, loaders_of, parse},
    pipeline::{Deal, LossReason, Pipeline, Stage},
    privacy::breaches::Breach,
    privacy::erasure::Erasure,
    privacy::holds::Hold,
    privacy::packages::Package,
    privacy::quarantine::QuarantinedText,
    privacy::recipients::{Disclosure, Recipient, RecipientNotice},
    privacy::requests::Request,
    privacy::restriction::Restriction,
    privacy::retention_runs::RetentionRun,
    privacy::transfers::TransferAuthorisation,
};
use crate::{
    accounts::{Right, allow},
    error::{Error, ProblemCode, Result},
    platform::graphql::{Nullable, nullable},
};
use async_graphql::{Context, ID, Interface, Object};
use entity::{
    ActivityId, ApiKeyId, BreachId, CompanyId, ConsentId, ContactId, DealId, DisclosureId, EntryId,
    ErasureId, FieldId, FormId, FormVersionId, HoldId, LossReasonId, MemberId, PackageId, PipelineId,
    PurposeId, QuarantineId, RecipientId, RecipientNoticeId, RequestId, RestrictionId, RetentionRunId,
    StageId, SubmissionId, TagId, TransferAuthorisationId,
};

/// An object with a global id. The id's prefix names its type.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The global id."))]
pub enum Node {
    /// A contact.
    Contact(Contact),
    /// A company.
    Company(Company),
    /// A tag.
    Tag(Tag),
    /// A purpose.
    Purpose(Purpose),
    /// A form.
    Form(Form),
    /// A form as it was published.
    FormVersion(FormVersion),
    /// A submission.
    Submission(Submission),
    /// A consent.
    Consent(Consent),
    /// An entry of the journal.
    JournalEntry(JournalEntry),
    /// An activity.
    Activity(Activity),
    /// A member.
    Member(Member),
    /// A pipeline.
    Pipeline(Pipeline),
    /// A stage of a pipeline.
    Stage(Stage),
    /// A deal.
    Deal(Deal),
    /// A loss reason.
    LossReason(LossReason),
    /// An API key.
    ApiKey(ApiKey),
    /// A custom field.
    Field(Field),
    /// An erased contact, by ids only.
    Erasure(Erasure),
    /// A request of a person.
    Request(Request),
    /// A restriction of processing.
    Restriction(Restriction),
    /// A text that was held back.
    QuarantinedText(QuarantinedText),
    /// A recipient.
    Recipient(Recipient),
    /// A disclosure to a recipient.
    Disclosure(Disclosure),
    /// A notice to a recipient.
    RecipientNotice(RecipientNotice),
    /// A breach.
    Breach(Breach),
    /// A hold.
    Hold(Hold),
    /// A copy of a person's data.
    Package(Package),
    /// A run of the retention rules.
    RetentionRun(RetentionRun),
    /// An authorisation of a transfer.
    TransferAuthorisation(TransferAuthorisation),
}

/// Maximum number of ids per query.
const MOST_IDS: usize = 100;

/// Queries by global id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id; null when there is none, or it is not yours. The id of a contact or consent
    /// that was merged into another returns the surviving one, which has a different `id`.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global id to look up.")] id: ID,
    ) -> Nullable<Node> {
        let outcome = async { Ok(find_nodes(ctx, &[id]).await?.pop().flatten()) };
        nullable(outcome.await)
    }

    /// The objects with these ids, in their order; null for each that does not exist, or is not yours.
    #[graphql(complexity = "1 + ids.len().min(MOST_IDS).div_ceil(4) * child_complexity")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The global ids to look up; at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MOST_IDS {
            return Err(Error::rejected(ProblemCode::TooLong, "ids", "Ask for at most 100 at once."));
        }
        find_nodes(ctx, &ids).await
    }
}

/// One statement per requested type, whatever the number of ids.
async fn find_nodes(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    let (_, caller) = asked(ctx)?;
    let loaders = loaders_of(ctx)?;
    let mut nodes: Vec<Option<Node>> = ids.iter().map(|_| None).collect();
    macro_rules! find {
        ($($id:ty, $right:ident, $node:expr;)*) => {$(
            let wanted: Vec<(usize, $id)> = ids.iter().enumerate().filter_map(|(at, id)| Some((at, parse::<$id>(id)?))).collect();
            if !wanted.is_empty() {
                allow(caller.actor, Right::$right)?;
                let rows = loaders.load_many(wanted.iter().map(|(_, id)| *id)).await.map_err(Error::from)?;
                for (at, id) in wanted {
                    nodes[at] = rows.get(&id).cloned().map(|row| Node::from($node(row)));
                }
            }
        )*};
    }
    find! {
        ContactId, ReadContacts, Contact;
        CompanyId, ReadContacts, Company;
        TagId, ReadContacts, Tag;
        PurposeId, ReadForms, Purpose;
        FormId, ReadForms, Form;
        FormVersionId, ReadForms, FormVersion;
        SubmissionId, ReadSubmissions, Submission;
        ConsentId, ReadContacts, Consent;
        EntryId, ReadJournal, JournalEntry::from;
        ActivityId, ReadContacts, Activity;
        MemberId, ReadMembers, Member;
        PipelineId, ReadDeals, Pipeline;
        StageId, ReadDeals, Stage;
        DealId, ReadDeals, Deal;
        LossReasonId, ReadDeals, LossReason;
        ApiKeyId, ManageApiKeys, ApiKey;
        QuarantineId, ManageQuarantine, QuarantinedText;
        FieldId, ReadContacts, Field;
        ErasureId, EraseContacts, Erasure;
        RequestId, ReadRequests, Request;
        RestrictionId, ReadContacts, Restriction;
        RecipientId, ManageRecipients, Recipient;
        DisclosureId, ManageRecipients, Disclosure;
        RecipientNoticeId, ManageRecipients, RecipientNotice;
        BreachId, ManageBreaches, Breach;
        HoldId, ManageHolds, Hold;
        PackageId, ExportContacts, Package;
        RetentionRunId, ManageRetention, RetentionRun;
        TransferAuthorisationId, ExportContacts, TransferAuthorisation;
    }
    hide_what_is_about_locked_cards(ctx, &mut nodes).await?;
    Ok(nodes)
}

/// An activity about a contact whose processing is restricted is not there for whom may not open locked cards.
async fn hide_what_is_about_locked_cards(ctx: &Context<'_>, nodes: &mut [Option<Node>]) -> Result<()> {
    if may_open_cards(ctx) {
        return Ok(());
    }
    let about = |node: &Option<Node>| match node {
        Some(Node::Activity(activity)) => activity.0.contact_id,
        _ => None,
    };
    let contacts: Vec<ContactId> = nodes.iter().filter_map(about).collect();
    if contacts.is_empty() {
        return Ok(());
    }
    let contacts = loaders_of(ctx)?.load_many(contacts).await.map_err(Error::from)?;
    for node in nodes {
        if about(node).and_then(|id| contacts.get(&id)).is_some_and(|contact| contact.restricted_at.is_some())
        {
            *node = None;
        }
    }
    Ok(())
}
