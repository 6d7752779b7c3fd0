//! Every GraphQL root, the objects that have a global id, and the limits.
//!
//! `schema.graphql` is generated from this; a test compares the two.

use std::sync::LazyLock;

use async_graphql::{
    MergedObject, MergedSubscription, Request, SDLExportOptions, SchemaBuilder,
    connection::{Connection, OpaqueCursor},
    parser::{
        parse_schema,
        types::{ExecutableDocument, OperationType, TypeKind, TypeSystemDefinition},
    },
};

use super::{
    accounts::{
        AccountsMutation, AccountsQuery, ApiKey, ApiKeysMutation, ApiKeysQuery, Member, MembersMutation,
        MembersQuery, SecondFactorMutation, SessionsMutation, SessionsQuery,
    },
    activities::{Activity, ActivityMutation, TimelineItem, list_activities::ActivityListsQuery},
    companies::{Company, list_companies::CompanyListsQuery},
    consent::{ConsentMutation, ConsentQuery, ConsentSubscription},
    contacts::{
        Contact, ContactSubscription, ContactsMutation, ContactsQuery, Tag, list_contacts::ContactListsQuery,
    },
    duplicates::{DuplicatePair, DuplicatesMutation, DuplicatesQuery},
    fields::{FieldsMutation, FieldsQuery},
    forms::{Form, FormsMutation, FormsQuery, Submission},
    journal::{JournalEntry, JournalQuery, JournalSubscription},
    kit::loaders,
    node::NodeQuery,
    persons::MergeMutation,
    pipeline::{
        Deal, DealsMutation, PipelineMutation, PipelineQuery, PipelineSubscription,
        list_deals::DealListsQuery,
    },
    privacy::breaches::{Breach, BreachesMutation, BreachesQuery},
    privacy::erasure::{Erasure, ErasureMutation, ErasureQuery},
    privacy::notices::{NoticesMutation, NoticesQuery},
    privacy::quarantine::{QuarantineMutation, QuarantineQuery, QuarantinedText},
    privacy::recipients::{Disclosure, Recipient, RecipientNotice, RecipientsMutation, RecipientsQuery},
    privacy::record::RecordQuery,
    privacy::requests::{Request as RightsRequest, RequestSubscription, RequestsMutation, RequestsQuery},
    privacy::restriction::RestrictionMutation,
    privacy::{
        holds::{Hold, HoldsMutation, HoldsQuery},
        retention::RetentionQuery,
        retention_live::RetentionSubscription,
        retention_mutations::{RetentionMutation, RetentionTrialQuery},
        retention_runs::{RetentionRun, RetentionRunsQuery},
    },
    privacy::{
        packages::{Package, PackagesMutation, PackagesQuery},
        proofs::ProofsMutation,
        transfers::{TransferAuthorisation, TransfersMutation, TransfersQuery},
    },
    search::SearchQuery,
};
use crate::{
    accounts::Caller,
    app::App,
    platform::graphql::{Peer, limits, near_names::NearNames},
};

/// The executable schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// All queries.
#[derive(MergedObject, Default)]
pub struct Query(
    NodeQuery,
    AccountsQuery,
    MembersQuery,
    SessionsQuery,
    ApiKeysQuery,
    ContactsQuery,
    DuplicatesQuery,
    ContactListsQuery,
    CompanyListsQuery,
    SearchQuery,
    ActivityListsQuery,
    DealListsQuery,
    FieldsQuery,
    PipelineQuery,
    ConsentQuery,
    FormsQuery,
    JournalQuery,
    RecipientsQuery,
    RequestsQuery,
    RecordQuery,
    ErasureQuery,
    PackagesQuery,
    TransfersQuery,
    RetentionQuery,
    RetentionRunsQuery,
    RetentionTrialQuery,
    HoldsQuery,
    NoticesQuery,
    BreachesQuery,
    QuarantineQuery,
);

