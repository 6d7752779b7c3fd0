//! Follows each workspace's journal and compares contacts that changed. Groups are bounded: a number shared
//! by more than a dozen is a switchboard, a domain with hundreds is a mailbox provider; in a company with
//! hundreds, only names with the same beginning are compared.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::{
    CompanyId, ContactId, DuplicateReason, WorkspaceId, contact, contact_address, duplicate_candidate,
    duplicate_dismissal, journal,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DerivePartialModel, EntityTrait,
    FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Value,
};

use super::near_names::{Name, nearness};
use crate::{
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        db::{domain_of, sql},
        query::Query,
        work::Work,
    },
};

/// Journal entries read per batch.
const ENTRIES: u64 = 2_000;
/// Changed contacts compared per batch.
const CONTACTS: usize = 200;
/// A number of more people than this is a switchboard and is not compared.
const MOST_BY_PHONE: usize = 12;
/// In companies and at domains with more people than this, not everybody is compared with everybody.
const MOST_TOGETHER: usize = 300;
/// Duplicates kept per contact, the most similar ones.
const MOST_PER_CONTACT: usize = 20;
/// Groups per statement.
const GROUPS: usize = 50;

/// The columns that are compared.
#[derive(Clone, Debug, DerivePartialModel)]
#[sea_orm(entity = "contact::Entity")]
struct Known {
    id: ContactId,
    given_name: String,
    family_name: String,
    sort_name: String,
    phone: String,
    company_id: Option<CompanyId>,
}

/// Processes one batch. Returns whether there is more to do.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn find_duplicates(app: &App) -> Result<bool> {
    let text = "SELECT h.workspace_id AS workspace_id, COALESCE(d.seq, 0) AS seq FROM journal_head h
        LEFT JOIN duplicate_scan d ON d.workspace_id = h.workspace_id WHERE h.seq > COALESCE(d.seq, 0) ORDER BY h.workspace_id LIMIT 50";
    let behind = app.db().query_all_raw(sql(app.db(), text, [])).await?;
    let mut more = behind.len() == 50;
    for row in behind {
        more |= read_on(app, row.try_get("", "workspace_id")?, row.try_get("", "seq")?).await?;
    }
    Ok(more)
}

async fn read_on(app: &App, workspace: WorkspaceId, after: i64) -> Result<bool> {
    let rows: Vec<(i64, String, Option<String>)> = journal::Entity::find()
        .select_only()
        .columns([journal::Column::Seq, journal::Column::Kind, journal::Column::Subject])
        .filter(journal::Column::WorkspaceId.eq(workspace))
        .filter(journal::Column::Seq.gt(after))
        .order_by_asc(journal::Column::Seq)
        .limit(ENTRIES)
        .into_tuple()
        .all(app.db())
        .await?;
    let (mut changed, mut last, mut more) = (BTreeSet::new(), after, rows.len() as u64 >= ENTRIES);
    for (seq, kind, subject) in rows {
        if changed.len() == CONTACTS {
            more = true;
            break;
        }
        last = seq;
        if kind.starts_with("contact.") {
            changed.extend(subject.and_then(|subject| subject.parse::<ContactId>().ok()));
        }
    }
    let changed: Vec<ContactId> = changed.into_iter().collect();
    let pairs = if changed.is_empty() { BTreeMap::new() } else { compare(app, workspace, &changed).await? };
    let work = app.begin(workspace, Actor::System).await?;
    keep(&work, &changed, pairs).await?;
    let position = "INSERT INTO duplicate_scan (workspace_id, seq) VALUES ($1, $2) ON CONFLICT (workspace_id) DO UPDATE SET seq = excluded.seq";
    work.db().execute_raw(sql(work.db(), position, [workspace.into(), last.into()])).await?;
    work.commit().await?;
    Ok(more)
}

/// Why two contacts look alike, and how much.
#[derive(Clone, Debug, Default)]
struct Alike {
    reasons: BTreeSet<DuplicateReason>,
    names: Option<i32>,
    /// Whether both have names that can be compared.
    named: bool,
}

impl Alike {
    /// A shared number scores higher when the names are similar, and lower when they differ.
    fn score(&self) -> i32 {
        match (self.reasons.contains(&DuplicateReason::SamePhone), self.names) {
            (true, Some(_)) => 99,
            (true, None) if self.named => 50,
            (true, None) => 75,
            (false, near) => near.unwrap_or(0) * 95 / 100,
        }
    }
}

type Pairs = BTreeMap<(ContactId, ContactId), Alike>;

