//! Merging two contacts who are one person: what moves, which value wins, what keeps working, and what is
//! refused.

use accord::{
    consent::{Usability, join::fold_entries, may_use, unsubscribe_link},
    contacts::every_id_of,
    forms::definition::ConsentOffer,
    link_uses::Use,
    platform::{actor::Actor, tokens::Link},
};
use chrono::TimeDelta;
use entity::{
    ActivityKind, Channel, ConsentState, ContactId, DealRole, EntityKind, LegalBasis, Lifecycle, PurposeId,
    Role, activity, consent, contact, contact_address, contact_tag, data_key, deal_contact, evidence, mail,
    opt_in, provenance, sealed_value, suppression, tag,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use crate::{
    fields::{field, made, set, shown},
    support::{Client, TestApp, TestForm, definition, rows},
};

const ADA: &str = "ada@example.org";
const WORK: &str = "ada@work.example";

const MERGE: &str = "mutation($input: MergeContactsInput!) { mergeContacts(input: $input) {
    contact { id version email addresses { email } consents { id state } } userErrors { code field message } } }";

async fn contact_of(app: &TestApp, email: &str) -> contact::Model {
    let address = contact_address::Entity::find()
        .filter(contact_address::Column::Email.eq(email))
        .one(app.app.db())
        .await
        .unwrap()
        .unwrap();
    contact::Entity::find_by_id((address.workspace_id, address.contact_id))
        .one(app.app.db())
        .await
        .unwrap()
        .unwrap()
}

/// Merges the two contacts in their current versions, and returns the payload.
async fn ask_merge(client: &Client<'_>, survivor: &contact::Model, other: &contact::Model) -> Value {
    let input = json!({ "survivorId": survivor.id, "mergedId": other.id,
        "expectedSurvivorVersion": survivor.version, "expectedMergedVersion": other.version });
    client.gql(MERGE, json!({ "input": input })).await["mergeContacts"].clone()
}

/// Merges the contact with the second address into the one with the first.
async fn merge(app: &TestApp, survivor: &str, other: &str) -> (contact::Model, ContactId) {
    let (survivor, other) = (contact_of(app, survivor).await, contact_of(app, other).await);
    let done = ask_merge(&app.api_key(Role::Sales).await, &survivor, &other).await;
    assert_eq!(done["userErrors"], json!([]), "{done:#}");
    assert_eq!(done["contact"]["id"], survivor.id.to_string());
    projection_is_the_fold(app, survivor.id).await;
    (
        contact::Entity::find_by_id((app.workspace, survivor.id)).one(app.app.db()).await.unwrap().unwrap(),
        other.id,
    )
}

/// Asserts that folding the journal entries of all ids of a person gives the stored rows.
async fn projection_is_the_fold(app: &TestApp, id: ContactId) {
    let ids: Vec<String> =
        every_id_of(app.app.db(), app.workspace, id).await.unwrap().iter().map(ToString::to_string).collect();
    let entries = app.journal().await;
    let told = fold_entries(
        entries.iter().filter(|entry| entry.subject.as_ref().is_some_and(|subject| ids.contains(subject))),
    )
    .unwrap();
    let rows =
        consent::Entity::find().filter(consent::Column::ContactId.eq(id)).all(app.app.db()).await.unwrap();
    let told: Vec<_> = told.into_iter().map(|(key, act)| (key, act.state, act.at)).collect();
    let mut held: Vec<_> =
        rows.into_iter().map(|row| ((row.purpose_id, row.channel), row.state, row.since)).collect();
    held.sort();
    assert_eq!(told, held);
}

async fn usable(app: &TestApp, purpose: PurposeId, contact: ContactId) -> Usability {
    may_use(&app.app, app.workspace, purpose, Channel::Email, &[contact]).await.unwrap()[&contact]
}

/// Two contacts of one person, each with a confirmed newsletter, some minutes apart.
async fn two(app: &TestApp) -> TestForm {
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    app.advance(TimeDelta::minutes(10));
    app.confirmed(&form, WORK).await;
    app.advance(TimeDelta::minutes(10));
    form
}

async fn stop_all(app: &TestApp, contact: ContactId) {
    let link = unsubscribe_link(&app.app, app.workspace, contact, None);
    let path = link[link.find("/unsubscribe/").unwrap()..].to_owned();
    assert_eq!(app.visitor().post_form(&path, &[("scope", "all")]).await.status, 200);
}

