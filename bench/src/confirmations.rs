//! Confirmations per second (`POST /confirm/{token}`, including the page), compared with bare inserts of the
//! same rows.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use axum::http::Request;
use entity::{
    ConsentId, ContactAddressId, ContactId, EntryId, EvidenceId, ProvenanceId, consent, contact,
    contact_address, evidence, job, journal, provenance,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    bare::{Bare, Bind, Statement, job as bare_job},
    load::{compare, per_second},
    table::{Figure, Table, Wanted},
    waiting::{self, CONFIRMATIONS, Waiting},
    world::{World, send},
};

pub async fn measure(world: &World, table: &mut Table) -> anyhow::Result<()> {
    let (bare, wanted) = (Bare::of(&world.app), if world.app.ledger.db.is_embedded() { 0.3 } else { 0.4 });
    let queue = Mutex::new(waiting::all(world).await?);
    let take = |count: usize| {
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = queue.len().saturating_sub(count);
        queue.split_off(rest)
    };
    confirm(world, take(1)).await?;
    let sample = Arc::new(Sample::take(world).await?);
    let compared = compare(
        async || confirm(world, take(CONFIRMATIONS)).await,
        async || {
            let (bare, sample, instance) = (bare.clone(), sample.clone(), world.app.vault.clone());
            per_second(take(CONFIRMATIONS), move |waiting| {
                let (bare, sample, instance) =
                    (bare.clone(), sample.clone(), instance.instance_fingerprint(&waiting.email));
                async move { bare.commit(sample.rows(&bare, &waiting, instance)).await }
            })
            .await
        },
    )
    .await?;
    let name = format!("confirmations, {}", world.name);
    table.add(Figure {
        name,
        unit: "/s",
        ours: compared.ours,
        reference: Some(compared.reference),
        wanted: Wanted::Ratio(wanted),
    });
    Ok(())
}

async fn confirm(world: &World, waiting: Vec<Waiting>) -> anyhow::Result<f64> {
    let router = world.router.clone();
    per_second(waiting, move |waiting| {
        let request = Request::post(format!("/confirm/{}", waiting.token))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0");
        let answer = send(router.clone(), request, format!("opt_in={}", waiting.opt_in.id), 200);
        async move { answer.await.map(drop) }
    })
    .await
}

/// The rows that one of our confirmations wrote.
struct Sample {
    contact: contact::Model,
    address: contact_address::Model,
    provenance: Vec<provenance::Model>,
    consent: consent::Model,
    evidence: evidence::Model,
    job: job::Model,
    entries: Vec<journal::Model>,
}

impl Sample {
    async fn take(world: &World) -> anyhow::Result<Self> {
        let db = world.app.db();
        let contact = contact::Entity::find().one(db).await?.context("no contact")?;
        Ok(Self {
            address: contact_address::Entity::find().one(db).await?.context("no address")?,
            provenance: provenance::Entity::find().all(db).await?,
            consent: consent::Entity::find().one(db).await?.context("no consent")?,
            evidence: evidence::Entity::find().one(db).await?.context("no evidence")?,
            job: job::Entity::find()
                .filter(job::Column::Kind.eq("send_opt_in_receipt"))
                .one(db)
                .await?
                .context("no job")?,
            entries: journal::Entity::find()
                .filter(journal::Column::Subject.eq(contact.id.to_string()))
                .all(db)
                .await?,
            contact,
        })
    }

    fn rows(&self, bare: &Bare, waiting: &Waiting, instance: Vec<u8>) -> Vec<Statement> {
        let (contact, address) = (ContactId::new(), ContactAddressId::new());
        let workspace = Bind::Id(self.contact.workspace_id.0);
        let mut statements = vec![
            self.contact(contact, address),
            self.address(contact, address, waiting),
            self.provenance(contact),
            self.consent(contact, address),
            self.evidence(contact, waiting),
        ];
        let now = Bind::Time(Some(self.contact.created_at));
        let key = Bind::Id(waiting.submission.data_key_id.0);
        statements.push((
            "UPDATE data_key SET owner_kind = 'CONTACT', owner_id = $3 WHERE workspace_id = $1 AND id = $2",
            vec![workspace.clone(), key, Bind::Id(contact.0)],
        ));
        let opt_in = vec![
            workspace.clone(),
            Bind::Id(waiting.opt_in.id.0),
            Bind::Text(Some("CONFIRMED".to_owned())),
            Bind::Bool(false),
            now,
            Bind::Id(contact.0),
        ];
        statements
            .push(("UPDATE opt_in SET state = $3, mail_due = $4, decided_at = $5, contact_id = $6 WHERE workspace_id = $1 AND id = $2", opt_in));
        let submission = vec![workspace.clone(), Bind::Id(waiting.submission.id.0)];
        statements
            .push(("UPDATE submission SET state = 'ACCEPTED', sealed = NULL, payload_hash = NULL WHERE workspace_id = $1 AND id = $2", submission));
        let mailbox = vec![workspace, Bind::Bytes(Some(waiting.opt_in.fingerprint.clone()))];
        statements.push((
            "UPDATE mailbox SET unanswered = '[]' WHERE workspace_id = $1 AND fingerprint = $2",
            mailbox,
        ));
        statements.push((
            "UPDATE instance_mailbox SET unanswered = '[]' WHERE fingerprint = $1",
            vec![Bind::Bytes(Some(instance))],
        ));
        statements.push(bare_job(&self.job));
        statements.extend(bare.journal(&self.entries));
        statements
    }

