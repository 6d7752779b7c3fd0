//! What happens at once: erasures, merges, confirmations, restrictions and the jobs in between. Whichever comes
//! first, nobody comes back, nothing of the erased is left, and no denial is lost. Each pair is let loose a few
//! times, with another head start each time.

use std::{collections::BTreeSet, fmt::Write, time::Duration};

use accord::{
    app::App,
    consent::{Usability, join::fold_entries, may_use},
    contacts::every_id_of,
    error::{Error, Result},
    forms::definition::ConsentOffer,
    persons::{Merge, data_map::data_map, merge_contacts},
    platform::{actor::Actor, work::attempt::repeat},
    privacy::{
        erasure::{EraseByStaff, erase_by_staff},
        packages::order_package,
    },
};
use chrono::TimeDelta;
use entity::{
    Channel, ConsentState, ContactId, ErasureGround, LegalBasis, PackageKind, RequestState, Role, consent,
    contact, contact_address, erasure, request,
};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::support::{TestApp, TestForm, definition, rows};

const ADA: &str = "ada.lovelace@example.org";
const WORK: &str = "ada@analytical.example";
const NEW: &str = "countess@example.net";
/// How often each pair is let loose.
const ROUNDS: u64 = 4;

/// In each round one of the two gets a longer head start; in the first, both begin at once.
fn head_starts(round: u64) -> (Duration, Duration) {
    let ms = Duration::from_millis;
    if round.is_multiple_of(2) { (ms(0), ms(round * 6)) } else { (ms(round * 6), ms(0)) }
}

/// Erases in a task of its own, as a request to the API does.
fn erasing(app: &TestApp, contact: ContactId, wait: Duration) -> JoinHandle<Result<erasure::Model>> {
    let (app, workspace): (App, _) = (app.app.clone(), app.workspace);
    let wanted = EraseByStaff {
        contact,
        ground: ErasureGround::ConsentWithdrawn,
        request: None,
        remember: false,
        exceptions: None,
    };
    tokio::spawn(async move {
        tokio::time::sleep(wait).await;
        Box::pin(repeat(|| erase_by_staff(&app, workspace, Actor::Operator, wanted))).await
    })
}

fn merging(
    app: &TestApp,
    survivor: &contact::Model,
    other: &contact::Model,
    wait: Duration,
) -> JoinHandle<Result<contact::Model>> {
    let (app, workspace): (App, _) = (app.app.clone(), app.workspace);
    let merge = Merge {
        survivor: survivor.id,
        merged: other.id,
        expected_survivor_version: survivor.version,
        expected_merged_version: other.version,
    };
    tokio::spawn(async move {
        tokio::time::sleep(wait).await;
        Box::pin(repeat(|| merge_contacts(&app, workspace, Actor::Operator, &merge, None))).await
    })
}

async fn find_contact(app: &TestApp, email: &str) -> Option<contact::Model> {
    let address = contact_address::Entity::find().filter(contact_address::Column::Email.eq(email));
    let address = address.one(app.app.db()).await.unwrap()?;
    contact::Entity::find_by_id((address.workspace_id, address.contact_id)).one(app.app.db()).await.unwrap()
}

async fn contact_of(app: &TestApp, email: &str) -> contact::Model {
    find_contact(app, email).await.expect("a contact")
}

/// Every text of the database in which one of these words stands, in lower case.
async fn texts_with(app: &TestApp, words: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for column in data_map().iter().filter(|column| column.is_text) {
        for word in words {
            let text =
                format!("SELECT COUNT(*) AS n FROM {} WHERE LOWER({}) LIKE $1", column.table, column.name);
            let values = vec![format!("%{word}%").into()];
            let n: i64 = app.query(&text, values).await[0].try_get("", "n").unwrap();
            if n > 0 {
                found.insert(format!("{}.{}", column.table, column.name));
            }
        }
    }
    found
}

async fn no_job_is_parked(app: &TestApp) {
    let parked = app.query("SELECT kind FROM job WHERE parked_at IS NOT NULL", vec![]).await;
    let kinds: Vec<String> = parked.iter().map(|row| row.try_get("", "kind").unwrap()).collect();
    assert!(kinds.is_empty(), "{kinds:?}");
}

