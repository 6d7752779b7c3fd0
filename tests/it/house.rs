//! Structure of the code base: dependencies between rooms, migrations, tables and types, the append-only
//! journal.

use std::{collections::BTreeMap, fs, path::Path};

use accord::{platform::db::Db, serve::bring_up_to_date};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, EntityTrait, Iterable};

use crate::support::{TestApp, on_postgres};

/// Inside a unit of work only its own connection is used. A function that is given the unit is not also given
/// the `App`, through which it could get another connection; a function that has both does not read through
/// the pool while the unit is open.
#[test]
fn whoever_is_given_a_unit_of_work_cannot_reach_another_connection() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let head = regex::Regex::new(r"fn (\w+)(?:<[^>(]*>)?\(([^{;]*)").unwrap();
    let unit = regex::Regex::new(r"\bWork\b").unwrap();
    let mut faults = Vec::new();
    for file in files(&root.join("src")).into_iter().chain(files(&root.join("platform/src"))) {
        let name = file.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).unwrap();
        for found in head.captures_iter(&text) {
            let given = found[2].split("->").next().unwrap();
            if unit.is_match(given)
                && [": &App", ": App", ": &Db", ": Db"].iter().any(|way| given.contains(way))
            {
                faults.push(format!("{name}: {} is given both", &found[1]));
            }
        }
        // From where a unit begins to its commit, or to the end of its function.
        for rest in text.split("= app.begin(").skip(1) {
            let rest = rest.split("\n}").next().unwrap();
            let rest = rest.split(".commit()").next().unwrap().split("drop(work)").next().unwrap();
            if rest.contains("app.db()") || rest.contains("db.read()") {
                faults.push(format!("{name}: a unit of work reads by another connection"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_go_up_down_and_up_again() {
    let app = TestApp::new().await;
    let (url, config) = (app.url.clone(), app.app.config.clone());
    app.app.ledger.db.close().await;
    std::mem::forget(app);
    let db = Db::connect(&url, 1).await.unwrap();
    let before = schema(&db).await;
    let steps = u32::try_from(Migrator::migrations().len()).unwrap();
    Migrator::down(db.for_migrations(), Some(steps)).await.unwrap();
    let left: Vec<String> =
        schema(&db).await.into_keys().filter(|table| table != "seaql_migrations").collect();
    assert!(left.is_empty(), "left behind: {left:?}");
    db.close().await;
    bring_up_to_date(&config).await.unwrap();
    bring_up_to_date(&config).await.unwrap();
    let db = Db::connect(&url, 1).await.unwrap();
    assert_eq!(schema(&db).await, before);
}

/// Every table with its columns.
async fn schema(db: &Db) -> BTreeMap<String, Vec<String>> {
    let text = if on_postgres() {
        "SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, ordinal_position"
    } else {
        "SELECT m.name AS t, p.name AS c FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, p.cid"
    };
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in db.read().query_all_raw(accord::platform::db::sql(db.read(), text, [])).await.unwrap() {
        tables.entry(row.try_get("", "t").unwrap()).or_default().push(row.try_get("", "c").unwrap());
    }
    tables
}

macro_rules! columns_of {
    ($($table:ident),* $(,)?) => {
        BTreeMap::from([$((stringify!($table).to_owned(), entity::$table::Column::iter().map(|column| sea_orm::IdenStatic::as_str(&column).to_owned()).collect::<Vec<String>>())),*])
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_a_type_with_its_columns_and_the_other_way_round() {
    let app = TestApp::new().await;
    let mut tables = schema(&app.app.ledger.db).await;
    tables.remove("seaql_migrations");
    let types: BTreeMap<String, Vec<String>> = columns_of!(
        activity,
        api_key,
        archive_item,
        art14_notice,
        basis,
        breach,
        breach_person,
        breach_step,
        class_rule,
        company,
        consent,
        consent_alias,
        contact,
        contact_address,
        contact_alias,
        contact_tag,
        data_key,
        deal,
        deal_contact,
        deal_stage,
        disclosure,
        duplicate_candidate,
        duplicate_dismissal,
        duplicate_scan,
        erasure,
        erasure_alias,
        evidence,
        field,
        field_value,
        form,
        form_caught,
        form_notice,
        form_version,
        hold,
        idempotency_key,
        instance_key,
        instance_mailbox,
        invitation,
        job,
        journal,
        journal_head,
        lead_turn,
        loss_reason,
        mail,
        mailbox,
        mailbox_proof,
        member,
        notice_rule,
        opt_in,
        package,
        package_part,
        pause,
        pipeline,
        provenance,
        purpose,
        purpose_version,
        quarantine,
        recipient,
        recipient_notice,
        recovery_code,
        refold,
        request,
        request_step,
        residue_scan,
        restriction,
        retention_count,
        retention_notice,
        retention_rule,
        retention_rule_version,
        retention_run,
        schedule,
        sealed_value,
        search_word,
        session,
        special_word,
        stage,
        submission,
        suppression,
        tag,
        transfer,
        transfer_authorisation,
        wording,
        workspace,
    );
    assert_eq!(tables, types);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_can_rewrite_the_journal() {
    let app = TestApp::new().await;
    let before = app.journal().await;
    assert!(!before.is_empty());
    let mut attempts = vec![
        "UPDATE journal SET kind = 'forged'",
        "DELETE FROM journal",
        "UPDATE journal SET bytes = '{}' WHERE seq = 1",
    ];
    if on_postgres() {
        attempts.push("TRUNCATE journal");
    } else {
        attempts.push("INSERT OR REPLACE INTO journal SELECT workspace_id, seq, id, at, 'forged', actor, subject, object, bytes, commitment, leaf_hash FROM journal");
        attempts.push("REPLACE INTO journal SELECT workspace_id, seq + 1000, id, at, 'forged', actor, subject, object, bytes, commitment, leaf_hash FROM journal");
    }
    for attempt in attempts {
        let tried = app.app.ledger.db.touch(attempt, vec![]).await;
        assert!(tried.is_err(), "{attempt} went through");
    }
    assert_eq!(app.journal().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_numbered_without_gaps_and_hashed_over_their_canonical_bytes() {
    use sha2::{Digest, Sha256};
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    for (at, entry) in app.journal().await.iter().enumerate() {
        assert_eq!(entry.seq, i64::try_from(at).unwrap() + 1);
        let value: serde_json::Value = serde_json::from_str(&entry.bytes).unwrap();
        assert_eq!(serde_json_canonicalizer::to_string(&value).unwrap(), entry.bytes, "RFC 8785");
        assert_eq!(value["kind"], entry.kind.as_str());
        assert_eq!(value["id"], entry.id.to_string());
        assert!(value.get("seq").is_none(), "the number is the leaf's position");
        assert_eq!(
            Sha256::new().chain_update([0]).chain_update(&entry.bytes).finalize().to_vec(),
            entry.leaf_hash
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_at_once_leave_no_gap_and_lose_nothing() {
    use accord::platform::{actor::Actor, work::Entry};
    let app = TestApp::new().await;
    let before = i64::try_from(app.journal().await.len()).unwrap();
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let (app, workspace) = (app.app.clone(), app.workspace);
            tokio::spawn(async move {
                let mut work = app.begin(workspace, Actor::System).await.unwrap();
                work.record(Entry::new("test.first"));
                work.record(Entry::new("test.second"));
                work.commit().await.unwrap()
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let journal = app.journal().await;
    assert_eq!(journal.last().unwrap().seq, before + 80);
    assert!(journal.iter().enumerate().all(|(at, entry)| entry.seq == i64::try_from(at).unwrap() + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_10_a_row_cannot_point_into_another_workspace() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, "ada@example.org").await;
    let other = app.other_workspace("other").await;
    let row = entity::consent::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    let stolen = entity::consent::Model { workspace_id: other, id: entity::ConsentId::new(), ..row };
    let inserted = entity::consent::Entity::insert(sea_orm::IntoActiveModel::into_active_model(stolen))
        .exec_without_returning(app.app.db())
        .await;
    assert!(inserted.is_err(), "the database itself must refuse it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_refuses_a_database_of_another_version() {
    let app = TestApp::new().await;
    let config = app.app.config.clone();
    app.app
        .ledger
        .db
        .touch("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_from_the_future', 0)", vec![])
        .await
        .unwrap();
    let refused = accord::serve::start(config.clone(), false)
        .await
        .err()
        .expect("an unknown migration stops the start")
        .to_string();
    assert!(
        refused.contains("made by a newer version") && refused.contains("start that version"),
        "{refused}"
    );
    app.app.ledger.db.touch("DELETE FROM seaql_migrations", vec![]).await.unwrap();
    let refused = accord::serve::start(config, false)
        .await
        .err()
        .expect("missing migrations stop the start")
        .to_string();
    assert!(refused.contains("accord migrate"), "{refused}");
}
