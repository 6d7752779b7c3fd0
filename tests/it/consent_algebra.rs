//! Promise 5, tested with random sequences: whatever is submitted, confirmed, withdrawn, revoked, expired,
//! put in use and merged in whatever order, a contact may only be used if the address in use said yes after
//! every no; and the rows always equal the fold of the journal.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicUsize, Ordering},
};

use accord::{
    consent::{
        Usability, join::fold_entries, may_use, revoke_consent, state::of_contact, unsubscribe_link,
        withdraw_consent,
    },
    contacts::every_id_of,
    intake::expire_consents,
    persons::{Merge, merge_contacts},
    platform::actor::Actor,
};
use chrono::TimeDelta;
use entity::{
    ApiKeyId, Channel, ContactId, RevocationReason, Role, Time, WithdrawalReason, contact, contact_address,
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::support::{TestApp, TestForm, on_postgres};

/// A random event. Its numbers choose among the rows that exist at that moment.
#[derive(Clone, Copy, Debug)]
enum Act {
    Confirm(usize),
    WithdrawnByStaff(usize),
    Unsubscribe(usize),
    Revoke(usize),
    UseAnotherAddress(usize),
    LetValidityRunOut,
    Merge(usize, usize),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        5 => (0_usize..3).prop_map(Act::Confirm),
        2 => (0_usize..8).prop_map(Act::WithdrawnByStaff),
        2 => (0_usize..8).prop_map(Act::Unsubscribe),
        1 => (0_usize..8).prop_map(Act::Revoke),
        2 => (0_usize..8).prop_map(Act::UseAnotherAddress),
        1 => Just(Act::LetValidityRunOut),
        4 => (0_usize..8, 0_usize..8).prop_map(|(one, other)| Act::Merge(one, other)),
    ]
}

/// The test's own record of what happened.
#[derive(Default)]
struct Notes {
    /// When each mailbox last said yes.
    yes: HashMap<String, Time>,
    /// The times of every no, by surviving contact.
    no: HashMap<ContactId, Vec<Time>>,
    /// Every contact that ever existed, and the contact it was merged into.
    now: HashMap<ContactId, ContactId>,
}

struct World<'a> {
    app: &'a TestApp,
    form: &'a TestForm,
    mailboxes: Vec<String>,
    notes: Notes,
}

fn staff() -> Actor {
    Actor::ApiKey(ApiKeyId::new(), Role::Owner)
}