/// Asserts that folding the journal entries of all ids of a person gives the stored rows, and that each consent
/// was proven by an address of theirs.
async fn consents_are_sound(app: &TestApp, id: ContactId) {
    let ids: Vec<String> =
        every_id_of(app.app.db(), app.workspace, id).await.unwrap().iter().map(ToString::to_string).collect();
    let entries = app.journal().await;
    let of_them = |subject: &Option<String>| subject.as_ref().is_some_and(|subject| ids.contains(subject));
    let told = fold_entries(entries.iter().filter(|entry| of_them(&entry.subject))).unwrap();
    let told: Vec<_> = told.into_iter().map(|(key, act)| (key, act.state, act.at)).collect();
    let rows = consent::Entity::find().all(app.app.db()).await.unwrap();
    let addresses = contact_address::Entity::find().all(app.app.db()).await.unwrap();
    for row in rows.iter().filter(|row| row.state == ConsentState::Given) {
        let proven_by = addresses.iter().find(|address| Some(address.id) == row.address_id);
        assert_eq!(proven_by.map(|address| address.contact_id), Some(id), "{row:?}");
    }
    let mut held: Vec<_> =
        rows.into_iter().map(|row| ((row.purpose_id, row.channel), row.state, row.since)).collect();
    held.sort();
    assert_eq!(told, held);
}

async fn usable(app: &TestApp, form: &TestForm, contact: ContactId) -> Usability {
    may_use(&app.app, app.workspace, form.newsletter, Channel::Email, &[contact]).await.unwrap()[&contact]
}

/// A form that asks for something else, which Ada sent and has not confirmed yet, and the link of its mail.
async fn sent_events(app: &TestApp, given_name: &str) -> String {
    let events = app.purpose("events", LegalBasis::Consent).await;
    let offer = ConsentOffer { purpose_id: events, channel: Channel::Email };
    let form = app.publish_in(app.workspace, definition(vec![offer], None), events).await;
    app.advance(TimeDelta::minutes(10));
    let fields = [("email", ADA), ("given_name", given_name), ("consent", "events:email")];
    assert_eq!(app.visitor().submit_fields(&form, &fields).await.status, 303);
    app.run_jobs().await;
    app.mails_to(ADA).last().unwrap().link("confirm")
}

/// The path of the link to Ada's data, from the mail she gets.
async fn my_data(app: &TestApp, email: &str) -> String {
    app.visitor().post_form("/my-data?lang=en", &[("email", email)]).await;
    app.run_jobs().await;
    app.mails_to(email).last().expect("a mail").link("my-data")
}