    fn contact(&self, id: ContactId, address: ContactAddressId) -> Statement {
        let row = &self.contact;
        let texts = [
            &row.given_name,
            &row.family_name,
            &row.phone,
            &row.job_title,
            &row.company_name,
            &row.language,
            &row.lifecycle.to_string(),
            &row.custom,
        ];
        let mut values = vec![Bind::Id(row.workspace_id.0), Bind::Id(id.0)];
        values.extend(texts.map(|text| Bind::Text(Some(text.clone()))));
        values.extend([Bind::Id(address.0), Bind::Int(row.version)]);
        values.extend(
            [Some(row.created_at), Some(row.updated_at), row.last_contact_at, row.restricted_at]
                .map(Bind::Time),
        );
        let text = "INSERT INTO contact (workspace_id, id, given_name, family_name, phone, job_title, company_name, language, lifecycle, custom, primary_address_id, \
            version, created_at, updated_at, last_contact_at, restricted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
        (text, values)
    }

    fn address(&self, contact: ContactId, id: ContactAddressId, waiting: &Waiting) -> Statement {
        let values = vec![
            Bind::Id(self.contact.workspace_id.0),
            Bind::Id(id.0),
            Bind::Id(contact.0),
            Bind::Text(Some(waiting.email.clone())),
            Bind::Text(Some(waiting.email.clone())),
            Bind::Bytes(Some(waiting.opt_in.fingerprint.clone())),
            Bind::Time(self.address.verified_at),
            Bind::Time(Some(self.address.created_at)),
        ];
        (
            "INSERT INTO contact_address (workspace_id, id, contact_id, email, email_key, fingerprint, verified_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values,
        )
    }

    /// Two rows: for the mailbox and the given name.
    fn provenance(&self, contact: ContactId) -> Statement {
        let values = self.provenance.iter().take(2).flat_map(|row| {
            [
                Bind::Id(row.workspace_id.0),
                Bind::Id(ProvenanceId::new().0),
                Bind::Id(contact.0),
                Bind::Text(Some(row.field.clone())),
                Bind::Text(Some(row.source.clone())),
                Bind::Bool(row.proven),
                Bind::Text(Some(row.actor.clone())),
                Bind::Time(Some(row.at)),
                Bind::Id(EntryId::new().0),
            ]
        });
        let text = "INSERT INTO provenance (workspace_id, id, contact_id, field, source, proven, actor, at, entry_id) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9), ($10, $11, $12, $13, $14, $15, $16, $17, $18)";
        (text, values.collect())
    }

    fn consent(&self, contact: ContactId, address: ContactAddressId) -> Statement {
        let (row, entry) = (&self.consent, EntryId::new());
        let values = vec![
            Bind::Id(row.workspace_id.0),
            Bind::Id(ConsentId::new().0),
            Bind::Id(contact.0),
            Bind::Id(row.purpose_id.0),
            Bind::Text(Some(row.channel.to_string())),
            Bind::Text(Some(row.state.to_string())),
            Bind::Time(Some(row.since)),
            Bind::Time(row.expires_at),
            Bind::Id(address.0),
            Bind::Id(row.purpose_version_id.0),
            Bind::Id(entry.0),
            Bind::Id(entry.0),
        ];
        let text = "INSERT INTO consent (workspace_id, id, contact_id, purpose_id, channel, state, since, expires_at, address_id, purpose_version_id, given_entry_id, entry_id) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        (text, values)
    }

    fn evidence(&self, contact: ContactId, waiting: &Waiting) -> Statement {
        let values = vec![
            Bind::Id(self.contact.workspace_id.0),
            Bind::Id(EvidenceId::new().0),
            Bind::Id(EntryId::new().0),
            Bind::Id(contact.0),
            Bind::Id(waiting.submission.data_key_id.0),
            Bind::Bytes(Some(self.evidence.sealed.clone())),
        ];
        (
            "INSERT INTO evidence (workspace_id, id, entry_id, contact_id, data_key_id, sealed) VALUES ($1, $2, $3, $4, $5, $6)",
            values,
        )
    }
}