/// Every mutation takes one `input`; what the caller can correct is returned in `userErrors`.
#[derive(MergedObject, Default)]
pub struct Mutation(
    AccountsMutation,
    MembersMutation,
    SessionsMutation,
    SecondFactorMutation,
    ApiKeysMutation,
    ContactsMutation,
    PipelineMutation,
    DealsMutation,
    ActivityMutation,
    ConsentMutation,
    MergeMutation,
    DuplicatesMutation,
    FormsMutation,
    FieldsMutation,
    RecipientsMutation,
    RequestsMutation,
    RestrictionMutation,
    ErasureMutation,
    PackagesMutation,
    ProofsMutation,
    TransfersMutation,
    RetentionMutation,
    HoldsMutation,
    NoticesMutation,
    BreachesMutation,
    QuarantineMutation,
);

/// All subscriptions, over a WebSocket (`graphql-transport-ws`) or as server-sent events
/// (`Accept: text/event-stream`), at the same address.
#[derive(MergedSubscription, Default)]
pub struct Subscription(
    JournalSubscription,
    PipelineSubscription,
    ContactSubscription,
    ConsentSubscription,
    RetentionSubscription,
    RequestSubscription,
);

/// The schema with an `App`.
#[must_use]
pub fn build(app: &App) -> Schema {
    limits::limit(bare()).data(app.clone()).finish()
}

/// The schema as text: printed by `accord schema` and stored in `schema.graphql`.
#[must_use]
pub fn sdl() -> String {
    bare().finish().sdl_with_options(SDLExportOptions::new().include_specified_by())
}

/// The names of all queries, mutations and subscriptions, which metrics and traces use for operations.
pub fn root_fields() -> impl Iterator<Item = &'static str> {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let document = parse_schema(sdl()).map(|document| document.definitions).unwrap_or_default();
        let fields = document.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(ty)
                if ["Query", "Mutation", "Subscription"].contains(&ty.node.name.node.as_str()) =>
            {
                match ty.node.kind {
                    TypeKind::Object(object) => Some(object.fields),
                    _ => None,
                }
            }
            _ => None,
        });
        fields.flatten().map(|field| field.node.name.node.to_string()).collect()
    });
    NAMES.iter().map(String::as_str)
}

/// All names in the schema, for suggestions.
#[must_use]
pub fn near_names() -> &'static NearNames {
    static NAMES: LazyLock<NearNames> = LazyLock::new(|| NearNames::of(&sdl()));
    &NAMES
}

fn bare() -> SchemaBuilder<Query, Mutation, Subscription> {
    let builder = Schema::build(Query::default(), Mutation::default(), Subscription::default());
    // Types generated by async-graphql, which gives them no description.
    macro_rules! page_of {
        ($builder:ident, $($node:ty: $what:literal),+ $(,)?) => {
            $builder$(.override_output_type_description::<Connection<OpaqueCursor<String>, $node>>(concat!("A page of ", $what, ".")))+
        };
    }
    page_of!(
        builder,
        Activity: "activities",
        ApiKey: "API keys",
        Breach: "breaches of personal data",
        Company: "companies",
        Contact: "contacts",
        Deal: "deals",
        Erasure: "erasures",
        Disclosure: "disclosures to recipients",
        DuplicatePair: "pairs of contacts who may be one person",
        Form: "forms",
        Hold: "holds",
        JournalEntry: "the journal",
        Member: "members of the staff",
        Package: "packages",
        TransferAuthorisation: "what contacts were asked to authorise",
        Recipient: "recipients",
        RightsRequest: "requests",
        RecipientNotice: "notices to recipients",
        RetentionRun: "runs of the retention rules",
        QuarantinedText: "texts that were held back",
        Submission: "submissions",
        Tag: "tags",
        TimelineItem: "a timeline",
    )
}

