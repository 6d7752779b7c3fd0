//! Lists of contacts: their conditions and orders.
//!
//! A list is prepared once, with at most one statement, and can then be paged and counted. The room `consent`
//! restricts it to contacts who may be used.

use entity::{
    Channel, CompanyId, ConsentState, ContactId, EntityKind, Lifecycle, PipelineId, PurposeId, StageId,
    StageKind, TagId, Time, WorkspaceId, company, contact,
};

use crate::{
    accounts::{Right, allow},
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        filter::{Blank, Filter, Test},
        keyset::{By, Cursor, Kind, Named, Order, Run},
        lists::{Page, PageRequest},
        query::Query,
    },
    records::{
        Condition, List, NameOf,
        conditions::{Archived, OrderBy, Owner, Wanted},
        write_name_test,
    },
};

/// A condition on a contact.
#[derive(Clone, Debug)]
pub enum ContactCondition {
    /// Their id is one of these.
    Id(Vec<ContactId>),
    /// Family and given name, folded.
    Name(Test<String>),
    /// Telephone number in E.164.
    Phone(Test<String>),
    /// `fr` or `en`.
    Language(Test<String>),
    /// The key of one of their mailboxes.
    Mailbox(String),
    /// Their id in the external system.
    ExternalId(Test<String>),
    /// Relation to the workspace.
    Lifecycle(Vec<Lifecycle>),
    /// The company they work for.
    Company(Test<CompanyId>),
    /// The responsible member.
    Owner(Owner),
    /// They have at least one of these tags.
    Tagged(Vec<TagId>),
    /// The state of their consent to a purpose on a channel.
    Consent {
        /// The purpose.
        purpose: PurposeId,
        /// The channel.
        channel: Channel,
        /// One of these states.
        states: Vec<ConsentState>,
        /// Or they were never asked.
        never_asked: bool,
    },
    /// They are part of a deal that is not archived.
    Deal {
        /// In one of these pipelines; `None`: any.
        pipelines: Option<Vec<PipelineId>>,
        /// In one of these stages; `None`: any.
        stages: Option<Vec<StageId>>,
        /// In a stage of one of these kinds; `None`: any.
        kinds: Option<Vec<StageKind>>,
    },
    /// When they were added.
    CreatedAt(Test<Time>),
    /// When they were last changed.
    UpdatedAt(Test<Time>),
    /// The person's last own action.
    LastContactAt(Test<Time>),
}

/// The order of contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactOrder {
    /// By id, which is the order of creation.
    Entered,
    /// By family and given name.
    Name,
    /// By `createdAt`.
    CreatedAt,
    /// By when they were last changed.
    UpdatedAt,
    /// By the person's last own action.
    LastContactAt,
}

/// The input of a list of contacts.
pub type ContactsWanted = Wanted<ContactCondition, ContactOrder>;

impl Default for ContactsWanted {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            archived: Archived::LeftOut,
            order: OrderBy::Own(ContactOrder::Entered, Run::Down),
        }
    }
}

/// A prepared list of contacts.
pub type ContactList = List<ContactCondition>;

/// Prepares a list of contacts.
///
/// # Errors
/// `Rejected` when a custom field is unknown or its test does not fit.
pub async fn list_contacts(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    wanted: ContactsWanted,
) -> Result<ContactList> {
    allow(actor, Right::ReadContacts)?;
    List::prepare(app, workspace, actor, EntityKind::Contact, wanted, own_order).await
}

fn own_order(order: ContactOrder, run: Run) -> Order {
    let column = |column, kind, nullable| By::Column { column, kind, nullable };
    let (name, by) = match order {
        ContactOrder::Entered => ("contacts", By::Id),
        ContactOrder::Name => ("contacts name", column("c.sort_name", Kind::Text, false)),
        ContactOrder::CreatedAt => ("contacts created", column("c.created_at", Kind::Time, false)),
        ContactOrder::UpdatedAt => ("contacts updated", column("c.updated_at", Kind::Time, false)),
        ContactOrder::LastContactAt => {
            ("contacts last contact", column("c.last_contact_at", Kind::Time, true))
        }
    };
    Order::new(name, by, run)
}

