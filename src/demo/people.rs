//! What the demo begins with: a fictional company on an example domain, its purposes and its forms. Settling twice on the same
//! data adds a key and nothing else.

use std::collections::BTreeMap;

use entity::{Channel, ConfirmationMode, FormId, LegalBasis, PurposeId, Role, WorkspaceId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    accounts::{NewWorkspace, create_api_key, create_workspace, find_by_slug},
    app::App,
    consent::{NewPurpose, PurposeText, create_purpose},
    error::{Error, Result},
    forms::{
        create_form,
        definition::{ConsentOffer, Definition, Field, FieldKind, FieldOption, Texts},
        publish_form, update_form,
    },
    platform::actor::Actor,
};

const SLUG: &str = "atelier-lumen";
const NEWSLETTER: &str = "Newsletter, landing page";

/// Makes what is missing and a new key. Returns the newsletter form and the key.
pub(super) async fn settle(app: &App, site: &str) -> Result<(FormId, String)> {
    let workspace = match find_by_slug(app, SLUG).await? {
        Some(row) => row.id,
        None => found(app, site).await?,
    };
    let form = entity::form::Entity::find()
        .filter(entity::form::Column::WorkspaceId.eq(workspace))
        .filter(entity::form::Column::Name.eq(NEWSLETTER))
        .one(app.db())
        .await?
        .ok_or(Error::NotFound)?;
    let mut draft: Definition = serde_json::from_str(&form.draft)?;
    if !draft.allowed_origins.iter().any(|origin| origin == site) {
        draft.allowed_origins.push(site.to_owned());
        update_form(app, workspace, Actor::Operator, form.id, form.version, None, Some(draft)).await?;
        publish_form(app, workspace, Actor::Operator, form.id).await?;
    }
    let key = create_api_key(app, workspace, Actor::Operator, "demo", Role::Owner, None).await?;
    Ok((form.id, key.text))
}

async fn found(app: &App, site: &str) -> Result<WorkspaceId> {
    let company = NewWorkspace {
        slug: SLUG.to_owned(),
        name: "Atelier Lumen".to_owned(),
        legal_name: "Atelier Lumen SAS".to_owned(),
        postal_address: "12 rue de l’Exemple, 69001 Lyon, France".to_owned(),
        contact_email: "privacy@atelier-lumen.example".to_owned(),
        privacy_notice_url: "https://www.atelier-lumen.example/privacy".to_owned(),
        default_language: "en".to_owned(),
        jurisdiction: "FR".to_owned(),
    };
    let workspace = create_workspace(app, Actor::Operator, company).await?.id;
    let newsletter = purpose(
        app,
        workspace,
        ("newsletter", LegalBasis::Consent, Some(730), ""),
        (
            "Monthly letter",
            "Once a month: one lamp, one idea, one visit to the workshop.",
            "Yes, send me the letter by e-mail once a month. I can stop it at any time.",
        ),
        (
            "Lettre mensuelle",
            "Une fois par mois : une lampe, une idée, une visite de l’atelier.",
            "Oui, envoyez-moi la lettre par e-mail une fois par mois. Je peux l’arrêter à tout moment.",
        ),
    )
    .await?;
    let quote = purpose(
        app,
        workspace,
        ("quote", LegalBasis::Contract, None, "The person asks for a quote; answering it is a step before a contract (Art. 6(1)(b))."),
        ("Your quote", "We use your answers to work out the quote you ask for.", "We use your answers to work out the quote you ask for."),
        ("Votre devis", "Nous utilisons vos réponses pour établir le devis demandé.", "Nous utilisons vos réponses pour établir le devis demandé."),
    )
    .await?;
    let letter = Definition {
        title: both("Our letter about light", "Notre lettre sur la lumière"),
        intro: both("One lamp, one idea, one visit to the workshop, each month.", "Chaque mois, une lampe, une idée, une visite de l’atelier."),
        submit_label: both("Subscribe", "S’abonner"),
        fields: vec![email(), given_name()],
        consents: vec![ConsentOffer { purpose_id: newsletter, channel: Channel::Email }],
        allowed_origins: vec![site.to_owned()],
        languages: vec!["en".to_owned(), "fr".to_owned()],
        ..Definition::default()
    };
    let request = Definition {
        title: both("Ask for a quote", "Demander un devis"),
        intro: both("We answer within two working days.", "Nous répondons sous deux jours ouvrés."),
        fields: vec![
            email(),
            given_name(),
            field(
                "company",
                FieldKind::Company,
                ("Company", "Entreprise"),
                ("So that the quote names the right customer.", "Pour établir le devis au bon nom."),
            ),
            Field {
                options: [("living", "Living room", "Salon"), ("office", "Office", "Bureau"), ("shop", "Shop", "Boutique")]
                    .into_iter()
                    .map(|(value, en, fr)| FieldOption { value: value.to_owned(), label: both(en, fr) })
                    .collect(),
                required: true,
                ..field(
                    "room",
                    FieldKind::Choice,
                    ("For which room?", "Pour quelle pièce ?"),
                    ("Lamps differ by room.", "Les lampes diffèrent selon la pièce."),
                )
            },
            field(
                "wishes",
                FieldKind::LongText,
                ("What do you have in mind?", "Que souhaitez-vous ?"),
                ("So that the quote fits.", "Pour un devis adapté."),
            ),
        ],
        consents: vec![ConsentOffer { purpose_id: newsletter, channel: Channel::Email }],
        basis_purpose_id: Some(quote),
        allowed_origins: vec![site.to_owned()],
        languages: vec!["en".to_owned(), "fr".to_owned()],
        ..Definition::default()
    };
    for (name, definition) in [(NEWSLETTER, letter), ("Quote request", request)] {
        let form = create_form(app, workspace, Actor::Operator, name, &definition).await?;
        publish_form(app, workspace, Actor::Operator, form.id).await?;
    }
    Ok(workspace)
}

async fn purpose(
    app: &App,
    workspace: WorkspaceId,
    (key, legal_basis, validity_days, justification): (&str, LegalBasis, Option<i32>, &str),
    en: (&str, &str, &str),
    fr: (&str, &str, &str),
) -> Result<PurposeId> {
    let text = |(title, description, wording): (&str, &str, &str)| PurposeText {
        title: title.to_owned(),
        description: description.to_owned(),
        wording: wording.to_owned(),
        wording_sha256: String::new(),
    };
    let new = NewPurpose {
        key: key.to_owned(),
        legal_basis,
        channels: vec![Channel::Email],
        confirmation: ConfirmationMode::DoubleOptIn,
        validity_days,
        justification: justification.to_owned(),
        texts: BTreeMap::from([("en".to_owned(), text(en)), ("fr".to_owned(), text(fr))]),
    };
    Ok(create_purpose(app, workspace, Actor::Operator, new).await?.0.id)
}

fn both(en: &str, fr: &str) -> Texts {
    Texts::from([("en".to_owned(), en.to_owned()), ("fr".to_owned(), fr.to_owned())])
}

fn email() -> Field {
    let reason = ("This is where we write to, and where you confirm.", "C’est là que nous écrivons, et que vous confirmez.");
    Field { required: true, ..field("email", FieldKind::Email, ("E-mail address", "Adresse e-mail"), reason) }
}

fn given_name() -> Field {
    field("given_name", FieldKind::GivenName, ("First name", "Prénom"), ("To greet you by your name.", "Pour vous saluer par votre prénom."))
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
