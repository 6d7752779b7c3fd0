//! Consent record and receipt as JSON-LD, after "Consent Records and Receipts as per ISO/IEC TS 27560:2023
//! using DPV" (W3C DPVCG) and DPV 2.3.
//!
//! The guide's own examples are not valid JSON: where it repeats a key, there is an array here. The
//! vocabulary has no `ConsentTerminated`: what the controller ends is `ConsentRevoked`.

use chrono::{SecondsFormat, TimeDelta};
use entity::{Channel, ConsentState, Time};
use serde_json::{Value, json};

use super::gather::File;
use crate::{consent::Proof, forms::definition::FieldKind};

/// The profile of a record, under GDPR.
const RECORD: &str = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr";
/// The profile of a receipt, under GDPR.
const RECEIPT: &str = "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr";

fn context() -> Value {
    json!({
        "dpv": "https://w3id.org/dpv#",
        "pd": "https://w3id.org/dpv/pd#",
        "loc": "https://w3id.org/dpv/loc#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "dct": "http://purl.org/dc/terms/",
    })
}

/// The record of a consent.
#[must_use]
pub fn record(file: &File) -> Value {
    let mut record = body(file);
    record["@context"] = context();
    record
}

/// The receipt that the person gets: who made it, when, and the whole record.
#[must_use]
pub fn receipt(file: &File) -> Value {
    let id = format!("{}:receipt", file.consent.id);
    json!({
        "@context": context(),
        "@id": format!("urn:accord:{id}"),
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": { "@id": RECEIPT },
        "dct:identifier": id,
        "dpv:hasIdentifier": id,
        "dct:created": utc(file.now),
        "dct:creator": { "@id": urn(file.workspace.id) },
        "dct:audience": { "@id": urn(file.consent.contact_id) },
        "dct:language": file.language,
        "dpv:hasRecordOfActivity": [body(file)],
    })
}

fn body(file: &File) -> Value {
    json!({
        "@id": urn(file.consent.id),
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": { "@id": RECORD },
        "dct:identifier": file.consent.id,
        "dpv:hasIdentifier": file.consent.id,
        "dct:language": file.language,
        // An id of ours, not the address.
        "dpv:hasDataSubject": {
            "@id": urn(file.consent.contact_id),
            "@type": "dpv:DataSubject",
            "dpv:hasIdentifier": file.consent.contact_id,
        },
        "dpv:hasDataController": [controller(file)],
        "dpv:hasProcess": [process(file)],
        "dpv:hasConsentStatus": events(file),
    })
}

fn controller(file: &File) -> Value {
    let workspace = &file.workspace;
    let mut contacts = vec![workspace.contact_email.clone()];
    contacts.extend(workspace.dpo_email.clone());
    json!({
        "@id": urn(workspace.id),
        "@type": "dpv:DataController",
        "dpv:hasIdentifier": workspace.id,
        "dpv:hasName": workspace.legal_name,
        "dpv:hasAddress": workspace.postal_address,
        "dpv:hasContact": contacts,
    })
}

fn process(file: &File) -> Value {
    let place = json!({ "@id": format!("loc:{}", file.workspace.jurisdiction) });
    json!({
        "@type": "dpv:Process",
        "dpv:hasNotice": [notice(file)],
        "dct:language": file.language,
        "dpv:hasPurpose": [{
            "@id": urn(file.purpose.id),
            "@type": purpose_type(file.consent.channel),
            "dct:title": file.text.title,
            "dct:description": file.text.description,
            "dct:hasVersion": file.version.id,
        }],
        "dpv:hasLegalBasis": [{ "@id": "eu-gdpr:A6-1-a" }],
        "dpv:hasPersonalData": personal_data(file),
        "dpv:hasDataController": [{ "@id": urn(file.workspace.id) }],
        "dpv:hasDataSource": [{ "@id": "dpv:DataSubjectDataSource" }],
        "dpv:hasProcessing": [{ "@id": "dpv:Collect" }, { "@id": "dpv:Store" }, { "@id": "dpv:Use" }],
        "dpv:hasStorageCondition": [
            { "@type": "dpv:StorageLocation", "dpv:hasLocation": place },
            { "@type": "dpv:StorageDuration", "dpv:hasDuration": duration(file) },
        ],
        "dpv:hasLocation": [place],
        "dpv:hasJurisdiction": [place],
        "dpv:hasApplicableLaw": [{ "@id": "eu-gdpr:GDPR" }],
        // Empty: nobody beside the controller.
        "dpv:hasRecipient": recipients(file),
        "dpv:hasConsentControl": [{
            "@type": "dpv:WithdrawConsent",
            "dpv:isExercisedAt": format!("{}/preferences", file.public_url),
            "dct:description": "The link in every mail, or this page: one click, without an account.",
        }],
        "dpv:hasRight": rights(file),
        "dpv:hasAuthority": authority(&file.workspace.jurisdiction),
    })
}