/// Ada asks for another address on the page of her data. The link in the mail to the new one.
async fn asked_for_new_address(app: &TestApp) -> String {
    let link = my_data(app, ADA).await;
    let asked = app.visitor().post_form(&format!("{link}/address"), &[("email", NEW)]).await;
    assert_eq!(asked.status, 200, "{}", asked.words());
    app.run_jobs().await;
    app.mails_to(NEW).pop().expect("a mail").link("my-data/address")
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_8_an_erasure_while_another_submission_is_confirmed_leaves_nobody() {
    for round in 0..ROUNDS {
        let app = TestApp::new().await;
        let form = app.newsletter_form().await;
        app.confirmed(&form, ADA).await;
        let ada = contact_of(&app, ADA).await;
        let link = sent_events(&app, "Augusta").await;
        let (first, second) = head_starts(round);
        let erased = erasing(&app, ada.id, first);
        tokio::time::sleep(second).await;
        let confirmed = app.visitor().post_form(&link, &[]).await;
        assert!([200, 404, 410].contains(&confirmed.status), "{} {}", confirmed.status, confirmed.words());
        assert_eq!(erased.await.unwrap().unwrap().contact_id, ada.id);
        app.run_jobs().await;
        // Once more, when all is over.
        app.visitor().post_form(&link, &[]).await;
        app.run_jobs().await;
        assert_eq!((app.count("contact").await, app.count("erasure").await), (0, 1), "round {round}");
        assert_eq!(texts_with(&app, &["lovelace", "augusta"]).await, BTreeSet::new(), "round {round}");
        let keys = app.query("SELECT id FROM data_key WHERE owner_kind = 'CONTACT'", vec![]).await;
        assert!(keys.is_empty(), "round {round}: {}", keys.len());
        no_job_is_parked(&app).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_8_an_erasure_during_a_merge_erases_whom_it_means() {
    for round in 0..ROUNDS {
        for erase_survivor in [true, false] {
            let app = TestApp::new().await;
            let form = app.newsletter_form().await;
            app.confirmed(&form, ADA).await;
            app.confirmed(&form, WORK).await;
            let (survivor, other) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
            let (first, second) = head_starts(round);
            let meant = if erase_survivor { survivor.id } else { other.id };
            let erased = erasing(&app, meant, first);
            let merged = merging(&app, &survivor, &other, second).await.unwrap();
            let erased = erased.await.unwrap().unwrap();
            app.run_jobs().await;
            let why = format!("round {round}, {erase_survivor}, {merged:?}");
            match merged {
                // Merged first, the one person that they were is erased.
                Ok(_) => {
                    assert_eq!(erased.contact_id, survivor.id, "{why}");
                    assert_eq!(app.count("contact").await + app.count("contact_alias").await, 0, "{why}");
                    assert_eq!(texts_with(&app, &["lovelace", "analytical"]).await, BTreeSet::new(), "{why}");
                }
                // Erased first, the other is still there, and only they.
                Err(Error::NotFound | Error::Rejected(_)) => {
                    assert_eq!(erased.contact_id, meant, "{why}");
                    let (gone, left) = if erase_survivor { ("lovelace", WORK) } else { ("analytical", ADA) };
                    assert_eq!(app.count("contact").await, 1, "{why}");
                    consents_are_sound(&app, contact_of(&app, left).await.id).await;
                    assert_eq!(app.consent_of(left).await, Some(ConsentState::Given), "{why}");
                    assert_eq!(texts_with(&app, &[gone]).await, BTreeSet::new(), "{why}");
                }
                Err(error) => panic!("{why}: {error:?}"),
            }
            assert_eq!(app.count("erasure").await, 1, "{why}");
            no_job_is_parked(&app).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_8_an_erasure_in_the_middle_of_a_package_leaves_no_part_of_it() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    app.confirmed(&form, ADA).await;
    let ada = contact_of(&app, ADA).await;
    let mut seed: u64 = 11;
    let batch = (0..1_500).map(|_| {
        let mut row = rows::new_activity(&app);
        row.contact_id = Some(ada.id);
        // Words that do not compress away, so that the file has many parts.
        row.body = "Met Ada Lovelace".to_owned();
        for _ in 0..60 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            write!(row.body, " {:x}", seed >> 16).unwrap();
        }
        row.into_active_model()
    });
    let batch: Vec<_> = batch.collect();
    for some in batch.chunks(100) {
        entity::activity::Entity::insert_many(some.to_vec())
            .exec_without_returning(app.app.db())
            .await
            .unwrap();
    }
    let mut work = app.app.begin(app.workspace, Actor::Operator).await.unwrap();
    order_package(&mut work, &app.app.vault, ada.id, PackageKind::Access, None).await.unwrap();
    work.commit().await.unwrap();
    let mails = app.mails_to(ADA).len();
    let running = app.app.clone();
    let building = tokio::spawn(async move { accord::jobs::runner(&running).drain().await });
    while app.count("package_part").await < 2 {
        assert!(!building.is_finished(), "the file is written in many parts");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert!(erasing(&app, ada.id, Duration::ZERO).await.unwrap().is_ok());
    building.await.unwrap().unwrap();
    app.run_jobs().await;
    assert_eq!((app.count("package").await, app.count("package_part").await), (0, 0));
    assert_eq!(app.mails_to(ADA).len(), mails, "nobody is told of a file that is not there");
    assert_eq!(texts_with(&app, &["lovelace"]).await, BTreeSet::new());
    no_job_is_parked(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_8_whom_staff_erase_while_their_own_request_is_carried_out_is_erased_once() {
    for round in 0..ROUNDS {
        let app = TestApp::new().await;
        let form = app.newsletter_form().await;
        app.confirmed(&form, ADA).await;
        let ada = contact_of(&app, ADA).await;
        let link = my_data(&app, ADA).await;
        let asked = app.visitor().post_form(&format!("{link}/request"), &[("kind", "ERASURE")]).await;
        assert_eq!(asked.status, 200, "{}", asked.words());
        let (first, second) = head_starts(round);
        let erased = erasing(&app, ada.id, first);
        tokio::time::sleep(second).await;
        app.run_jobs().await;
        assert_eq!(erased.await.unwrap().unwrap().contact_id, ada.id);
        app.run_jobs().await;
        assert_eq!((app.count("contact").await, app.count("erasure").await), (0, 1), "round {round}");
        let row = request::Entity::find().one(app.app.db()).await.unwrap().unwrap();
        assert_eq!(row.state, RequestState::Fulfilled, "round {round}: it was done, and the person is told");
        let last = app.mails_to(ADA).pop().unwrap();
        assert!(
            last.text.contains("has been erased") || last.text.contains("have been erased"),
            "{}",
            last.text
        );
        no_job_is_parked(&app).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_and_a_change_of_address_at_once_leave_nobody_at_either_address() {
    for round in 0..ROUNDS {
        let app = TestApp::new().await;
        let form = app.newsletter_form().await;
        app.confirmed(&form, ADA).await;
        let ada = contact_of(&app, ADA).await;
        let link = asked_for_new_address(&app).await;
        let (first, second) = head_starts(round);
        let erased = erasing(&app, ada.id, first);
        tokio::time::sleep(second).await;
        let confirmed = app.visitor().post_form(&link, &[]).await;
        assert!([200, 404].contains(&confirmed.status), "{} {}", confirmed.status, confirmed.words());
        assert!(erased.await.unwrap().is_ok());
        app.run_jobs().await;
        assert_eq!(app.visitor().post_form(&link, &[]).await.status, 404);
        assert_eq!((app.count("contact").await, app.count("contact_address").await), (0, 0), "round {round}");
        assert_eq!(texts_with(&app, &["lovelace", "countess"]).await, BTreeSet::new(), "round {round}");
        no_job_is_parked(&app).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_confirmed_while_a_contact_is_being_restricted_is_written_before_or_not_at_all() {
    for round in 0..ROUNDS {
        let app = TestApp::new().await;
        let form = app.newsletter_form().await;
        app.visitor().submit_fields(&form, &[("email", ADA), ("consent", "newsletter:email")]).await;
        app.run_jobs().await;
        app.visitor().post_form(&app.only_mail_to(ADA).link("confirm"), &[]).await;
        app.run_jobs().await;
        let ada = contact_of(&app, ADA).await;
        assert_eq!(ada.given_name, "");
        let link = sent_events(&app, "Augusta").await;
        let dpo = app.api_key(Role::Dpo).await;
        let text = "mutation($id: ID!) { restrictContact(input: { contactId: $id, ground: UNLAWFUL }) {
            restriction { id } userErrors { code message } } }";
        let (first, second) = head_starts(round);
        let restrict = async {
            tokio::time::sleep(first).await;
            dpo.gql(text, json!({ "id": ada.id })).await
        };
        let visitor = app.visitor();
        let confirm = async {
            tokio::time::sleep(second).await;
            visitor.post_form(&link, &[]).await
        };
        let (restricted, confirmed) = tokio::join!(restrict, confirm);
        assert_eq!(restricted["restrictContact"]["userErrors"], json!([]), "{restricted:#}");
        assert_eq!(confirmed.status, 200, "{}", confirmed.words());
        app.run_jobs().await;
        let kinds = app.journal_kinds().await;
        let place = |kind: &str| kinds.iter().position(|known| known == kind);
        let locked = place("contact.restricted").unwrap();
        let after = contact_of(&app, ADA).await;
        assert!(after.restricted_at.is_some());
        let taken = kinds.iter().rposition(|kind| kind == "opt_in.confirmed").unwrap() < locked;
        assert_eq!(after.given_name, if taken { "Augusta" } else { "" }, "round {round}: {kinds:?}");
        assert_eq!(usable(&app, &form, ada.id).await, Usability::Restricted);
        // And once it is restricted, a submission changes nothing.
        let before = contact_of(&app, ADA).await;
        app.advance(TimeDelta::hours(30));
        let fields = [("email", ADA), ("given_name", "Byron"), ("consent", "newsletter:email")];
        app.visitor().submit_fields(&form, &fields).await;
        app.run_jobs().await;
        if let Some(mail) = app.mails_to(ADA).into_iter().rfind(|mail| mail.text.contains("/confirm/")) {
            app.visitor().post_form(&mail.link("confirm"), &[]).await;
        }
        app.run_jobs().await;
        let after = contact_of(&app, ADA).await;
        assert_eq!(contact::Model { last_contact_at: before.last_contact_at, ..after }, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_followed_a_person_to_a_new_address_follows_them_through_a_merge() {
    for survives in [true, false] {
        let app = TestApp::new().await;
        let form = app.newsletter_form().await;
        app.confirmed(&form, ADA).await;
        app.confirmed(&form, WORK).await;
        app.advance(TimeDelta::minutes(10));
        let link = asked_for_new_address(&app).await;
        assert_eq!(app.visitor().post_form(&link, &[]).await.status, 200);
        app.run_jobs().await;
        let (moved, other) = (contact_of(&app, NEW).await, contact_of(&app, WORK).await);
        assert_eq!(
            usable(&app, &form, moved.id).await,
            Usability::Usable,
            "proven by the old, used at the new"
        );
        let (one, two) = if survives { (&moved, &other) } else { (&other, &moved) };
        let merged = merging(&app, one, two, Duration::ZERO).await.unwrap().unwrap();
        app.run_jobs().await;
        consents_are_sound(&app, merged.id).await;
        // The newer yes stands by the address that proved it: that of the work.
        let expected = if survives { Usability::AddressNotProven } else { Usability::Usable };
        assert_eq!(usable(&app, &form, merged.id).await, expected, "{survives}");
        // A no of either is a no, also by the link that was mailed to the first address.
        let stop = app.mails_to(ADA)[1].link("unsubscribe");
        assert_eq!(app.visitor().post_form(&stop, &[("scope", "all")]).await.status, 200);
        assert_eq!(usable(&app, &form, merged.id).await, Usability::Withdrawn);
        consents_are_sound(&app, merged.id).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn promise_5_a_change_of_address_during_a_merge_loses_no_refusal() {
    for round in 0..ROUNDS {
        let app = TestApp::new().await;
        let form = app.newsletter_form().await;
        app.confirmed(&form, ADA).await;
        let link = asked_for_new_address(&app).await;
        app.confirmed(&form, WORK).await;
        // Ada refused after she had asked to change her address.
        let stop = app
            .mails_to(ADA)
            .iter()
            .find(|mail| mail.text.contains("/unsubscribe/"))
            .unwrap()
            .link("unsubscribe");
        assert_eq!(app.visitor().post_form(&stop, &[("scope", "all")]).await.status, 200);
        app.run_jobs().await;
        let (ada, work) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
        let (first, second) = head_starts(round);
        let merged = merging(&app, &work, &ada, first);
        tokio::time::sleep(second).await;
        let confirmed = app.visitor().post_form(&link, &[]).await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.words());
        let merged = merged.await.unwrap();
        app.run_jobs().await;
        // The change of address may have made what staff had read stale: they read again.
        if merged.is_err() {
            let (ada, work) = (contact_of(&app, ADA).await, contact_of(&app, WORK).await);
            merging(&app, &work, &ada, Duration::ZERO).await.unwrap().unwrap();
        }
        assert_eq!(app.count("contact").await, 1, "round {round}");
        let left = contact_of(&app, WORK).await;
        let addresses = contact_address::Entity::find().all(app.app.db()).await.unwrap();
        let emails: BTreeSet<&str> = addresses.iter().map(|address| address.email.as_str()).collect();
        assert_eq!(emails, BTreeSet::from([ADA, NEW, WORK]), "round {round}: each stays theirs");
        assert!(addresses.iter().all(|address| address.contact_id == left.id));
        assert_eq!(usable(&app, &form, left.id).await, Usability::Withdrawn, "round {round}");
        consents_are_sound(&app, left.id).await;
        no_job_is_parked(&app).await;
    }
}
