//! Everything held about a person, as their page shows it.

use std::collections::{BTreeMap, HashSet};

use entity::{
    ActivityKind, MailState, PackageState, RequestKind, RetentionSubject, Time, activity, contact, mail,
    mailbox_proof, package, retention_rule, workspace,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::{Field, Waiting, waiting_for};
use crate::{
    app::App,
    consent::{Subscription, subscriptions_of},
    contacts::{contested_fields, every_id_of},
    error::Result,
    privacy::{
        packages::collect::{Kind, Person, Record, Source, text_of},
        requests::{Applies, bases_of, rights_of},
    },
};

/// How many of what may be thousands are listed; the package has all.
const LISTED: u64 = 30;

/// A value of the person.
pub struct HeldValue {
    /// Its name in provenance.
    pub name: String,
    /// The label of a field that the workspace defined; empty for the built-in ones.
    pub label: String,
    /// The value; empty when nothing is held.
    pub value: String,
    /// Whether it is only shown whole in the package: contracts, bank details and the like.
    pub masked: bool,
    /// Where it came from.
    pub source: Option<Source>,
    /// Since when.
    pub at: Option<Time>,
    /// The field, if the person may correct it at once.
    pub correct: Option<Field>,
}

/// Many rows, counted by kind, with the newest ones.
pub struct Summary {
    /// How many of each kind.
    pub kinds: Vec<(String, i64)>,
    /// The newest: when, kind, subject.
    pub newest: Vec<(Time, String, String)>,
}

/// A purpose on another legal basis than consent.
pub struct HeldBasis {
    /// The record: purpose, basis, since, until.
    pub record: Record,
    /// What the data are used for.
    pub why: String,
}

/// What is held about a person.
pub struct Held {
    /// Their row.
    pub contact: contact::Model,
    /// The controller.
    pub workspace: workspace::Model,
    /// Their values.
    pub values: Vec<HeldValue>,
    /// Consents, with what each is for.
    pub consents: Vec<(Subscription, String)>,
    /// Other legal bases.
    pub bases: Vec<HeldBasis>,
    /// Small kinds of records, as they are.
    pub records: BTreeMap<Kind, Vec<Record>>,
    /// Calls, meetings, notes, tasks.
    pub activities: Summary,
    /// E-mails sent to them.
    pub mails: Summary,
    /// Which rights apply.
    pub rights: Vec<(RequestKind, Applies)>,
    /// Copies that can be downloaded.
    pub packages: Vec<package::Model>,
    /// What waits for the mailbox beside the contact.
    pub waiting: Waiting,
    /// The retention rules that end contacts like them; no rule that ends other things.
    pub rules: Vec<retention_rule::Model>,
}

/// Kinds whose records the page lists as they are.
const LISTS: [Kind; 10] = [
    Kind::Profile,
    Kind::Address,
    Kind::Tag,
    Kind::Submission,
    Kind::Deal,
    Kind::Suppression,
    Kind::Disclosure,
    Kind::Authorisation,
    Kind::Request,
    Kind::Hold,
];

/// Reads what is held about the contact of a good proof; a fixed number of statements however much it is.
/// `None`: the mailbox is no contact's.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn held(app: &App, proof: &mailbox_proof::Model) -> Result<Option<Held>> {
    let Some(id) = proof.contact_id else { return Ok(None) };
    let Some(person) = Person::read(app, proof.workspace_id, id).await? else { return Ok(None) };
    let contact = person.contact.clone();
    let mut records = BTreeMap::new();
    for kind in LISTS {
        records.insert(kind, Box::pin(person.all(kind)).await?);
    }
    let mut consents = Vec::new();
    for line in subscriptions_of(app, &contact).await? {
        let why = why(&person, line.purpose.id)?;
        consents.push((line, why));
    }
    let mut bases = Vec::new();
    for record in person.all(Kind::Basis).await? {
        let title = text_of(record.value("purpose"));
        let mut known = String::new();
        for (purpose, _) in person.purposes() {
            if person.text_of(purpose.id)?.is_some_and(|text| text.title == title) {
                known = why(&person, purpose.id)?;
            }
        }
        bases.push(HeldBasis { record, why: known });
    }
    let now = app.now();
    let packages = package::Entity::find()
        .filter(package::Column::WorkspaceId.eq(proof.workspace_id))
        .filter(package::Column::ContactId.eq(contact.id))
        .filter(package::Column::State.eq(PackageState::Ready))
        .filter(package::Column::ExpiresAt.gt(now))
        .order_by_desc(package::Column::Id)
        .all(app.db())
        .await?;
    Ok(Some(Held {
        values: Box::pin(values(app, &person)).await?,
        consents,
        bases,
        records,
        activities: activities(app, &contact).await?,
        mails: mails(app, &contact).await?,
        rights: rights_of(&bases_of(app.db(), proof.workspace_id, contact.id, now).await?),
        packages,
        waiting: waiting_for(app, proof).await?,
        rules: rules(app, &contact).await?,
        workspace: person.workspace.clone(),
        contact,
    }))
}