fn recipients(file: &File) -> Vec<Value> {
    let one = |to: &entity::recipient::Model| {
        json!({
            "@id": urn(to.id),
            "@type": "dpv:Recipient",
            "dpv:hasIdentifier": to.id,
            "dpv:hasName": to.legal_name,
            "dpv:hasContact": to.contact_email,
            "dpv:hasLocation": { "@id": format!("loc:{}", to.country) },
        })
    };
    file.recipients.iter().map(one).collect()
}

/// The exact text that was shown, by its hash.
fn notice(file: &File) -> Value {
    let shown = file.proof.as_ref().and_then(|proof| proof.wording.as_ref());
    let text = shown.map_or(file.text.wording.as_str(), |wording| wording.text.as_str());
    let hash = shown.map_or_else(|| file.text.wording_sha256.clone(), |wording| hex::encode(&wording.sha256));
    let form = file.proof.as_ref().and_then(|proof| proof.form_version.as_ref());
    let evidence = file.proof.as_ref().and_then(|proof| proof.evidence.as_ref());
    let mut notice = json!({
        "@id": format!("urn:sha256:{hash}"),
        "@type": "dpv:ConsentNotice",
        "dct:identifier": hash,
        "dct:date": utc(form.map_or(file.version.created_at, |version| version.published_at)),
        "dct:language": file.language,
        "dct:coverage": { "@id": format!("loc:{}", file.workspace.jurisdiction) },
        "dct:description": text,
    });
    if !file.workspace.privacy_notice_url.is_empty() {
        notice["dct:references"] = json!({ "@id": file.workspace.privacy_notice_url });
    }
    if let Some(version) = form {
        notice["dct:isPartOf"] = json!({
            "@id": urn(version.id),
            "dct:identifier": hex::encode(&version.sha256),
            "dct:hasVersion": version.number,
            "dct:date": utc(version.published_at),
        });
    }
    if let Some(page) = evidence.map(|evidence| evidence.page.address()).filter(|page| !page.is_empty()) {
        notice["dct:source"] = page.into();
    }
    notice
}

/// The purpose's place in the DPV's taxonomy: what the channel is used for.
fn purpose_type(channel: Channel) -> &'static str {
    match channel {
        Channel::Email | Channel::Phone | Channel::Sms | Channel::Post => "dpv:DirectMarketing",
        Channel::Tracking | Channel::Profiling => "dpv:Personalisation",
        Channel::Transfer => "dpv:CustomerRelationshipManagement",
    }
}

fn personal_data(file: &File) -> Vec<Value> {
    let one = |kind: &str, required: bool| {
        let necessity = if required { "dpv:Required" } else { "dpv:Optional" };
        json!({ "@type": kind, "dpv:hasNecessity": { "@id": necessity } })
    };
    let mut found = vec![one("pd:EmailAddress", true)];
    for (kind, required) in &file.asked {
        let class = match kind {
            FieldKind::Email => continue,
            FieldKind::GivenName | FieldKind::FamilyName => "pd:Name",
            FieldKind::Phone => "pd:TelephoneNumber",
            FieldKind::JobTitle | FieldKind::Company => "pd:Job",
            _ => "dpv:PersonalData",
        };
        let item = one(class, *required);
        if !found.contains(&item) {
            found.push(item);
        }
    }
    found
}

/// How long the consent holds.
fn duration(file: &File) -> Value {
    match file.consent.expires_at {
        Some(at) => {
            let since = given_at(file).unwrap_or(file.consent.since);
            let days = (at - since + TimeDelta::hours(12)).num_days();
            json!({ "@type": "dpv:TemporalDuration", "dct:extent": format!("P{days}D") })
        }
        None => json!({ "@type": "dpv:UntilEventDuration", "dct:description": "Until it is withdrawn." }),
    }
}

fn given_at(file: &File) -> Option<Time> {
    file.proof.as_ref().map(|proof| proof.given.at)
}