impl ContactList {
    /// One page, with the companies of its contacts.
    ///
    /// # Errors
    /// `Rejected` when the cursor belongs to another list or order.
    pub async fn page_with_companies(
        &self,
        app: &App,
        request: &PageRequest<Cursor>,
    ) -> Result<(Page<(Cursor, contact::Model)>, Vec<company::Model>)> {
        self.page_with(app, request, Named { table: "company", by: "company_id" }).await
    }
}

impl Condition for ContactCondition {
    type Row = contact::Model;
    const TABLE: &'static str = "contact";
    const ALIAS: &'static str = "c";

    fn write(&self, query: &mut Query) {
        match self {
            Self::Id(ids) => {
                query.is_any("c.id", ids.iter().copied());
            }
            Self::Name(test) => write_name_test(query, "c.sort_name", test, NameOf::Person),
            Self::Phone(test) => test.write(query, "c.phone", Blank::Empty),
            Self::Language(test) => test.write(query, "c.language", Blank::Empty),
            Self::Mailbox(key) => {
                query.push("c.id IN (SELECT x.contact_id FROM contact_address x WHERE x.workspace_id = c.workspace_id AND x.email_key = ");
                query.bind(key.clone()).push(")");
            }
            Self::ExternalId(test) => test.write(query, "c.external_id", Blank::Null),
            Self::Lifecycle(values) => {
                query.is_any("c.lifecycle", values.iter().copied());
            }
            Self::Company(test) => test.write(query, "c.company_id", Blank::Null),
            Self::Owner(owner) => owner.write(query, "c.owner_id"),
            Self::Tagged(tags) => {
                query.push("EXISTS (SELECT 1 FROM contact_tag x WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id AND ");
                query.is_any("x.tag_id", tags.iter().copied()).push(")");
            }
            Self::Consent { purpose, channel, states, never_asked } => {
                let of = "SELECT 1 FROM consent x WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id AND x.purpose_id = ";
                let and_channel = |query: &mut Query| {
                    query.bind(*purpose).push(" AND x.channel = ").bind(*channel);
                };
                query.push("(EXISTS (").push(of);
                and_channel(query);
                query.push(" AND ").is_any("x.state", states.iter().copied()).push(")");
                if *never_asked {
                    query.push(" OR NOT EXISTS (").push(of);
                    and_channel(query);
                    query.push(")");
                }
                query.push(")");
            }
            Self::Deal { pipelines, stages, kinds } => {
                query.push(
                    "EXISTS (SELECT 1 FROM deal_contact x JOIN deal d ON d.workspace_id = x.workspace_id AND d.id = x.deal_id
                    JOIN stage s ON s.workspace_id = d.workspace_id AND s.id = d.stage_id
                    WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id AND d.archived_at IS NULL",
                );
                if let Some(pipelines) = pipelines {
                    query.push(" AND ").is_any("d.pipeline_id", pipelines.iter().copied());
                }
                if let Some(stages) = stages {
                    query.push(" AND ").is_any("d.stage_id", stages.iter().copied());
                }
                if let Some(kinds) = kinds {
                    query.push(" AND ").is_any("s.kind", kinds.iter().copied());
                }
                query.push(")");
            }
            Self::CreatedAt(test) => test.write(query, "c.created_at", Blank::Null),
            Self::UpdatedAt(test) => test.write(query, "c.updated_at", Blank::Null),
            Self::LastContactAt(test) => test.write(query, "c.last_contact_at", Blank::Null),
        }
    }

    fn phone(&mut self) -> Option<&mut Test<String>> {
        match self {
            Self::Phone(test) => Some(test),
            _ => None,
        }
    }
}
