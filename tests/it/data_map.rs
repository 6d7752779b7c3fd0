//! The data map against the database: no column unclassified, none that vanished, and no personal one without
//! an end.

use std::collections::BTreeMap;

use accord::persons::data_map::{Class, Column, OnErasure, Subject, data_map, tables};

use crate::support::{TestApp, on_postgres};

/// Every column of the migrated database, and whether it holds text.
async fn real(app: &TestApp) -> BTreeMap<(String, String), bool> {
    let text = if on_postgres() {
        "SELECT table_name AS t, column_name AS c, data_type AS k FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'"
    } else {
        "SELECT m.name AS t, p.name AS c, p.type AS k FROM sqlite_master m, pragma_table_info(m.name) p
            WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'seaql_migrations'"
    };
    let rows = app.query(text, vec![]).await;
    let text = |row: &sea_orm::QueryResult, name| row.try_get::<String>("", name).unwrap();
    rows.iter()
        .map(|row| ((text(row, "t"), text(row, "c")), text(row, "k").to_lowercase() == "text"))
        .collect()
}

fn name(column: &Column) -> String {
    format!("{}.{}", column.table, column.name)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_column_of_the_database_is_in_the_data_map_once_and_the_other_way_round() {
    let app = TestApp::new().await;
    let real = real(&app).await;
    let mut mapped = BTreeMap::new();
    for column in data_map() {
        let place = (column.table.to_owned(), column.name.to_owned());
        assert_eq!(mapped.insert(place, column.is_text), None, "{} stands there twice", name(column));
    }
    let unclassified: Vec<_> = real.keys().filter(|place| !mapped.contains_key(*place)).collect();
    assert!(unclassified.is_empty(), "not in src/persons/data_map: {unclassified:?}");
    let vanished: Vec<_> = mapped.keys().filter(|place| !real.contains_key(*place)).collect();
    assert!(vanished.is_empty(), "no longer in the database: {vanished:?}");
    assert_eq!(mapped, real, "columns of text end with * in the map, so that the residue scan searches them");
}

#[test]
fn every_personal_column_says_why_what_an_erasure_does_and_which_rule_ends_it() {
    for table in tables() {
        assert!(table.why.ends_with(['.', '?']) && table.why.len() > 10, "{}: {:?}", table.name, table.why);
    }
    let about_people = data_map().iter().filter(|column| column.class != Class::Technical);
    for column in about_people {
        assert!(column.rule.is_some(), "{} has no retention rule", name(column));
        if let OnErasure::Keep(reason) = column.on_erasure {
            assert!(reason.len() > 10, "{} is kept without a reason", name(column));
        }
        if column.class == Class::Personal && column.subject == Subject::Contact {
            assert_ne!(column.on_erasure, OnErasure::Scan, "{} is the person's", name(column));
        }
    }
    let personal = |table: &str| {
        data_map().iter().any(|column| column.table == table && column.class == Class::Personal)
    };
    for table in ["contact", "contact_address", "activity", "evidence", "mail", "request", "member"] {
        assert!(personal(table), "{table}");
    }
}

#[test]
fn plain_text_of_a_contact_never_stays() {
    let words_of_ours = [
        "kind",
        "state",
        "channel",
        "language",
        "refusal_reason",
        "extension_reason",
        "hurdle",
        "objects_to",
        "balance",
    ];
    for column in data_map() {
        let stays = matches!(column.on_erasure, OnErasure::Keep(_) | OnErasure::Scan);
        let theirs = column.class == Class::Personal && column.subject == Subject::Contact;
        assert!(
            !(theirs && stays && column.is_text) || words_of_ours.contains(&column.name),
            "{} would outlive its person",
            name(column)
        );
    }
}