/// What happened, oldest first: asked, given, and what the state is now.
fn events(file: &File) -> Vec<Value> {
    let mut events = Vec::new();
    let mut event = |state: ConsentState, at: Time, entry: String, method: &str| {
        let person = urn(file.consent.contact_id);
        let by = match state {
            ConsentState::Revoked
            | ConsentState::Invalidated
            | ConsentState::Expired
            | ConsentState::Requested => urn(file.workspace.id),
            _ => person,
        };
        events.push(json!({
            "@type": status(state),
            "dct:type": { "@id": "dpv:ExpressedConsent" },
            "dct:identifier": entry,
            "dpv:isIndicatedAtTime": utc(at),
            "dpv:isIndicatedBy": { "@id": by },
            "dpv:hasIndicationMethod": method,
            "dpv:hasDuration": duration(file),
        }));
    };
    if let Some(proof) = &file.proof {
        if let Some(submitted) = &proof.submitted {
            event(ConsentState::Requested, submitted.at, submitted.id.to_string(), "form sent, box ticked");
        }
        let method = if proof.confirmed.is_some() { "button behind the link of a mail" } else { "form" };
        event(ConsentState::Given, proof.given.at, proof.given.id.to_string(), method);
    }
    let is_told = file.proof.is_some() && file.consent.state == ConsentState::Given;
    if !is_told {
        let entry = file.consent.entry_id.to_string();
        event(file.consent.state, file.consent.since, entry, "recorded in the journal");
    }
    let given = events.iter_mut().find(|event| event["@type"] == "dpv:ConsentGiven");
    if let (Some(given), Some(proof)) = (given, &file.proof) {
        given["dct:provenance"] = provenance(proof).into();
    }
    events
}

/// What proves it: the mails with the mail server's answer, the browsers, the time between mail and button.
fn provenance(proof: &Proof) -> Vec<Value> {
    let statement = |kind: &str, text: String| json!({ "@type": "dct:ProvenanceStatement", "dct:type": kind, "dct:description": text });
    let mut found: Vec<Value> = proof
        .mails
        .iter()
        .map(|mail| {
            let reply = mail.smtp_reply.clone().unwrap_or_default();
            let mut one = statement(&mail.row.kind, format!("{} {reply}", mail.row.smtp_code));
            one["dct:identifier"] = mail.row.message_id.as_str().into();
            one["dct:date"] = utc(mail.row.at).into();
            one
        })
        .collect();
    if let Some(evidence) = &proof.evidence {
        for (kind, text) in
            [("form sent with", &evidence.submitted_with), ("confirmed with", &evidence.confirmed_with)]
        {
            if !text.is_empty() {
                found.push(statement(kind, text.clone()));
            }
        }
        if let Some(seconds) = evidence.seconds_after_mail {
            found.push(statement("seconds between the mail and the button", seconds.to_string()));
        }
    }
    found
}

/// Every state in the DPV's words.
#[must_use]
pub(super) fn status(state: ConsentState) -> &'static str {
    match state {
        ConsentState::Requested => "dpv:ConsentRequested",
        ConsentState::Given => "dpv:ConsentGiven",
        ConsentState::Refused => "dpv:ConsentRefused",
        ConsentState::Withdrawn => "dpv:ConsentWithdrawn",
        ConsentState::Revoked => "dpv:ConsentRevoked",
        ConsentState::Expired => "dpv:ConsentExpired",
        ConsentState::Invalidated => "dpv:ConsentInvalidated",
    }
}

/// The rights that consent gives, and where each is exercised.
fn rights(file: &File) -> Vec<Value> {
    let one = |article: &str| {
        let at = format!("{}/my-data", file.public_url);
        json!({ "@id": format!("eu-gdpr:{article}"), "dpv:isExercisedAt": at })
    };
    ["A7-3", "A13", "A15", "A16", "A17", "A18", "A20", "A77"].into_iter().map(one).collect()
}

/// Where to complain.
fn authority(jurisdiction: &str) -> Value {
    let (name, url) = match jurisdiction {
        "FR" => ("Commission nationale de l’informatique et des libertés (CNIL)", "https://www.cnil.fr"),
        _ => (
            "The data protection authority of your country",
            "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en",
        ),
    };
    json!([{ "@type": "dpv:DataProtectionAuthority", "dpv:hasName": name, "dpv:hasContact": url }])
}

fn urn(id: impl std::fmt::Display) -> String {
    format!("urn:accord:{id}")
}

/// In UTC, as the standard asks.
fn utc(at: Time) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