/// Reads only: a workspace whose rules nobody has asked for has none yet.
async fn rules(app: &App, contact: &contact::Model) -> Result<Vec<retention_rule::Model>> {
    let lifecycle = Condition::any()
        .add(retention_rule::Column::Lifecycle.is_null())
        .add(retention_rule::Column::Lifecycle.eq(contact.lifecycle));
    let rows = retention_rule::Entity::find()
        .filter(retention_rule::Column::WorkspaceId.eq(contact.workspace_id))
        .filter(retention_rule::Column::Subject.eq(RetentionSubject::Contacts))
        .filter(retention_rule::Column::PurposeId.is_null())
        .filter(retention_rule::Column::ArchivedAt.is_null())
        .filter(lifecycle)
        .order_by_asc(retention_rule::Column::Id);
    Ok(rows.all(app.db()).await?)
}

/// What a purpose's data are used for.
fn why(person: &Person<'_>, id: entity::PurposeId) -> Result<String> {
    Ok(person.text_of(id)?.map(|text| text.description).unwrap_or_default())
}

async fn values(app: &App, person: &Person<'_>) -> Result<Vec<HeldValue>> {
    let contact = &person.contact;
    let contested = contested_fields(app.db(), contact.workspace_id, contact.id).await?;
    let records = person.all(Kind::Value).await?;
    let mut values: Vec<HeldValue> = records.iter().map(|record| shown(record, &contested)).collect();
    // What may be added: fields that nothing is held in.
    for field in Field::ALL {
        if values.iter().any(|value| value.name == field.as_str()) || contested.contains(field.as_str()) {
            continue;
        }
        let value = match field {
            Field::Language => contact.language.clone(),
            _ => String::new(),
        };
        values.push(HeldValue {
            name: field.as_str().to_owned(),
            label: String::new(),
            value,
            masked: false,
            source: None,
            at: None,
            correct: Some(field),
        });
    }
    Ok(values)
}

fn shown(record: &Record, contested: &HashSet<String>) -> HeldValue {
    let class = text_of(record.value("class"));
    let name = text_of(record.value("field"));
    let masked = matches!(class.as_str(), "CONFIDENTIAL" | "SECRET");
    HeldValue {
        correct: Field::named(&name).filter(|_| !contested.contains(&name)),
        label: text_of(record.value("label")),
        value: if masked { String::new() } else { text_of(record.value("value")) },
        masked,
        source: Some(record.source),
        at: record.date,
        name,
    }
}

#[derive(FromQueryResult)]
struct Counted {
    kind: String,
    count: i64,
}

async fn activities(app: &App, contact: &contact::Model) -> Result<Summary> {
    let ids = every_id_of(app.db(), contact.workspace_id, contact.id).await?;
    let theirs = || {
        activity::Entity::find()
            .filter(activity::Column::WorkspaceId.eq(contact.workspace_id))
            .filter(activity::Column::ContactId.is_in(ids.iter().copied()))
    };
    let kinds = theirs()
        .select_only()
        .column(activity::Column::Kind)
        .column_as(activity::Column::Id.count(), "count")
        .group_by(activity::Column::Kind)
        .order_by_asc(activity::Column::Kind)
        .into_model::<Counted>()
        .all(app.db())
        .await?;
    let newest: Vec<(Time, ActivityKind, String)> = theirs()
        .select_only()
        .columns([activity::Column::OccurredAt, activity::Column::Kind, activity::Column::Subject])
        .order_by_desc(activity::Column::OccurredAt)
        .limit(LISTED)
        .into_tuple()
        .all(app.db())
        .await?;
    Ok(Summary {
        kinds: kinds.into_iter().map(|row| (row.kind, row.count)).collect(),
        newest: newest.into_iter().map(|(at, kind, subject)| (at, kind.to_string(), subject)).collect(),
    })
}

async fn mails(app: &App, contact: &contact::Model) -> Result<Summary> {
    let ids = every_id_of(app.db(), contact.workspace_id, contact.id).await?;
    let theirs = || {
        mail::Entity::find()
            .filter(mail::Column::WorkspaceId.eq(contact.workspace_id))
            .filter(mail::Column::ContactId.is_in(ids.iter().copied()))
            .filter(mail::Column::State.eq(MailState::Sent))
    };
    let kinds = theirs()
        .select_only()
        .column(mail::Column::Kind)
        .column_as(mail::Column::Id.count(), "count")
        .group_by(mail::Column::Kind)
        .order_by_asc(mail::Column::Kind)
        .into_model::<Counted>()
        .all(app.db())
        .await?;
    let newest: Vec<(Time, String)> = theirs()
        .select_only()
        .columns([mail::Column::At, mail::Column::Kind])
        .order_by_desc(mail::Column::At)
        .limit(LISTED)
        .into_tuple()
        .all(app.db())
        .await?;
    Ok(Summary {
        kinds: kinds.into_iter().map(|row| (row.kind, row.count)).collect(),
        newest: newest.into_iter().map(|(at, kind)| (at, kind, String::new())).collect(),
    })
}