async fn compare(app: &App, workspace: WorkspaceId, changed: &[ContactId]) -> Result<Pairs> {
    let people = contact::Entity::find()
        .filter(contact::Column::WorkspaceId.eq(workspace))
        .filter(contact::Column::ArchivedAt.is_null())
        .filter(contact::Column::Id.is_in(changed.iter().copied()))
        .into_partial_model::<Known>()
        .all(app.db())
        .await?;
    let mut pairs = Pairs::new();

    let phones: BTreeSet<&str> =
        people.iter().map(|person| person.phone.as_str()).filter(|phone| !phone.is_empty()).collect();
    let by_phone = groups(
        app,
        workspace,
        ("c.phone = ", ""),
        &phones.iter().map(|phone| Value::from(*phone)).collect::<Vec<_>>(),
        MOST_BY_PHONE,
    )
    .await?;
    let by_phone: HashMap<&str, Vec<Known>> = phones.iter().copied().zip(by_phone).collect();

    let companies: BTreeSet<CompanyId> = people.iter().filter_map(|person| person.company_id).collect();
    let values: Vec<Value> = companies.iter().map(|id| Value::from(*id)).collect();
    let by_company = groups(app, workspace, ("c.company_id = ", ""), &values, MOST_TOGETHER).await?;
    let by_company: HashMap<CompanyId, Vec<Known>> = companies.into_iter().zip(by_company).collect();

    let domains = domains_of(app, workspace, &people).await?;
    let names: BTreeSet<&str> = domains.values().flatten().map(String::as_str).collect();
    let domain = format!(
        "c.id IN (SELECT a.contact_id FROM contact_address a WHERE a.workspace_id = c.workspace_id AND {} = ",
        domain_of(app.db(), "a.email_key")
    );
    let values: Vec<Value> = names.iter().map(|name| Value::from(*name)).collect();
    let by_domain = groups(app, workspace, (&domain, ")"), &values, MOST_TOGETHER).await?;
    let by_domain: HashMap<&str, Vec<Known>> = names.iter().copied().zip(by_domain).collect();

    for person in &people {
        for other in by_phone.get(person.phone.as_str()).into_iter().flatten() {
            add(&mut pairs, person, other, DuplicateReason::SamePhone);
        }
        if let Some(company) = person.company_id {
            let mates = by_company.get(&company).map(Vec::as_slice).unwrap_or_default();
            let nearest = if mates.is_empty() {
                begin_alike(app, workspace, person, company).await?
            } else {
                Vec::new()
            };
            for other in mates.iter().chain(&nearest) {
                add(&mut pairs, person, other, DuplicateReason::NearNameSameCompany);
            }
        }
        for other in domains
            .get(&person.id)
            .into_iter()
            .flatten()
            .filter_map(|domain| by_domain.get(domain.as_str()))
            .flatten()
        {
            add(&mut pairs, person, other, DuplicateReason::NearNameSameDomain);
        }
    }
    Ok(pairs)
}

const COLUMNS: &str = "c.id, c.given_name, c.family_name, c.sort_name, c.phone, c.company_id";

/// The contacts of each group, without archived ones; empty for a group with more than `most`. Fifty groups
/// per statement. The group's key stands between the two halves of `condition`.
async fn groups(
    app: &App,
    workspace: WorkspaceId,
    condition: (&str, &str),
    keys: &[Value],
    most: usize,
) -> Result<Vec<Vec<Known>>> {
    let mut found: Vec<Vec<Known>> = keys.iter().map(|_| Vec::new()).collect();
    for (chunk, keys) in keys.chunks(GROUPS).enumerate() {
        let mut query = Query::default();
        let own = query.place(workspace);
        for (nth, key) in keys.iter().enumerate() {
            let (at, limit) = (chunk * GROUPS + nth, most + 1);
            query.push(if nth == 0 { "" } else { " UNION ALL " }).push(&format!(
                "SELECT * FROM (SELECT {COLUMNS}, {at} AS at FROM contact c
                WHERE c.workspace_id = {own} AND c.archived_at IS NULL AND "
            ));
            query.push(condition.0).bind(key.clone()).push(condition.1);
            query.push(&format!(" LIMIT {limit}) AS g{at}"));
        }
        for row in query.rows(app.db()).await? {
            let at: i32 = row.try_get("", "at")?;
            if let Some(group) = usize::try_from(at).ok().and_then(|at| found.get_mut(at)) {
                group.push(Known::from_query_result(&row, "")?);
            }
        }
    }
    for group in &mut found {
        if group.len() > most {
            group.clear();
        }
    }
    Ok(found)
}