/// Submits the form and confirms through the newest link.
async fn confirm_again(app: &TestApp, form: &TestForm, email: &str) {
    let fields = [("email", email), ("consent", "newsletter:email")];
    assert_eq!(app.visitor().submit_fields(form, &fields).await.status, 303);
    app.run_jobs().await;
    let link = app.mails_to(email).last().unwrap().link("confirm");
    assert_eq!(app.visitor().post_form(&link, &[]).await.status, 200);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_both_stands_behind_one_contact() {
    let app = TestApp::new().await;
    let form = two(&app).await;
    let db = app.app.db();
    let (ada, work) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
    let label = |name: &str| tag::ActiveModel {
        workspace_id: Set(app.workspace),
        id: Set(entity::TagId::new()),
        name: Set(name.to_owned()),
        name_key: Set(name.to_owned()),
        created_at: Set(app.app.now()),
    };
    for (name, who) in [("fair", vec![&ada, &work]), ("press", vec![&work])] {
        let label = label(name);
        let id = label.id.clone().unwrap();
        tag::Entity::insert(label).exec_without_returning(db).await.unwrap();
        for contact in who {
            let row = contact_tag::Model {
                workspace_id: app.workspace,
                contact_id: contact.id,
                tag_id: id,
                tagged_at: app.app.now(),
            };
            contact_tag::Entity::insert(row.into_active_model()).exec_without_returning(db).await.unwrap();
        }
    }
    let note = activity::Model {
        contact_id: Some(work.id),
        subject: "Met at the fair".to_owned(),
        ..rows::new_activity(&app)
    };
    activity::Entity::insert(note.clone().into_active_model()).exec_without_returning(db).await.unwrap();
    let deal = deal_of(&app, work.id).await;
    let before = [
        count_of(&app, "evidence", work.id).await,
        count_of(&app, "mail", work.id).await,
        count_of(&app, "opt_in", work.id).await,
    ];
    assert!(before.iter().all(|count| *count > 0), "{before:?}");

    let (survivor, old) = merge(&app, ADA, WORK).await;
    assert_eq!((old, survivor.version, survivor.created_at), (work.id, 2, ada.created_at));
    assert_eq!(survivor.primary_address_id, ada.primary_address_id);
    assert_eq!(survivor.last_contact_at, work.last_contact_at.max(ada.last_contact_at));
    for table in ["evidence", "mail", "opt_in", "contact_address", "consent", "activity", "contact_tag"] {
        assert_eq!(count_of(&app, table, old).await, 0, "{table} still hangs to the id that is no more");
    }
    assert_eq!(contact_tag::Entity::find().all(db).await.unwrap().len(), 2, "each tag once");
    assert!(
        activity::Entity::find().all(db).await.unwrap().iter().all(|row| row.contact_id == Some(survivor.id))
    );
    assert!(
        data_key::Entity::find().all(db).await.unwrap().iter().all(|row| row.owner_id == survivor.id.0),
        "keys go along"
    );
    assert!(
        evidence::Entity::find().all(db).await.unwrap().iter().all(|row| row.contact_id == Some(survivor.id))
    );
    assert!(
        mail::Entity::find()
            .all(db)
            .await
            .unwrap()
            .iter()
            .all(|row| row.contact_id.is_none_or(|id| id == survivor.id))
    );
    assert!(
        opt_in::Entity::find().all(db).await.unwrap().iter().all(|row| row.contact_id == Some(survivor.id))
    );
    let parts = deal_contact::Entity::find().all(db).await.unwrap();
    assert_eq!(
        parts.iter().map(|part| (part.deal_id, part.contact_id, part.role)).collect::<Vec<_>>(),
        [(deal, survivor.id, DealRole::DecisionMaker)]
    );
    assert_eq!(
        usable(&app, form.newsletter, survivor.id).await,
        Usability::AddressNotProven,
        "the newer yes came from the other mailbox"
    );

    let merged = app.journal().await.into_iter().find(|entry| entry.kind == "contact.merged").unwrap();
    assert_eq!((merged.subject, merged.object), (Some(survivor.id.to_string()), Some(old.to_string())));
    assert!(!merged.bytes.contains("example") && !merged.bytes.contains("Ada"), "{}", merged.bytes);
}

/// A deal whose decision maker is this contact.
async fn deal_of(app: &TestApp, contact: ContactId) -> entity::DealId {
    let client = app.api_key(Role::Owner).await;
    let text = "mutation($input: CreatePipelineInput!) { createPipeline(input: $input) { pipeline { id stages { id } } userErrors { field message } } }";
    let stages = json!([{ "name": "New", "kind": "OPEN", "probability": 10 }, { "name": "Won", "kind": "WON" }, { "name": "Lost", "kind": "LOST" }]);
    let made = client
        .gql(text, json!({ "input": { "name": "Sales", "currency": "EUR", "stages": stages } }))
        .await["createPipeline"]
        .clone();
    let stage = made["pipeline"]["stages"][0]["id"].clone();
    let text = "mutation($input: CreateDealInput!) { createDeal(input: $input) { deal { id } userErrors { field message } } }";
    let input = json!({ "title": "An engine", "stageId": stage, "contacts": [{ "contactId": contact, "role": "DECISION_MAKER" }] });
    let made = client.gql(text, json!({ "input": input })).await["createDeal"].clone();
    made["deal"]["id"].as_str().unwrap_or_else(|| panic!("{made:#}")).parse().unwrap()
}

async fn count_of(app: &TestApp, table: &str, contact: ContactId) -> i64 {
    app.query(&format!("SELECT count(*) AS n FROM {table} WHERE contact_id = $1"), vec![contact.into()]).await
        [0]
    .try_get("", "n")
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_look_up_by_the_old_id_finds_who_lives_on() {
    let app = TestApp::new().await;
    two(&app).await;
    let client = app.api_key(Role::Owner).await;
    let (survivor, old) = merge(&app, ADA, WORK).await;
    let text = "query($id: ID!) { contact(id: $id) { id email } node(id: $id) { id __typename } nodes(ids: [$id, $id]) { id }
        journal(first: 100, filter: { contactId: $id }) { nodes { kind subject object } } }";
    let by_old = client.gql(text, json!({ "id": old })).await;
    let by_new = client.gql(text, json!({ "id": survivor.id })).await;
    assert_eq!(by_old, by_new);
    assert_eq!((&by_old["contact"]["id"], &by_old["contact"]["email"]), (&json!(survivor.id), &json!(ADA)));
    let entries = by_new["journal"]["nodes"].as_array().unwrap();
    for id in [survivor.id, old] {
        let given = |entry: &&Value| entry["kind"] == "consent.given" && entry["subject"] == id.to_string();
        assert_eq!(entries.iter().filter(given).count(), 1, "the entries of {id}, untouched");
    }
    assert!(entries.iter().any(|entry| entry["kind"] == "contact.merged"));
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_a_denial_of_either_wins_whichever_way_they_are_merged() {
    for (survivor, other, denied) in
        [(ADA, WORK, ADA), (ADA, WORK, WORK), (WORK, ADA, ADA), (WORK, ADA, WORK)]
    {
        let app = TestApp::new().await;
        let form = two(&app).await;
        stop_all(&app, contact_of(&app, denied).await.id).await;
        app.advance(TimeDelta::minutes(10));
        let suppressions = suppression::Entity::find().all(app.app.db()).await.unwrap();
        let (contact, _) = merge(&app, survivor, other).await;
        assert_eq!(
            usable(&app, form.newsletter, contact.id).await,
            Usability::Withdrawn,
            "{survivor} takes {other}, {denied} had stopped"
        );
        assert_eq!(
            suppression::Entity::find().all(app.app.db()).await.unwrap(),
            suppressions,
            "they keep standing"
        );

        // Only a mailbox can lift it: the one in use does, from now on.
        app.advance(TimeDelta::days(1));
        confirm_again(&app, &form, survivor).await;
        assert_eq!(usable(&app, form.newsletter, contact.id).await, Usability::Usable);
        projection_is_the_fold(&app, contact.id).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_yes_of_one_does_not_outweigh_the_no_of_the_other() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, WORK).await;
    stop_all(&app, contact_of(&app, WORK).await.id).await;
    app.advance(TimeDelta::days(1));
    app.confirmed(&form, ADA).await;
    let (contact, _) = merge(&app, ADA, WORK).await;
    assert_eq!(usable(&app, form.newsletter, contact.id).await, Usability::Withdrawn);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_said_that_everything_must_stop_said_it_for_what_the_other_agreed_to() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let events = app.purpose("events", LegalBasis::Consent).await;
    let offer = definition(vec![ConsentOffer { purpose_id: events, channel: Channel::Email }], None);
    let other_form = app.publish_in(app.workspace, offer, events).await;
    app.confirmed(&form, WORK).await;
    stop_all(&app, contact_of(&app, WORK).await.id).await;
    app.advance(TimeDelta::days(1));
    let fields = [("email", ADA), ("consent", "events:email")];
    assert_eq!(app.visitor().submit_fields(&other_form, &fields).await.status, 303);
    app.run_jobs().await;
    let link = app.mails_to(ADA).pop().unwrap().link("confirm");
    app.visitor().post_form(&link, &[]).await;
    app.run_jobs().await;
    assert_eq!(usable(&app, events, contact_of(&app, ADA).await.id).await, Usability::Usable);
    let (contact, _) = merge(&app, ADA, WORK).await;
    assert_eq!(usable(&app, events, contact.id).await, Usability::Withdrawn);
    assert_eq!(usable(&app, form.newsletter, contact.id).await, Usability::Withdrawn);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newer_yes_stands_by_its_own_address_and_nobody_elses() {
    let app = TestApp::new().await;
    let form = two(&app).await;
    let (contact, _) = merge(&app, WORK, ADA).await;
    assert_eq!(
        usable(&app, form.newsletter, contact.id).await,
        Usability::Usable,
        "the newer yes is of the mailbox in use"
    );
    // Staff put the other address in use, which confirmed only an older yes.
    let other = contact_address::Entity::find()
        .filter(contact_address::Column::Email.eq(ADA))
        .one(app.app.db())
        .await
        .unwrap()
        .unwrap();
    let change = "UPDATE contact SET primary_address_id = $1 WHERE id = $2";
    app.app.ledger.db.touch(change, vec![other.id.into(), contact.id.into()]).await.unwrap();
    assert_eq!(usable(&app, form.newsletter, contact.id).await, Usability::AddressNotProven);
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_7_the_proofs_of_both_are_shown_also_after_another_merge() {
    let app = TestApp::new().await;
    let form = two(&app).await;
    app.confirmed(&form, "a.lovelace@example.net").await;
    app.advance(TimeDelta::minutes(10));
    let (first, second) = (consent_id(&app, ADA).await, consent_id(&app, WORK).await);
    merge(&app, WORK, ADA).await;
    let (survivor, _) = merge(&app, "a.lovelace@example.net", WORK).await;
    let proof = "wording { text } mailbox submittedAt confirmedAt mails { kind smtpReply }";
    let text = format!(
        "query($id: ID!) {{ contact(id: $id) {{ consents {{ id state evidence {{ {proof} }} joinedEvidence {{ {proof} }} }} }} }}"
    );
    let answer = app.api_key(Role::Dpo).await.gql(&text, json!({ "id": survivor.id })).await;
    let consent = &answer["contact"]["consents"][0];
    assert_eq!(answer["contact"]["consents"].as_array().unwrap().len(), 1);
    assert_eq!(consent["evidence"]["mailbox"], "a.lovelace@example.net");
    let mut joined: Vec<&str> = consent["joinedEvidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|proof| proof["mailbox"].as_str().unwrap())
        .collect();
    joined.sort_unstable();
    assert_eq!(joined, [ADA, WORK]);
    for proof in consent["joinedEvidence"].as_array().unwrap() {
        assert!(
            proof["wording"]["text"].as_str().is_some() && proof["mails"][0]["smtpReply"].as_str().is_some(),
            "{proof:#}"
        );
    }
    let sales = app.api_key(Role::Sales).await.gql_raw(&text, json!({ "id": survivor.id })).await;
    assert!(sales["data"]["contact"]["consents"][0]["joinedEvidence"].is_null());

    // Ids of both joined consents still work: a program that stored either can withdraw it, and nothing is
    // lost.
    let withdraw = "mutation($id: ID!) { withdrawConsent(input: { consentId: $id, reason: TOLD_BY_PHONE }) { consent { id state } } }";
    for id in [&first, &second] {
        let done = app.api_key(Role::Sales).await.gql(withdraw, json!({ "id": id })).await;
        assert_eq!(done["withdrawConsent"]["consent"], json!({ "id": consent["id"], "state": "WITHDRAWN" }));
    }
    let node = app
        .api_key(Role::Reader)
        .await
        .gql("query($id: ID!) { node(id: $id) { id } }", json!({ "id": first }))
        .await;
    assert_eq!(node["node"]["id"], consent["id"]);
}

async fn consent_id(app: &TestApp, email: &str) -> String {
    let contact = contact_of(app, email).await;
    consent::Entity::find()
        .filter(consent::Column::ContactId.eq(contact.id))
        .one(app.app.db())
        .await
        .unwrap()
        .unwrap()
        .id
        .to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_link_that_was_mailed_before_the_merge_stops_the_one_who_lives_on() {
    let app = TestApp::new().await;
    let form = two(&app).await;
    let link = app.mails_to(WORK)[1].link("unsubscribe");
    let (contact, old) = merge(&app, ADA, WORK).await;
    let page = app.visitor().get(&link).await;
    assert!(page.words().contains("Purpose newsletter"), "{}", page.words());
    assert_eq!(app.visitor().post_form(&link, &[("List-Unsubscribe", "One-Click")]).await.status, 200);
    assert_eq!(usable(&app, form.newsletter, contact.id).await, Usability::Withdrawn);
    let entry = app.journal().await.into_iter().rfind(|entry| entry.kind == "consent.withdrawn").unwrap();
    assert_eq!((entry.actor, entry.subject), (contact.id.to_string(), Some(contact.id.to_string())));
    let fingerprints = suppression::Entity::find().all(app.app.db()).await.unwrap();
    for email in [ADA, WORK] {
        let fingerprint = app.app.vault.fingerprint(app.workspace, email);
        assert!(
            fingerprints.iter().any(|row| row.fingerprint == fingerprint),
            "both mailboxes are left in peace"
        );
    }
    let forged = app.app.vault.sign(
        Use::Unsubscribe,
        &Link { workspace: app.other_workspace("other").await, row: old.0, extra: Vec::new() },
    );
    assert_eq!(app.visitor().get(&format!("/unsubscribe/{forged}")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_waits_is_answered_for_the_one_who_lives_on() {
    let app = TestApp::new().await;
    let form = two(&app).await;
    let (first, before) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
    stop_all(&app, before.id).await;
    app.advance(TimeDelta::days(1));
    app.visitor().submit(&form, WORK).await;
    app.run_jobs().await;
    let link = app.mails_to(WORK).last().unwrap().link("confirm");
    let confirmed_before = app.mails_to(ADA)[0].link("confirm");
    let (contact, _) = merge(&app, WORK, ADA).await;
    assert_eq!(
        (contact.id, usable(&app, form.newsletter, contact.id).await),
        (before.id, Usability::Withdrawn)
    );
    assert_eq!(app.visitor().post_form(&link, &[]).await.status, 200);
    app.run_jobs().await;
    assert_eq!(app.count("contact").await, 1);
    assert_eq!(usable(&app, form.newsletter, contact.id).await, Usability::Usable);
    projection_is_the_fold(&app, contact.id).await;
    let page = app.visitor().post_form(&confirmed_before, &[]).await;
    assert!(
        page.words().contains("You have already confirmed it"),
        "a link of {} {}",
        first.id,
        page.words()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn blanks_are_filled_proven_values_stay_and_what_was_not_kept_becomes_a_task() {
    let app = TestApp::new().await;
    two(&app).await;
    let (ada, work) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
    let mut one = ada.clone().into_active_model();
    one.given_name = Set("Augusta".to_owned());
    one.family_name = Set(String::new());
    one.job_title = Set("Countess".to_owned());
    one.custom = Set(json!({ "note": "likes engines", "size": "M" }).to_string());
    contact::Entity::update(one).exec(app.app.db()).await.unwrap();
    let mut other = work.clone().into_active_model();
    other.given_name = Set("Ada".to_owned());
    other.family_name = Set("Lovelace".to_owned());
    other.phone = Set("+33123456789".to_owned());
    other.job_title = Set("Mathematician".to_owned());
    other.lifecycle = Set(Lifecycle::Customer);
    other.external_id = Set(Some("erp-7".to_owned()));
    other.custom = Set(json!({ "note": "likes numbers", "colour": "blue" }).to_string());
    contact::Entity::update(other).exec(app.app.db()).await.unwrap();
    // The survivor's title is unconfirmed; staff set the other's.
    for (id, field, proven) in [(ada.id, "job_title", false), (work.id, "job_title", true)] {
        let row = provenance::Model {
            workspace_id: app.workspace,
            id: entity::ProvenanceId::new(),
            entity: EntityKind::Contact,
            row_id: id.0,
            field: field.to_owned(),
            source: if proven { "staff" } else { "integration" }.to_owned(),
            proven,
            actor: "system".to_owned(),
            at: app.app.now(),
            entry_id: entity::EntryId::new(),
        };
        provenance::Entity::insert(row.into_active_model())
            .exec_without_returning(app.app.db())
            .await
            .unwrap();
    }
    app.advance(TimeDelta::minutes(1));
    let (contact, old) = merge(&app, ADA, WORK).await;
    assert_eq!(
        (contact.given_name.as_str(), contact.family_name.as_str(), contact.sort_name.as_str()),
        ("Augusta", "Lovelace", "lovelace augusta")
    );
    assert_eq!(
        (contact.phone.as_str(), contact.job_title.as_str(), contact.lifecycle),
        ("+33123456789", "Mathematician", Lifecycle::Customer)
    );
    assert_eq!(contact.external_id.as_deref(), Some("erp-7"));
    assert_eq!(contact.custom, json!({ "colour": "blue", "note": "likes engines", "size": "M" }).to_string());
    let task = activity::Entity::find().one(app.app.db()).await.unwrap().unwrap();
    assert_eq!((task.contact_id, task.kind), (Some(contact.id), ActivityKind::Task));
    assert_eq!(task.body, "Given name: Ada\nJob title: Countess\nnote: likes numbers");
    let rows = provenance::Entity::find().all(app.app.db()).await.unwrap();
    assert!(rows.iter().all(|row| row.row_id == contact.id.0), "the history of both");
    let last = |field: &str| {
        rows.iter()
            .filter(|row| row.field == field)
            .max_by_key(|row| row.id)
            .map(|row| (row.source.as_str(), row.proven))
    };
    assert_eq!(
        (last("job_title"), last("given_name"), last("family_name")),
        (Some(("merge", true)), Some(("merge", true)), Some(("merge", false)))
    );
    let journal = app.journal().await;
    let merged = journal.iter().position(|entry| entry.kind == "contact.merged").unwrap();
    let bytes: String = journal[merged..].iter().map(|entry| entry.bytes.as_str()).collect();
    for personal in ["Augusta", "Lovelace", "Countess", "engines", "+33", "blue"] {
        assert!(!bytes.contains(personal), "{bytes}");
    }
    let updated = journal[merged..].iter().find(|entry| entry.kind == "contact.updated").unwrap();
    assert!(updated.bytes.contains("\"family_name\"") && journal[merged].object == Some(old.to_string()));
}

#[tokio::test(flavor = "multi_thread")]
async fn sealed_values_come_over_and_open_there_and_of_two_in_one_field_neither_is_dropped_unseen() {
    let app = TestApp::new().await;
    two(&app).await;
    let owner = app.api_key(Role::Owner).await;
    made(&owner, field("account_no", "IBAN", "SECRET")).await;
    made(&owner, field("clause", "TEXT", "CONFIDENTIAL")).await;
    let (ada, work) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
    // Each contact has its own key: values sealed under either must still open.
    let iban = ("account_no", Some("FR7630006000011234567890189"));
    set(&app, Actor::Operator, ada.id, &[("clause", Some("Hers"))]).await.unwrap();
    set(&app, Actor::Operator, work.id, &[iban, ("clause", Some("Also hers"))]).await.unwrap();
    let (ada, work) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
    let refused = ask_merge(&owner, &ada, &work).await;
    assert_eq!(refused["userErrors"][0]["code"], "WRONG_STATE", "{refused:#}");
    let message = refused["userErrors"][0]["message"].as_str().unwrap();
    assert!(message.contains("(clause)") && !message.contains("ers\""), "{message}");
    assert_eq!(shown(&owner, work.id).await["account_no"], json!([null, "•••• 0189"]), "nothing moved");
    set(&app, Actor::Operator, work.id, &[("clause", None)]).await.unwrap();
    let (contact, old) = merge(&app, ADA, WORK).await;
    assert_eq!(
        shown(&owner, contact.id).await,
        json!({ "account_no": [null, "•••• 0189"], "clause": [null, "••••"] })
    );
    let rows = sealed_value::Entity::find().all(app.app.db()).await.unwrap();
    assert!(
        rows.len() == 2 && rows.iter().all(|row| row.row_id == contact.id.0),
        "nothing stands under {old}"
    );
    // The last digits of an account number are shown only if it can be opened; the same holds for one set
    // after the merge.
    set(&app, Actor::Operator, contact.id, &[("account_no", Some("DE89370400440532013000"))]).await.unwrap();
    assert_eq!(shown(&owner, contact.id).await["account_no"], json!([null, "•••• 3000"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_that_cannot_be_is_refused_and_says_where() {
    let app = TestApp::new().await;
    two(&app).await;
    let client = app.api_key(Role::Owner).await;
    let (ada, work) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
    let other = app.other_workspace("other").await;
    let form = app.newsletter_form_in(other).await;
    app.confirmed(&form, "bob@example.org").await;
    let bob = contact_of(&app, "bob@example.org").await;
    let nobody = contact::Model { id: ContactId::new(), ..ada.clone() };
    let changed = contact::Model { version: 7, ..work.clone() };
    let before = app.journal().await.len();
    let cases = [
        ("itself", &ada, &ada, "INVALID", "mergedId"),
        ("nobody", &ada, &nobody, "NOT_FOUND", "mergedId"),
        ("nobody's", &nobody, &ada, "NOT_FOUND", "survivorId"),
        ("another workspace's", &ada, &bob, "NOT_FOUND", "mergedId"),
        ("to another workspace", &bob, &ada, "NOT_FOUND", "survivorId"),
        ("changed", &ada, &changed, "STALE", "expectedMergedVersion"),
        ("changed survivor", &changed, &ada, "STALE", "expectedSurvivorVersion"),
    ];
    for (what, survivor, merged, code, field) in cases {
        let done = ask_merge(&client, survivor, merged).await;
        assert_eq!(
            (&done["userErrors"][0]["code"], &done["userErrors"][0]["field"]),
            (&json!(code), &json!(field)),
            "{what} {done:#}"
        );
        assert!(done["contact"].is_null(), "{what}");
    }
    assert_eq!(app.journal().await.len(), before);

    // In the other direction, and again: they are already one contact.
    let (survivor, _) = merge(&app, ADA, WORK).await;
    for (one, two) in [(&work, &survivor), (&survivor, &work), (&work, &work)] {
        let done = ask_merge(&client, one, two).await;
        assert_eq!(
            (&done["userErrors"][0]["code"], &done["userErrors"][0]["field"]),
            (&json!("INVALID"), &json!("mergedId"))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_with_the_same_key_gets_the_same_answer() {
    let app = TestApp::new().await;
    two(&app).await;
    let client = app.api_key(Role::Dpo).await;
    let (ada, work) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
    let input = json!({ "survivorId": ada.id, "mergedId": work.id, "expectedSurvivorVersion": 1, "expectedMergedVersion": 1, "idempotencyKey": "k" });
    let (one, two) = tokio::join!(
        client.gql(MERGE, json!({ "input": input })),
        client.gql(MERGE, json!({ "input": input }))
    );
    assert_eq!(one, two);
    assert_eq!(one["mergeContacts"]["contact"]["id"], ada.id.to_string());
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "contact.merged").count(), 1);
    let mut reused = input.clone();
    reused["mergedId"] = json!(ada.id);
    assert_eq!(
        client.gql(MERGE, json!({ "input": reused })).await["mergeContacts"]["userErrors"][0]["code"],
        "KEY_REUSED"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_both_ways_at_once_one_wins_and_nothing_is_lost() {
    for _ in 0..5 {
        let app = TestApp::new().await;
        two(&app).await;
        let client = app.api_key(Role::Sales).await;
        let (ada, work) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
        let answers = tokio::join!(
            ask_merge(&client, &ada, &work),
            ask_merge(&client, &work, &ada),
            ask_merge(&client, &ada, &work)
        );
        let answers = [answers.0, answers.1, answers.2];
        assert_eq!(
            answers.iter().filter(|answer| answer["contact"]["id"].is_string()).count(),
            1,
            "{answers:#?}"
        );
        let left = contact::Entity::find().all(app.app.db()).await.unwrap();
        assert_eq!(
            (left.len(), app.count("contact_address").await, app.count("contact_alias").await),
            (1, 2, 1)
        );
        projection_is_the_fold(&app, left[0].id).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_or_a_yes_that_comes_while_they_are_merged_lands_on_the_one_who_lives_on() {
    for _ in 0..5 {
        let app = TestApp::new().await;
        let form = two(&app).await;
        let client = app.api_key(Role::Sales).await;
        let (ada, work) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
        let events = app.purpose("events", LegalBasis::Consent).await;
        let offer = definition(vec![ConsentOffer { purpose_id: events, channel: Channel::Email }], None);
        let other_form = app.publish_in(app.workspace, offer, events).await;
        app.visitor().submit_fields(&other_form, &[("email", ADA), ("consent", "events:email")]).await;
        app.run_jobs().await;
        let yes = app.mails_to(ADA).last().unwrap().link("confirm");
        let consent = consent_id(&app, WORK).await;
        let withdraw = "mutation($id: ID!) { withdrawConsent(input: { consentId: $id, reason: TOLD_BY_PHONE }) { consent { state } } }";
        let visitor = app.visitor();
        let (merged, withdrawn, confirmed) = tokio::join!(
            ask_merge(&client, &work, &ada),
            client.gql_raw(withdraw, json!({ "id": consent })),
            visitor.post_form(&yes, &[])
        );
        assert_eq!(withdrawn["data"]["withdrawConsent"]["consent"]["state"], "WITHDRAWN", "{withdrawn:#}");
        assert_eq!(confirmed.status, 200);
        app.run_jobs().await;
        // If the confirmation changed the contact first, the merge was refused as stale and is repeated.
        if merged["contact"].is_null() {
            merge(&app, WORK, ADA).await;
        }
        assert_eq!(app.count("contact").await, 1);
        assert_eq!(usable(&app, form.newsletter, work.id).await, Usability::Withdrawn);
        let row = consent::Entity::find()
            .filter(consent::Column::PurposeId.eq(events))
            .one(app.app.db())
            .await
            .unwrap()
            .unwrap();
        assert_eq!((row.contact_id, row.state), (work.id, ConsentState::Given));
        projection_is_the_fold(&app, work.id).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_vanishes_from_the_lists() {
    let app = TestApp::new().await;
    two(&app).await;
    let mut other = contact_of(&app, ADA).await.into_active_model();
    other.archived_at = Set(Some(app.app.now()));
    contact::Entity::update(other).exec(app.app.db()).await.unwrap();
    let (contact, _) = merge(&app, ADA, WORK).await;
    assert_eq!(contact.archived_at, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_merges_stays_one_look_up_deep() {
    let app = TestApp::new().await;
    let form = two(&app).await;
    app.confirmed(&form, "a.lovelace@example.net").await;
    app.advance(TimeDelta::minutes(10));
    let (_, first) = merge(&app, WORK, ADA).await;
    let (last, second) = merge(&app, "a.lovelace@example.net", WORK).await;
    let aliases = entity::contact_alias::Entity::find().all(app.app.db()).await.unwrap();
    assert_eq!(aliases.len(), 2);
    assert!(aliases.iter().all(|alias| alias.contact_id == last.id));
    let answer = app
        .api_key(Role::Reader)
        .await
        .gql("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": [first, second] }))
        .await;
    assert_eq!(answer["nodes"], json!([{ "id": last.id }, { "id": last.id }]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_a_contact_goes_on_following_through_a_merge() {
    use futures_util::StreamExt;
    let app = TestApp::new().await;
    let form = two(&app).await;
    let key = app.api_key(Role::Owner).await.key;
    let work = contact_of(&app, WORK).await;
    let caller = accord::accounts::authenticate(&app.app, &key).await.unwrap();
    let text = "subscription($id: ID!) { consentChanged(contactId: $id) { entry { kind subject } consent { state } contact { id } } }";
    let request = async_graphql::Request::new(text)
        .variables(async_graphql::Variables::from_json(json!({ "id": work.id })));
    let schema = accord::graphql::schema::build(&app.app);
    let mut events =
        Box::pin(schema.execute_stream(accord::graphql::schema::prepare(request, &app.app, caller)));
    let mut next = async || {
        let event = tokio::time::timeout(std::time::Duration::from_secs(20), events.next())
            .await
            .expect("an event")
            .unwrap();
        serde_json::to_value(event).unwrap()["data"]["consentChanged"].clone()
    };
    let (joined, contact) = tokio::join!(next(), async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        merge(&app, ADA, WORK).await.0
    });
    assert_eq!(
        (&joined["entry"]["kind"], &joined["contact"]["id"]),
        (&json!("consent.joined"), &json!(contact.id))
    );
    let (withdrawn, ()) = tokio::join!(next(), stop_all(&app, contact.id));
    assert_eq!(
        (&withdrawn["entry"]["kind"], &withdrawn["consent"]["state"]),
        (&json!("consent.withdrawn"), &json!("WITHDRAWN"))
    );
    assert_eq!(usable(&app, form.newsletter, contact.id).await, Usability::Withdrawn);
}