/// Adds the caller and new loaders to a request.
#[must_use]
pub fn prepare(mut request: Request, app: &App, caller: Caller) -> Request {
    let reads = |document: &ExecutableDocument| {
        document.operations.iter().all(|(_, operation)| operation.node.ty == OperationType::Query)
    };
    let only_reads = request.parsed_query().is_ok_and(reads);
    request.data(caller).data(loaders(app, caller, only_reads))
}

/// The same for a request from a transport, with or without a caller.
#[must_use]
pub fn prepare_for(request: Request, app: &App, caller: Option<Caller>, peer: &Peer) -> Request {
    let request = request.data(peer.clone());
    match caller {
        Some(caller) => prepare(request, app, caller),
        None => request,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::{consent::Consent, pipeline::Stage};

    #[test]
    fn every_type_field_and_argument_is_described() {
        let sdl = sdl();
        let (mut described, mut missing, mut inside) = (false, Vec::new(), false);
        for line in sdl.lines() {
            let text = line.trim();
            if text.starts_with("\"\"\"") {
                // One-line descriptions open and close on the same line.
                inside = !(inside || text.len() > 3 && text.ends_with("\"\"\""));
                described = true;
            } else if !inside && !text.is_empty() && !text.starts_with(['}', ')']) {
                // Generated by async-graphql.
                let frame = ["schema {", "query:", "mutation:", "subscription:"];
                let ours = !frame.iter().any(|theirs| text.starts_with(theirs));
                if !described && ours {
                    missing.push(text.to_owned());
                }
                described = false;
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn every_root_field_is_known_by_name() {
        let names: Vec<&str> = root_fields().collect();
        assert!(names.len() > 50, "{names:?}");
        for name in ["node", "contacts", "createContact", "signIn", "journal", "withdrawConsent"] {
            assert!(names.contains(&name), "{name} is not in {names:?}");
        }
        assert!(!names.contains(&"givenName") && !names.contains(&"input"), "{names:?}");
    }

    #[test]
    fn the_main_job_is_in_the_contract() {
        let sdl = sdl();
        for part in [
            "interface Node",
            "consentChanged(",
            "journalHead: Int!",
            "type ConsentEvidence",
            "totalCount: Int!",
            "input FormDefinitionInput",
        ] {
            assert!(sdl.contains(part), "{part}");
        }
    }

    /// async-graphql boxes one future per field of each row, as large as the largest of the type's fields: a
    /// list of fifty contacts makes six hundred.
    #[test]
    fn a_field_of_a_row_costs_little_memory() {
        use async_graphql::{ContainerType, Context};
        fn size<'a, T: 'a, F: Future>(_: impl Fn(&'a T, &'a Context<'a>) -> F) -> usize {
            size_of::<F>()
        }
        let sizes = [
            ("Contact", size(|row: &Contact, ctx| row.resolve_field(ctx))),
            ("Company", size(|row: &Company, ctx| row.resolve_field(ctx))),
            ("Consent", size(|row: &Consent, ctx| row.resolve_field(ctx))),
            ("Deal", size(|row: &Deal, ctx| row.resolve_field(ctx))),
            ("DealContact", size(|row: &crate::graphql::pipeline::DealContact, ctx| row.resolve_field(ctx))),
            ("Stage", size(|row: &Stage, ctx| row.resolve_field(ctx))),
            ("BoardColumn", size(|row: &crate::graphql::pipeline::BoardColumn, ctx| row.resolve_field(ctx))),
            ("Tag", size(|row: &Tag, ctx| row.resolve_field(ctx))),
            ("Activity", size(|row: &Activity, ctx| row.resolve_field(ctx))),
            ("JournalEntry", size(|row: &JournalEntry, ctx| row.resolve_field(ctx))),
        ];
        let large: Vec<_> = sizes.into_iter().filter(|(_, size)| *size > 1024).collect();
        assert!(large.is_empty(), "in bytes: {large:?}");
    }
}