impl World<'_> {
    /// Current contacts, oldest first.
    async fn contacts(&self) -> Vec<contact::Model> {
        let addresses = contact_address::Entity::find()
            .filter(contact_address::Column::Email.is_in(self.mailboxes.clone()))
            .all(self.app.app.db())
            .await
            .unwrap();
        let ids = addresses.into_iter().map(|address| address.contact_id);
        let select =
            contact::Entity::find().filter(contact::Column::Id.is_in(ids)).order_by_asc(contact::Column::Id);
        select.all(self.app.app.db()).await.unwrap()
    }

    async fn play(&mut self, act: Act) {
        let (app, workspace, now) = (&self.app.app, self.app.workspace, self.app.app.now());
        let contacts = self.contacts().await;
        let chosen = |number: usize| contacts.get(number % contacts.len().max(1));
        match act {
            Act::Confirm(number) => self.confirm(&self.mailboxes[number].clone()).await,
            Act::WithdrawnByStaff(number) | Act::Revoke(number) => {
                let Some(contact) = chosen(number) else { return };
                let Some(row) = of_contact(app.db(), workspace, contact.id).await.unwrap().pop() else {
                    return;
                };
                if matches!(act, Act::Revoke(_)) {
                    revoke_consent(app, workspace, staff(), row.id, RevocationReason::ALL[0]).await.unwrap();
                } else {
                    withdraw_consent(app, workspace, staff(), row.id, WithdrawalReason::ALL[0])
                        .await
                        .unwrap();
                }
                self.notes.no.entry(contact.id).or_default().push(now);
            }
            // From any mail ever sent, whichever contact it was addressed to then.
            Act::Unsubscribe(number) => {
                let mut ever: Vec<ContactId> = self.notes.now.keys().copied().collect();
                ever.sort_unstable();
                let Some(id) = ever.get(number % ever.len().max(1)) else { return };
                let link = unsubscribe_link(app, workspace, *id, None);
                let path = link[link.find("/unsubscribe/").unwrap()..].to_owned();
                assert_eq!(self.app.visitor().post_form(&path, &[("scope", "all")]).await.status, 200);
                self.notes.no.entry(self.notes.now[id]).or_default().push(now);
            }
            Act::UseAnotherAddress(number) => {
                let Some(contact) = chosen(number) else { return };
                let addresses = contact_address::Entity::find()
                    .filter(contact_address::Column::ContactId.eq(contact.id))
                    .order_by_asc(contact_address::Column::Id)
                    .all(app.db())
                    .await
                    .unwrap();
                let other = &addresses[number % addresses.len()];
                let change = "UPDATE contact SET primary_address_id = $1 WHERE id = $2";
                app.ledger.db.touch(change, vec![other.id.into(), contact.id.into()]).await.unwrap();
            }
            Act::LetValidityRunOut => {
                self.app.advance(TimeDelta::days(731));
                while expire_consents(app).await.unwrap() {}
            }
            Act::Merge(one, other) => {
                let (Some(survivor), Some(merged)) = (chosen(one), chosen(other)) else { return };
                let merge = Merge {
                    survivor: survivor.id,
                    merged: merged.id,
                    expected_survivor_version: survivor.version,
                    expected_merged_version: merged.version,
                };
                let done = merge_contacts(app, workspace, staff(), &merge, None).await;
                assert_eq!(done.is_ok(), survivor.id != merged.id);
                if done.is_ok() {
                    let theirs = self.notes.no.remove(&merged.id).unwrap_or_default();
                    self.notes.no.entry(survivor.id).or_default().extend(theirs);
                    self.notes
                        .now
                        .values_mut()
                        .filter(|id| **id == merged.id)
                        .for_each(|id| *id = survivor.id);
                }
            }
        }
    }

    /// Submits the form and clicks the confirmation button, if a mail was sent.
    async fn confirm(&mut self, email: &str) {
        let before = self.app.mails_to(email).len();
        self.app.visitor().submit(self.form, email).await;
        self.app.run_jobs().await;
        let mails = self.app.mails_to(email);
        let Some(question) = mails[before..].iter().find(|mail| mail.text.contains("/confirm/")) else {
            return;
        };
        let said = self.app.app.now();
        assert_eq!(self.app.visitor().post_form(&question.link("confirm"), &[]).await.status, 200);
        self.app.run_jobs().await;
        self.notes.yes.insert(email.to_owned(), said);
        for contact in self.contacts().await {
            self.notes.now.entry(contact.id).or_insert(contact.id);
            if self.in_use(&contact).await.as_deref() == Some(email) {
                assert_eq!(
                    self.usability(contact.id).await,
                    Usability::Usable,
                    "the mailbox in use just said yes"
                );
            }
        }
    }

    async fn in_use(&self, contact: &contact::Model) -> Option<String> {
        let id = contact.primary_address_id?;
        let address = contact_address::Entity::find_by_id((contact.workspace_id, id))
            .one(self.app.app.db())
            .await
            .unwrap();
        address.filter(|address| address.contact_id == contact.id).map(|address| address.email)
    }

    async fn usability(&self, contact: ContactId) -> Usability {
        may_use(&self.app.app, self.app.workspace, self.form.newsletter, Channel::Email, &[contact])
            .await
            .unwrap()[&contact]
    }

    async fn check(&self) {
        let entries = self.app.journal().await;
        for contact in self.contacts().await {
            if self.usability(contact.id).await == Usability::Usable {
                let mailbox = self.in_use(&contact).await.expect("an address in use");
                let yes = self.notes.yes.get(&mailbox).copied().expect("the mailbox in use said yes");
                let no = self.notes.no.get(&contact.id).into_iter().flatten().max().copied();
                assert!(no.is_none_or(|no| no < yes), "usable, but the last no came after the yes");
                assert!(yes + TimeDelta::days(730) > self.app.app.now(), "usable, but its validity ran out");
            }
            let ids = every_id_of(self.app.app.db(), self.app.workspace, contact.id).await.unwrap();
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let about = entries
                .iter()
                .filter(|entry| entry.subject.as_ref().is_some_and(|subject| ids.contains(subject)));
            let told: Vec<_> =
                fold_entries(about).unwrap().into_iter().map(|(key, act)| (key, act.state, act.at)).collect();
            let rows = of_contact(self.app.app.db(), self.app.workspace, contact.id).await.unwrap();
            let mut held: Vec<_> =
                rows.into_iter().map(|row| ((row.purpose_id, row.channel), row.state, row.since)).collect();
            held.sort();
            assert_eq!(told, held, "the projection is the fold of the journal");
        }
    }
}

#[test]
fn promise_5_no_order_of_acts_and_merges_makes_a_yes_without_a_later_yes_of_the_mailbox() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (app, form) = runtime.block_on(async {
        let app = TestApp::new().await;
        let form = app.newsletter_form().await;
        (app, form)
    });
    let config = Config {
        cases: if on_postgres() { 24 } else { 48 },
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let played = AtomicUsize::new(0);
    let outcome = runner.run(&prop::collection::vec(act(), 1..16), |acts| {
        let number = played.fetch_add(1, Ordering::Relaxed);
        let mailboxes = ["a", "b", "c"].map(|name| format!("{name}{number}@example.org")).to_vec();
        let mut world = World { app: &app, form: &form, mailboxes, notes: Notes::default() };
        runtime.block_on(async {
            for act in acts {
                app.advance(TimeDelta::days(2));
                world.play(act).await;
                world.check().await;
            }
        });
        Ok(())
    });
    runtime.block_on(async move { drop(app) });
    outcome.unwrap();
}
