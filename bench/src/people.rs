//! Creates many contacts at once with set-based SQL, for lists and search. Names consist of syllables, and
//! one in fifty is a Martin, so that there are common names, rare ones, and ones with the same prefix.

use accord::platform::{db::sql, statistics};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};

use crate::world::World;

/// A time that both databases store alike.
const AT: &str = "2026-11-24T12:00:00+00:00";
const SYLLABLES: &str = "mardulbersimlaurobgarthofonmerdurbonfaugirricpic";

/// What to create.
#[derive(Clone, Copy, Debug)]
pub struct People {
    /// Number of contacts.
    pub contacts: u32,
    /// Number of companies, among which the contacts are distributed evenly.
    pub companies: u32,
    /// Whether each has two consents.
    pub consents: bool,
    /// Whether the contacts are added to the search index.
    pub words: bool,
}

pub async fn fill(world: &World, people: People) -> anyhow::Result<()> {
    let embedded = world.app.ledger.db.is_embedded();
    let workspace = uuid(embedded, &world.workspace.0.simple().to_string());
    let series = |count: u32| {
        if embedded {
            format!(
                "(WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {count}) SELECT n FROM series) AS series"
            )
        } else {
            format!("generate_series(1, {count}) AS series (n)")
        }
    };
    // IDs of each kind differ in one digit from those of other kinds, and grow with n as UUIDv7 do with time.
    let id = |kind: u8, n: &str| {
        if embedded {
            format!("unhex('0190000000007000' || printf('8{kind}00%012x', {n}))")
        } else {
            format!("('01900000-0000-7000-8{kind}00-' || lpad(to_hex({n}), 12, '0'))::uuid")
        }
    };
    let at = if embedded { format!("'{AT}'") } else { format!("'{AT}'::timestamptz") };
    let empty = if embedded { "x''" } else { "''::bytea" };
    let syllable = |n: &str| format!("substr('{SYLLABLES}', 1 + 3 * (({n}) % 16), 3)");
    let family = format!(
        "CASE WHEN n % 50 = 0 THEN 'martin' ELSE {} || {} || {} END",
        syllable("n"),
        syllable("n / 16"),
        syllable("n / 256")
    );
    let given = format!("{} || {}", syllable("n / 7 % 10"), syllable("n / 3 % 10"));
    let (many, companies) = (series(people.contacts), people.companies.max(1));
    let company = format!("n % {companies} + 1");
    let purpose = format!("(SELECT id FROM purpose WHERE workspace_id = {workspace} LIMIT 1)");
    let version =
        format!("(SELECT current_version_id FROM purpose WHERE workspace_id = {workspace} LIMIT 1)");
    let mut statements = vec![
        format!(
            "INSERT INTO company (workspace_id, id, name, sort_name, domain, phone, website, industry, postal_address, custom, version, created_at, updated_at)
            SELECT {workspace}, {}, 'Company ' || n, 'company ' || n, '', '', '', '', '', '{{}}', 1, {at}, {at} FROM {}",
            id(1, "n"),
            series(companies)
        ),
        format!(
            "INSERT INTO contact (workspace_id, id, given_name, family_name, sort_name, phone, job_title, company_name, company_id, postal_address,
                language, lifecycle, custom, primary_address_id, version, created_at, updated_at)
            SELECT {workspace}, {}, {given}, {family}, {family} || ' ' || {given}, '', '', '', {}, '', 'en', 'PROSPECT', '{{}}', {}, 1, {at}, {at} FROM {many}",
            id(2, "n"),
            id(1, &company),
            id(3, "n")
        ),
        format!(
            "INSERT INTO contact_address (workspace_id, id, contact_id, email, email_key, fingerprint, verified_at, created_at)
            SELECT {workspace}, {}, {}, 'p' || n || '@people.example', 'p' || n || '@people.example', {empty}, {at}, {at} FROM {many}",
            id(3, "n"),
            id(2, "n")
        ),
    ];
    for (kind, channel) in [(4, "EMAIL"), (5, "PHONE")].into_iter().filter(|_| people.consents) {
        statements.push(format!(
            "INSERT INTO consent (workspace_id, id, contact_id, purpose_id, channel, state, since, address_id, purpose_version_id, entry_id)
            SELECT {workspace}, {}, {}, {purpose}, '{channel}', 'GIVEN', {at}, {}, {version}, {} FROM {many}",
            id(kind, "n"),
            id(2, "n"),
            id(3, "n"),
            id(6, "n")
        ));
    }
    let local = "'p' || n".to_owned();
    for (word, weight) in [(&given, 9), (&family, 8), (&local, 7)].into_iter().filter(|_| people.words) {
        // A given name may also be a family name.
        statements.push(format!(
            "INSERT INTO search_word (workspace_id, row_id, word, entity, lead, weight)
            SELECT {workspace}, {}, {word}, 'CONTACT', substr({word}, 1, 2), {weight} FROM {many} WHERE true ON CONFLICT DO NOTHING",
            id(2, "n")
        ));
    }
    // A separate connection, because the app's have a statement timeout that is too short for this.
    let db = Database::connect(
        ConnectOptions::new(&world.app.config.database_url).max_connections(1).sqlx_logging(false).to_owned(),
    )
    .await?;
    for statement in statements {
        db.execute_unprepared(&statement).await?;
    }
    if embedded {
        // `renew_statistics` does this within an hour in production, and checkpoints run in the meantime.
        statistics::renew(&world.app.ledger.db).await?;
        db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    } else {
        db.execute_raw(sql(&db, "VACUUM ANALYZE", [])).await?;
    }
    db.close().await?;
    Ok(())
}

fn uuid(embedded: bool, hex: &str) -> String {
    if embedded { format!("unhex('{hex}')") } else { format!("'{hex}'::uuid") }
}
