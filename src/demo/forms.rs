//! Sample forms: the newsletter on the landing page, workshop visits, and quote requests, whose leads become
//! deals assigned to the sales staff in turn.

use entity::{Channel, FormId, StageId, WorkspaceId};

use super::{fields::both, members::Staff, purposes::Purposes};
use crate::{
    app::App,
    error::Result,
    forms::{
        create_form,
        definition::{ConsentOffer, Definition, Field, FieldKind, FieldOption},
        publish_form,
    },
    pipeline::{OwnerRule, Routing},
    platform::actor::Actor,
};

/// Name of the form on the landing page.
pub(super) const NEWSLETTER: &str = "Newsletter, landing page";

#[derive(Clone, Copy)]
pub(super) struct Forms {
    pub newsletter: FormId,
    /// Visits to the workshop.
    pub visits: FormId,
    /// Requests for a quote.
    pub quote: FormId,
}

/// Creates and publishes the forms. `leads` is the stage in which quote requests start.
pub(super) async fn make_forms(
    app: &App,
    workspace: WorkspaceId,
    site: &str,
    purposes: &Purposes,
    staff: &Staff,
    leads: StageId,
) -> Result<Forms> {
    let routing = Routing {
        stage_id: leads,
        owner_rule: OwnerRule::RoundRobin,
        member_ids: staff.sales.to_vec(),
        tags: vec!["Quote".to_owned()],
        deal_title: String::new(),
    };
    let newsletter = publish(app, workspace, NEWSLETTER, &letter(site, purposes)).await?;
    let visits = publish(app, workspace, "Workshop visits", &visits(site, purposes)).await?;
    let quote = publish(app, workspace, "Quote request", &quote(site, purposes, routing)).await?;
    Ok(Forms { newsletter, visits, quote })
}

async fn publish(app: &App, workspace: WorkspaceId, name: &str, definition: &Definition) -> Result<FormId> {
    let form = create_form(app, workspace, Actor::Operator, name, definition).await?;
    publish_form(app, workspace, Actor::Operator, form.id).await?;
    Ok(form.id)
}

fn letter(site: &str, purposes: &Purposes) -> Definition {
    Definition {
        title: both("Our letter about light", "Notre lettre sur la lumière"),
        intro: both(
            "One lamp, one idea, one visit to the workshop, each month.",
            "Chaque mois, une lampe, une idée, une visite de l’atelier.",
        ),
        submit_label: both("Subscribe", "S’abonner"),
        fields: vec![email(), given_name()],
        consents: vec![ConsentOffer { purpose_id: purposes.newsletter, channel: Channel::Email }],
        allowed_origins: vec![site.to_owned()],
        languages: vec!["en".to_owned(), "fr".to_owned()],
        ..Definition::default()
    }
}

fn visits(site: &str, purposes: &Purposes) -> Definition {
    let offer = |channel| ConsentOffer { purpose_id: purposes.visits, channel };
    Definition {
        title: both("Visit the workshop", "Visiter l’atelier"),
        intro: both(
            "A few evenings a year we open our doors.",
            "Quelques soirs par an, nous ouvrons nos portes.",
        ),
        fields: vec![
            email(),
            given_name(),
            field(
                "family_name",
                FieldKind::FamilyName,
                ("Last name", "Nom"),
                ("for the guest list at the door.", "pour la liste des invités à l’entrée."),
            ),
            field(
                "phone",
                FieldKind::Phone,
                ("Telephone", "Téléphone"),
                (
                    "to call you about a visit, if you would like us to.",
                    "pour vous appeler au sujet d’une visite, si vous le souhaitez.",
                ),
            ),
        ],
        consents: vec![offer(Channel::Email), offer(Channel::Phone)],
        allowed_origins: vec![site.to_owned()],
        languages: vec!["en".to_owned(), "fr".to_owned()],
        ..Definition::default()
    }
}

fn quote(site: &str, purposes: &Purposes, routing: Routing) -> Definition {
    Definition {
        title: both("Ask for a quote", "Demander un devis"),
        intro: both("We answer within two working days.", "Nous répondons sous deux jours ouvrés."),
        fields: vec![
            email(),
            given_name(),
            field(
                "company",
                FieldKind::Company,
                ("Company", "Entreprise"),
                ("to make out the quote in the right name.", "pour établir le devis au bon nom."),
            ),
            Field {
                options: [
                    ("living", "Living room", "Salon"),
                    ("office", "Office", "Bureau"),
                    ("shop", "Shop", "Boutique"),
                ]
                .into_iter()
                .map(|(value, en, fr)| FieldOption { value: value.to_owned(), label: both(en, fr) })
                .collect(),
                required: true,
                ..field(
                    "room",
                    FieldKind::Choice,
                    ("For which room?", "Pour quelle pièce ?"),
                    ("to suggest lamps that suit the room.", "pour proposer des lampes adaptées à la pièce."),
                )
            },
            field(
                "wishes",
                FieldKind::LongText,
                ("What do you have in mind?", "Que souhaitez-vous ?"),
                ("to make the quote fit your needs.", "pour un devis adapté à votre projet."),
            ),
        ],
        consents: vec![ConsentOffer { purpose_id: purposes.newsletter, channel: Channel::Email }],
        basis_purpose_id: Some(purposes.quote),
        allowed_origins: vec![site.to_owned()],
        routing: Some(routing),
        languages: vec!["en".to_owned(), "fr".to_owned()],
        ..Definition::default()
    }
}

fn email() -> Field {
    let reason = ("to write to you and have you confirm.", "pour vous écrire et vous demander de confirmer.");
    Field { required: true, ..field("email", FieldKind::Email, ("E-mail address", "Adresse e-mail"), reason) }
}

fn given_name() -> Field {
    field(
        "given_name",
        FieldKind::GivenName,
        ("First name", "Prénom"),
        ("to greet you by your name.", "pour vous saluer par votre prénom."),
    )
}

fn field(key: &str, kind: FieldKind, label: (&str, &str), reason: (&str, &str)) -> Field {
    Field {
        key: key.to_owned(),
        kind,
        label: both(label.0, label.1),
        reason: both(reason.0, reason.1),
        required: false,
        options: Vec::new(),
        value: String::new(),
    }
}