/// In a company with too many people: those whose names have the same beginning.
async fn begin_alike(
    app: &App,
    workspace: WorkspaceId,
    person: &Known,
    company: CompanyId,
) -> Result<Vec<Known>> {
    let beginning: String = person.sort_name.chars().take(4).collect();
    if beginning.is_empty() {
        return Ok(Vec::new());
    }
    let end = format!("{beginning}\u{10FFFF}");
    Ok(contact::Entity::find()
        .filter(contact::Column::WorkspaceId.eq(workspace))
        .filter(contact::Column::CompanyId.eq(company))
        .filter(contact::Column::ArchivedAt.is_null())
        .filter(contact::Column::SortName.gte(beginning))
        .filter(contact::Column::SortName.lt(end))
        .limit(MOST_TOGETHER as u64)
        .into_partial_model::<Known>()
        .all(app.db())
        .await?)
}

async fn domains_of(
    app: &App,
    workspace: WorkspaceId,
    people: &[Known],
) -> Result<HashMap<ContactId, BTreeSet<String>>> {
    let rows = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(workspace))
        .filter(contact_address::Column::ContactId.is_in(people.iter().map(|person| person.id)))
        .all(app.db())
        .await?;
    let mut domains: HashMap<ContactId, BTreeSet<String>> = HashMap::new();
    for row in rows {
        if let Some((_, domain)) = row.email_key.rsplit_once('@') {
            domains.entry(row.contact_id).or_default().insert(domain.to_owned());
        }
    }
    Ok(domains)
}

fn add(pairs: &mut Pairs, one: &Known, other: &Known, reason: DuplicateReason) {
    if one.id == other.id {
        return;
    }
    let (a, b) =
        (Name::new(&one.given_name, &one.family_name), Name::new(&other.given_name, &other.family_name));
    let names = nearness(&a, &b);
    if reason == DuplicateReason::SamePhone || names.is_some() {
        let alike = pairs.entry((one.id.min(other.id), one.id.max(other.id))).or_default();
        alike.reasons.insert(reason);
        alike.names = names;
        alike.named = !a.is_unknown() && !b.is_unknown();
    }
}

/// Replaces the stored pairs of the changed contacts.
async fn keep(work: &Work, changed: &[ContactId], pairs: Pairs) -> Result<()> {
    use duplicate_candidate::Column as Candidate;
    use duplicate_dismissal::Column as Dismissal;
    if changed.is_empty() {
        return Ok(());
    }
    let (db, workspace) = (work.db(), work.workspace());
    let ids = || changed.iter().copied();
    // One of them may have been merged away since they were compared.
    let mut concerned: Vec<ContactId> =
        pairs.keys().flat_map(|(low, high)| [*low, *high]).chain(ids()).collect();
    concerned.sort_unstable();
    concerned.dedup();
    let mut living = HashSet::new();
    for chunk in concerned.chunks(5_000) {
        let locked: Vec<ContactId> = contact::Entity::find()
            .select_only()
            .column(contact::Column::Id)
            .filter(contact::Column::WorkspaceId.eq(workspace))
            .filter(contact::Column::Id.is_in(chunk.iter().copied()))
            .order_by_asc(contact::Column::Id)
            .lock_exclusive()
            .into_tuple()
            .all(db)
            .await?;
        living.extend(locked);
    }
    duplicate_candidate::Entity::delete_many()
        .filter(Candidate::WorkspaceId.eq(workspace))
        .filter(Condition::any().add(Candidate::LowId.is_in(ids())).add(Candidate::HighId.is_in(ids())))
        .exec(db)
        .await?;
    let dismissed: HashSet<(ContactId, ContactId)> = duplicate_dismissal::Entity::find()
        .filter(Dismissal::WorkspaceId.eq(workspace))
        .filter(Condition::any().add(Dismissal::LowId.is_in(ids())).add(Dismissal::HighId.is_in(ids())))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.low_id, row.high_id))
        .collect();
    let mut best: Vec<(i32, (ContactId, ContactId), Alike)> = pairs
        .into_iter()
        .filter(|(pair, _)| living.contains(&pair.0) && living.contains(&pair.1) && !dismissed.contains(pair))
        .map(|(pair, alike)| (alike.score(), pair, alike))
        .collect();
    best.sort_by_key(|(score, pair, _)| (std::cmp::Reverse(*score), *pair));
    let mut count: HashMap<ContactId, usize> = HashMap::new();
    let mut rows = Vec::new();
    for (score, (low, high), alike) in best {
        let full = |id: &ContactId, count: &HashMap<ContactId, usize>| {
            count.get(id).is_some_and(|count| *count >= MOST_PER_CONTACT)
        };
        if full(&low, &count) || full(&high, &count) {
            continue;
        }
        *count.entry(low).or_default() += 1;
        *count.entry(high).or_default() += 1;
        rows.push(duplicate_candidate::ActiveModel {
            workspace_id: Set(workspace),
            low_id: Set(low),
            high_id: Set(high),
            reasons: Set(serde_json::to_string(&alike.reasons)?),
            score: Set(score),
            found_at: Set(work.now()),
        });
    }
    for chunk in rows.chunks(1_000) {
        duplicate_candidate::Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}
