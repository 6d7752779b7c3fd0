//! Forms as marketers build them and as pages show them: rules for publishing, immutable versions, the hosted
//! page, the definition for embeds, the script, and the sites that may embed them.

use std::collections::BTreeMap;

use accord::{
    consent::{PurposeText, archive_purpose, publish_purpose_version},
    error::{Error, ProblemCode},
    forms::{
        archive_form, create_form,
        definition::{ConsentOffer, Definition, Field, FieldKind, FieldOption, Texts},
        load_form, publish_form, update_form,
    },
    platform::actor::Actor,
};
use entity::{ApiKeyId, Channel, FormId, FormVersionId, LegalBasis, PurposeId, Role, form_version};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::{TestApp, TestForm, definition};

fn both(text: &str) -> Texts {
    Texts::from([("en".to_owned(), text.to_owned()), ("fr".to_owned(), format!("{text} (fr)"))])
}

fn field(key: &str, kind: FieldKind) -> Field {
    Field {
        key: key.to_owned(),
        kind,
        label: both(key),
        reason: both("because"),
        required: false,
        options: Vec::new(),
        value: String::new(),
    }
}

fn by_email(purpose_id: PurposeId) -> ConsentOffer {
    ConsentOffer { purpose_id, channel: Channel::Email }
}

/// Why publishing this draft is refused: code and field of each problem.
async fn refusals(app: &TestApp, draft: &Definition) -> Vec<(ProblemCode, String)> {
    let published = async {
        let form = create_form(&app.app, app.workspace, Actor::Operator, "Draft", draft).await?;
        publish_form(&app.app, app.workspace, Actor::Operator, form.id).await
    };
    match published.await {
        Ok(_) => Vec::new(),
        Err(Error::Rejected(problems)) => {
            problems.into_iter().map(|problem| (problem.code, problem.field.unwrap_or_default())).collect()
        }
        Err(other) => panic!("{other:?}"),
    }
}

fn code_of(error: &Error) -> Option<ProblemCode> {
    match error {
        Error::Rejected(problems) => problems.first().map(|problem| problem.code),
        _ => None,
    }
}

async fn with_origins(
    app: &TestApp,
    newsletter: PurposeId,
    origins: &[&str],
    redirect: Option<&str>,
) -> TestForm {
    let allowed_origins = origins.iter().map(ToString::to_string).collect();
    let redirect_url = redirect.map(ToOwned::to_owned);
    app.publish_in(
        app.workspace,
        Definition { allowed_origins, redirect_url, ..definition(vec![by_email(newsletter)], None) },
        newsletter,
    )
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_names_everything_that_is_missing_or_wrong_in_a_draft() {
    use ProblemCode::{Invalid, NotFound, Required, Taken, TooLong};
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let good = || definition(vec![by_email(newsletter)], None);
    assert_eq!(refusals(&app, &good()).await, [], "the draft that the cases below spoil");
    let with_field = |field: Field| {
        let mut draft = good();
        draft.fields.push(field);
        draft
    };
    let spoiled = |spoil: &dyn Fn(&mut Definition)| {
        let mut draft = good();
        spoil(&mut draft);
        draft
    };
    let cases: Vec<(Definition, ProblemCode, &str)> = vec![
        (spoiled(&|draft| draft.languages.clear()), Required, "languages"),
        (spoiled(&|draft| draft.languages.push("de".into())), Required, "languages"),
        (
            spoiled(&|draft| draft.title = Texts::from([("en".into(), "Only English".into())])),
            Required,
            "title.fr",
        ),
        (spoiled(&|draft| draft.title.extend([("fr".to_owned(), "  ".to_owned())])), Required, "title.fr"),
        (spoiled(&|draft| draft.fields[1].label.clear()), Required, "fields.1.label.en"),
        (
            spoiled(&|draft| draft.fields[2].reason.retain(|code, _| code == "en")),
            Required,
            "fields.2.reason.fr",
        ),
        (spoiled(&|draft| draft.fields[0].required = false), Invalid, "fields"),
        (spoiled(&|draft| draft.fields.retain(|field| field.kind != FieldKind::Email)), Invalid, "fields"),
        (with_field(Field { required: true, ..field("second", FieldKind::Email) }), Invalid, "fields"),
        (
            spoiled(&|draft| draft.fields.extend((0..51).map(|n| field(&format!("f{n}"), FieldKind::Text)))),
            TooLong,
            "fields",
        ),
        (with_field(field("Given-Name", FieldKind::Text)), Invalid, "fields.3.key"),
        (with_field(field("1st", FieldKind::Text)), Invalid, "fields.3.key"),
        (with_field(field(&"k".repeat(41), FieldKind::Text)), Invalid, "fields.3.key"),
        (with_field(field("", FieldKind::Text)), Invalid, "fields.3.key"),
        (with_field(field("ticket", FieldKind::Text)), Invalid, "fields.3.key"),
        (with_field(field("leave_blank", FieldKind::Text)), Invalid, "fields.3.key"),
        (with_field(field("note", FieldKind::Text)), Taken, "fields.2.key"),
        (with_field(field("topic", FieldKind::Choice)), Invalid, "fields.3.options"),
        (
            with_field(Field {
                options: vec![FieldOption { value: "a".into(), label: both("A") }],
                ..field("t", FieldKind::Text)
            }),
            Invalid,
            "fields.3.options",
        ),
        (
            with_field(Field {
                options: vec![FieldOption { value: "a".into(), label: Texts::new() }],
                ..field("t", FieldKind::Choices)
            }),
            Required,
            "fields.3.options",
        ),
        (spoiled(&|draft| draft.consents.clear()), Required, "consents"),
        (spoiled(&|draft| draft.consents.push(by_email(newsletter))), Taken, "consents.1"),
        (spoiled(&|draft| draft.consents.push(by_email(PurposeId::new()))), NotFound, "consents.1"),
        (spoiled(&|draft| draft.consents[0].channel = Channel::Post), Invalid, "consents.0"),
        (spoiled(&|draft| draft.basis_purpose_id = Some(newsletter)), NotFound, "basisPurposeId"),
    ];
    for (draft, code, at) in cases {
        let refused = refusals(&app, &draft).await;
        assert!(refused.contains(&(code, at.to_owned())), "expected {code:?} at {at}, got {refused:?}");
    }
    let origins = [
        "https://site.example/page",
        "site.example",
        "*",
        "null",
        "https://*.site.example",
        "https://a;script-src",
        "ftp://site.example",
        "https://a.example https://b.example",
    ];
    for origin in origins {
        let refused =
            refusals(&app, &spoiled(&|draft| draft.allowed_origins = vec![origin.to_owned()])).await;
        assert_eq!(refused, [(Invalid, "allowedOrigins.0".to_owned())], "{origin}");
    }
    for url in [
        "javascript:alert(1)",
        "/thanks",
        "data:text/html,x",
        "https://user:word@site.example/",
        "ftp://site.example/",
    ] {
        let refused = refusals(&app, &spoiled(&|draft| draft.redirect_url = Some(url.to_owned()))).await;
        assert_eq!(refused, [(Invalid, "redirectUrl".to_owned())], "{url}");
    }
    assert_eq!(app.count("form_version").await, 1, "nothing that was refused left a version");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_offers_only_a_living_purpose_on_consent_of_the_same_workspace_in_every_language_of_the_form() {
    let app = TestApp::new().await;
    let contract = app.purpose("quote", LegalBasis::Contract).await;
    let ended = app.purpose("ended", LegalBasis::Consent).await;
    archive_purpose(&app.app, app.workspace, Actor::Operator, ended).await.unwrap();
    let other = app.other_workspace("other").await;
    let foreign = app.purpose_in(other, "foreign", LegalBasis::Consent).await;
    let english = app.purpose("english", LegalBasis::Consent).await;
    let text = PurposeText {
        title: "T".into(),
        description: String::new(),
        wording: "W".into(),
        wording_sha256: String::new(),
    };
    publish_purpose_version(
        &app.app,
        app.workspace,
        Actor::Operator,
        english,
        BTreeMap::from([("en".to_owned(), text)]),
    )
    .await
    .unwrap();
    for (purpose, code) in [
        (contract, ProblemCode::Invalid),
        (ended, ProblemCode::NotFound),
        (foreign, ProblemCode::NotFound),
        (english, ProblemCode::Required),
    ] {
        assert_eq!(
            refusals(&app, &definition(vec![by_email(purpose)], None)).await,
            [(code, "consents.0".to_owned())]
        );
    }
    assert_eq!(refusals(&app, &definition(vec![], Some(contract))).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_seen_by_nobody_until_it_is_published_and_a_closed_form_says_so() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let form = create_form(&app.app, app.workspace, Actor::Operator, "  Draft  ", &Definition::default())
        .await
        .unwrap();
    assert_eq!(form.name, "Draft");
    let hosted = format!("/forms/{}", form.id);
    for path in [
        hosted.clone(),
        format!("{hosted}/definition"),
        format!("{hosted}/received"),
        format!("/forms/{}", FormId::new()),
        "/forms/nonsense".to_owned(),
    ] {
        assert_eq!(app.visitor().get(&path).await.status, 404, "{path}");
    }
    let draft = definition(vec![by_email(newsletter)], None);
    update_form(&app.app, app.workspace, Actor::Operator, form.id, 1, None, Some(draft)).await.unwrap();
    assert_eq!(app.visitor().get(&hosted).await.status, 404, "a draft, however complete, is not published");
    publish_form(&app.app, app.workspace, Actor::Operator, form.id).await.unwrap();
    assert_eq!(app.visitor().get(&hosted).await.status, 200);

    archive_form(&app.app, app.workspace, Actor::Operator, form.id).await.unwrap();
    archive_form(&app.app, app.workspace, Actor::Operator, form.id).await.unwrap();
    let closed = app.visitor().get(&format!("{hosted}?lang=en")).await;
    assert_eq!(closed.status, 410);
    assert!(closed.words().contains("This form is closed"), "{}", closed.words());
    let closed = app.visitor().get(&format!("{hosted}/definition")).await;
    assert_eq!((closed.status, closed.header("content-type")), (410, "application/problem+json"));
    let closed = app.visitor().post_json(&hosted, &json!({})).await;
    assert_eq!((closed.status, closed.json()["code"].clone()), (410, json!("gone")));
    let refused = publish_form(&app.app, app.workspace, Actor::Operator, form.id).await.unwrap_err();
    assert_eq!(code_of(&refused), Some(ProblemCode::WrongState));
    let kinds = app.journal_kinds().await;
    let of_forms: Vec<&str> =
        kinds.iter().map(String::as_str).filter(|kind| kind.starts_with("form.")).collect();
    assert_eq!(
        of_forms,
        ["form.created", "form.updated", "form.published", "form.archived"],
        "twice is as once"
    );

    let client = app.api_key(Role::Marketing).await;
    let restore = "mutation($id: ID!) { restoreForm(input: { formId: $id }) { form { archivedAt } userErrors { code field } } }";
    for _ in 0..2 {
        let back = client.gql(restore, json!({ "id": form.id.to_string() })).await["restoreForm"].clone();
        assert_eq!((&back["userErrors"], back["form"]["archivedAt"].is_null()), (&json!([]), true));
    }
    assert_eq!(app.visitor().get(&hosted).await.status, 200, "it shows what was published last");
    assert_eq!(app.journal_kinds().await.iter().filter(|kind| *kind == "form.restored").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_version_never_changes_and_its_hash_proves_it() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let path = format!("/forms/{}", form.id);
    let first = form_version::Entity::find_by_id((app.workspace, form.version))
        .one(app.app.db())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((first.number, first.sha256.as_slice()), (1, Sha256::digest(&first.definition).as_slice()));
    let published = app.journal().await.into_iter().find(|entry| entry.kind == "form.published").unwrap();
    assert!(published.bytes.contains(&hex::encode(&first.sha256)), "the journal holds the hash");

    // New purpose texts and a new draft do not change what visitors see.
    let text = |words: &str| PurposeText {
        title: words.to_owned(),
        description: String::new(),
        wording: format!("{words} wording"),
        wording_sha256: String::new(),
    };
    let texts = BTreeMap::from([("en".to_owned(), text("Newer")), ("fr".to_owned(), text("Nouvelle"))]);
    publish_purpose_version(&app.app, app.workspace, Actor::Operator, form.newsletter, texts).await.unwrap();
    let mut draft = definition(vec![by_email(form.newsletter)], None);
    draft.title = both("Another title");
    update_form(&app.app, app.workspace, Actor::Operator, form.id, 1, Some("New name".into()), Some(draft))
        .await
        .unwrap();
    let page = app.visitor().get(&path).await.words();
    assert!(
        page.contains("Our letter") && page.contains("Yes, do this (newsletter)") && !page.contains("Newer"),
        "{page}"
    );

    let (_, second) = publish_form(&app.app, app.workspace, Actor::Operator, form.id).await.unwrap();
    assert_eq!(second.number, 2);
    assert_ne!(second.sha256, first.sha256);
    let page = app.visitor().get(&path).await.words();
    assert!(page.contains("Another title") && page.contains("Newer wording"), "{page}");
    let still = form_version::Entity::find_by_id((app.workspace, form.version))
        .one(app.app.db())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(still, first);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_marketers_editing_one_form_do_not_lose_each_others_work() {
    let app = TestApp::new().await;
    let form =
        create_form(&app.app, app.workspace, Actor::Operator, "One", &Definition::default()).await.unwrap();
    let changed = update_form(&app.app, app.workspace, Actor::Operator, form.id, 1, Some("Two".into()), None)
        .await
        .unwrap();
    assert_eq!(changed.version, 2);
    let late = update_form(&app.app, app.workspace, Actor::Operator, form.id, 1, Some("Three".into()), None)
        .await
        .unwrap_err();
    assert_eq!(code_of(&late), Some(ProblemCode::Stale));
    assert_eq!(load_form(&app.app, app.workspace, form.id).await.unwrap().name, "Two");
    for name in ["", "   ", &"n".repeat(201)] {
        let refused = create_form(&app.app, app.workspace, Actor::Operator, name, &Definition::default())
            .await
            .unwrap_err();
        assert_eq!(code_of(&refused), Some(ProblemCode::Required), "{name}");
    }
    let huge =
        Definition { intro: Texts::from([("en".to_owned(), "x".repeat(200_001))]), ..Definition::default() };
    assert_eq!(
        code_of(&create_form(&app.app, app.workspace, Actor::Operator, "Huge", &huge).await.unwrap_err()),
        Some(ProblemCode::TooLong)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_roles_that_may_manage_forms_do_and_only_in_their_own_workspace() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let (draft, here) = (Definition::default(), app.workspace);
    for role in [Role::Reader, Role::Sales, Role::Dpo] {
        let actor = Actor::ApiKey(ApiKeyId::new(), role);
        assert!(
            matches!(create_form(&app.app, here, actor, "x", &draft).await, Err(Error::Forbidden)),
            "{role}"
        );
        assert!(
            matches!(update_form(&app.app, here, actor, form.id, 1, None, None).await, Err(Error::Forbidden)),
            "{role}"
        );
        assert!(
            matches!(publish_form(&app.app, here, actor, form.id).await, Err(Error::Forbidden)),
            "{role}"
        );
        assert!(
            matches!(archive_form(&app.app, here, actor, form.id).await, Err(Error::Forbidden)),
            "{role}"
        );
    }
    for actor in [Actor::Visitor, Actor::Mailbox, Actor::System] {
        assert!(
            matches!(archive_form(&app.app, here, actor, form.id).await, Err(Error::Forbidden)),
            "{actor}"
        );
    }
    let other = app.other_workspace("other").await;
    let stranger = Actor::ApiKey(ApiKeyId::new(), Role::Owner);
    assert!(matches!(load_form(&app.app, other, form.id).await, Err(Error::NotFound)));
    assert!(matches!(
        update_form(&app.app, other, stranger, form.id, 1, None, None).await,
        Err(Error::NotFound)
    ));
    assert!(matches!(publish_form(&app.app, other, stranger, form.id).await, Err(Error::NotFound)));
    assert!(matches!(archive_form(&app.app, other, stranger, form.id).await, Err(Error::NotFound)));
    assert!(
        publish_form(&app.app, here, Actor::ApiKey(ApiKeyId::new(), Role::Marketing), form.id).await.is_ok()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hosted_page_asks_plainly_ticks_nothing_beforehand_and_needs_no_script() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let mut draft = definition(
        vec![by_email(newsletter), ConsentOffer { purpose_id: newsletter, channel: Channel::Phone }],
        None,
    );
    draft.title = both("<script>alert('title')</script>");
    draft.fields[1].label = both("Name \" onfocus=\"alert(1)");
    let choices = ["a", "b"].map(|value| FieldOption { value: value.into(), label: both(value) });
    draft.fields.push(Field { options: choices.to_vec(), ..field("topics", FieldKind::Choices) });
    draft.fields.push(Field { options: choices.to_vec(), ..field("size", FieldKind::Choice) });
    draft.fields.push(field("agree", FieldKind::Checkbox));
    draft.fields.push(Field { value: "spring".into(), ..field("campaign", FieldKind::Hidden) });
    let form = app.publish_in(app.workspace, draft, newsletter).await;
    let page = app.visitor().get(&format!("/forms/{}?lang=en", form.id)).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.text.contains("<html lang=\"en\""));
    assert!(
        !page.text.contains("<script") && !page.text.contains("style=") && !page.text.contains(" onfocus=\""),
        "{}",
        page.text
    );
    assert!(!page.text.contains(" checked"), "nothing is ticked beforehand");
    assert!(page.text.contains(r#"name="campaign" value="spring""#));
    let words = page.words();
    for said in [
        "Purpose newsletter (by e-mail)",
        "Purpose newsletter (by phone)",
        "Yes, do this (newsletter)",
        "Atelier Lumen SAS",
        "12 rue de l’Exemple, Lyon",
        "privacy@lumen.example",
        "because",
        "Send",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert!(page.text.contains(r#"method="post""#) && page.text.contains(r#"value="newsletter:phone""#));
    // Browsers send `Origin: null` with posts from a page under `no-referrer`, and this very form would then
    // refuse them.
    assert_eq!(page.header("referrer-policy"), "same-origin");
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(page.header(name), value, "{name}");
    }
    assert!(!page.headers.contains_key("set-cookie"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_speaks_the_language_that_was_asked_for_else_the_browsers_else_its_own() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let french = app
        .publish_in(
            app.workspace,
            Definition { languages: vec!["fr".into()], ..definition(vec![by_email(form.newsletter)], None) },
            form.newsletter,
        )
        .await;
    let language = async |path: String, accepts: &str| {
        let page = app.visitor().header("accept-language", accepts).get(&path).await;
        let (_, rest) = page.text.split_once("<html lang=\"").unwrap();
        rest[..2].to_owned()
    };
    for (query, accepts, expected) in [
        ("", "", "en"),
        ("", "fr-CH, en;q=0.8", "fr"),
        ("", "de", "en"),
        ("?lang=fr", "en", "fr"),
        ("?lang=en", "fr", "en"),
        ("?lang=xx", "fr", "fr"),
        ("?lang=%3Cscript%3E", "", "en"),
    ] {
        assert_eq!(
            language(format!("/forms/{}{query}", form.id), accepts).await,
            expected,
            "{query} {accepts}"
        );
    }
    assert_eq!(
        language(format!("/forms/{}?lang=en", french.id), "en").await,
        "fr",
        "a form that exists in French only"
    );
    let page = app.visitor().get(&format!("/forms/{}?lang=fr", form.id)).await;
    assert!(
        page.words().contains("Oui, faites-le (newsletter)") && page.words().contains("Our letter (fr)"),
        "{}",
        page.words()
    );
    assert!(page.text.contains("lang=en\""), "the other language is one click away");
    let received = app.visitor().get(&format!("/forms/{}/received?lang=fr", form.id)).await;
    assert!(
        received.status == 200
            && received.text.contains("<html lang=\"fr\"")
            && !received.text.contains("<script")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_definition_tells_an_embed_all_it_needs_and_nothing_of_the_draft() {
    let app = TestApp::new().await;
    let form = app.newsletter_form().await;
    let answer = app.visitor().get(&format!("/forms/{}/definition?lang=fr", form.id)).await;
    assert_eq!(
        (answer.status, answer.header("content-type"), answer.header("cache-control")),
        (200, "application/json", "no-store")
    );
    let mut body = answer.json();
    assert!(body["ticket"].take().as_str().unwrap().starts_with("v1."));
    let messages = body["messages"].take();
    assert!(
        messages["problem_email"].as_str().unwrap().contains("e-mail")
            && messages["optional"] == "(facultatif)",
        "{messages}"
    );
    assert!(body["received"].take()["deadline"].as_str().unwrap().contains("72 heures"));
    let question = |key: &str, kind: &str, required: bool, autocomplete: &str, longest: u32| json!({"key": key, "kind": kind, "label": format!("{key} (fr)"), "reason": "because (fr)", "required": required, "autocomplete": autocomplete, "maxLength": longest, "options": [], "value": ""});
    let expected = json!({
        "form": form.id, "version": form.version, "language": "fr",
        "languages": [{"code": "en", "name": "English"}, {"code": "fr", "name": "Français"}],
        "title": "Our letter (fr)", "intro": "", "submitLabel": "Envoyer", "action": format!("http://localhost:8080/forms/{}", form.id),
        "fields": [question("email", "EMAIL", true, "email", 254), question("given_name", "GIVEN_NAME", false, "given-name", 300), question("note", "LONG_TEXT", false, "", 4000)],
        "consents": [{"key": "newsletter:email", "title": "Finalité newsletter", "channel": "EMAIL", "channelText": "par e-mail", "label": "Oui, faites-le (newsletter)", "description": ""}],
        "basisText": "",
        "legal": {"legalName": "Atelier Lumen SAS", "postalAddress": "12 rue de l’Exemple, Lyon", "contactEmail": "privacy@lumen.example", "privacyNoticeUrl": format!("http://localhost:8080/notices/{}?lang=fr", form.version)},
        "honeypot": "leave_blank", "ticket": null, "ticketAgeMs": 800, "messages": null, "received": null,
    });
    assert_eq!(body, expected);
    let again = app.visitor().get(&format!("/forms/{}/definition?lang=fr", form.id)).await.json();
    assert_ne!(again["ticket"], answer.json()["ticket"], "every rendered form has a ticket of its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_form_may_be_framed_by_its_own_sites_only() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let base = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'";
    for (origins, redirect, expected) in [
        (&[][..], None, format!("{base}; base-uri 'none'; frame-ancestors 'none'")),
        (
            &["https://a.example", "https://b.example:8443"],
            None,
            format!("{base}; base-uri 'none'; frame-ancestors https://a.example https://b.example:8443"),
        ),
        (
            &["https://c.example"],
            Some("https://c.example/thanks?x=1"),
            format!("{base} https://c.example; base-uri 'none'; frame-ancestors https://c.example"),
        ),
    ] {
        let form = with_origins(&app, newsletter, origins, redirect).await;
        for path in [format!("/forms/{}", form.id), format!("/forms/{}/received", form.id)] {
            let page = app.visitor().get(&path).await;
            assert_eq!(page.header("content-security-policy"), expected);
            assert!(!page.headers.contains_key("x-frame-options"), "it would forbid what the policy allows");
        }
    }
    let unknown = app.visitor().get(&format!("/forms/{}", FormId::new())).await;
    assert!(unknown.header("content-security-policy").contains("frame-ancestors 'none'"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_with_a_star_is_refused_when_a_draft_is_saved_and_it_is_said_what_to_do() {
    let app = TestApp::new().await;
    let save = async |origin: &str| {
        let draft = Definition {
            allowed_origins: vec!["https://site.example".to_owned(), origin.to_owned()],
            ..Definition::default()
        };
        create_form(&app.app, app.workspace, Actor::Operator, "Draft", &draft).await
    };
    for origin in ["https://*", "https://*.example.org", "*"] {
        let Err(Error::Rejected(problems)) = save(origin).await else { panic!("{origin} is saved") };
        let [problem] = problems.as_slice() else { panic!("{problems:?}") };
        assert_eq!(problem.field.as_deref(), Some("allowedOrigins.1"));
        assert!(problem.message.contains("list each origin"), "{}", problem.message);
    }
    assert_eq!(app.count("form").await, 0);
    let saved = save("https://WWW.example.org:443/").await.unwrap();
    assert!(saved.draft.contains("\"https://www.example.org\""), "{}", saved.draft);
}

#[tokio::test(flavor = "multi_thread")]
async fn origins_as_people_have_them_let_their_sites_in_at_both_doors() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let origins = [
        "https://société.example/",
        "https://WWW.Example.org:443",
        "https://dot.example.",
        "https://www.example.org",
    ];
    let form = with_origins(&app, newsletter, &origins, Some("https://société.example/merci é")).await;
    let sent = ["https://xn--socit-esab.example", "https://www.example.org", "https://dot.example"];
    let page = app.visitor().get(&format!("/forms/{}", form.id)).await;
    let policy = page.header("content-security-policy");
    assert!(policy.ends_with(&format!("frame-ancestors {}", sent.join(" "))), "{policy}");
    assert!(policy.contains("form-action 'self' https://xn--socit-esab.example;"), "{policy}");
    for origin in sent {
        let read =
            app.visitor().header("origin", origin).get(&format!("/forms/{}/definition", form.id)).await;
        assert_eq!(read.header("access-control-allow-origin"), origin);
    }
    let version = form_version::Entity::find_by_id((app.workspace, form.version))
        .one(app.app.db())
        .await
        .unwrap()
        .unwrap();
    assert!(
        version.definition.contains("https://xn--socit-esab.example/merci%20%C3%A9"),
        "{}",
        version.definition
    );
}

/// Origins published by an older version that accepted them.
#[tokio::test(flavor = "multi_thread")]
async fn origins_published_before_they_were_read_closely_write_no_directives_and_let_nobody_in() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let form =
        with_origins(&app, newsletter, &["https://site.example"], Some("https://site.example/thanks")).await;
    let old = form_version::Entity::find_by_id((app.workspace, form.version))
        .one(app.app.db())
        .await
        .unwrap()
        .unwrap();
    let definition = old.definition.replace(
        "[\"https://site.example\"]",
        r#"["https://a;script-src","https://evil.example","https://*.example.org"]"#,
    );
    let definition = definition.replace("https://site.example/thanks", "https://a;script-src/thanks");
    assert_ne!(definition, old.definition);
    let version = form_version::Model { id: FormVersionId::new(), number: 2, definition, ..old };
    form_version::Entity::insert(version.clone().into_active_model())
        .exec_without_returning(app.app.db())
        .await
        .unwrap();
    let row =
        entity::form::Entity::find_by_id((app.workspace, form.id)).one(app.app.db()).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.published_version_id = Set(Some(version.id));
    entity::form::Entity::update(row).exec(app.app.db()).await.unwrap();
    let page = app.visitor().get(&format!("/forms/{}", form.id)).await;
    let policy = page.header("content-security-policy");
    assert!(page.status == 200 && !policy.contains("script-src") && !policy.contains('*'), "{policy}");
    assert!(
        policy.ends_with("form-action 'self'; base-uri 'none'; frame-ancestors https://evil.example"),
        "{policy}"
    );
    for (origin, allowed) in
        [("https://a;script-src", false), ("https://shop.example.org", false), ("https://evil.example", true)]
    {
        let read =
            app.visitor().header("origin", origin).get(&format!("/forms/{}/definition", form.id)).await;
        assert_eq!(read.headers.contains_key("access-control-allow-origin"), allowed, "{origin}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_form_answers_scripts_of_its_own_sites_only_and_never_with_credentials() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let mine = with_origins(&app, newsletter, &["https://mine.example"], None).await;
    let yours = with_origins(&app, newsletter, &["https://yours.example"], None).await;
    let paths = |form: &TestForm| [format!("/forms/{}/definition", form.id), format!("/forms/{}", form.id)];
    for (form, origin, allowed) in [
        (&mine, "https://mine.example", true),
        (&mine, "http://localhost:8080", true),
        (&mine, "https://yours.example", false),
        (&yours, "https://yours.example", true),
        (&yours, "https://mine.example", false),
        (&mine, "https://mine.example.evil.example", false),
        (&mine, "http://mine.example", false),
        (&mine, "https://mine.example:444", false),
        (&mine, "null", false),
    ] {
        let expected = if allowed { origin } else { "" };
        for path in paths(form) {
            let preflight = app
                .visitor()
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .send("OPTIONS", &path, Vec::new())
                .await;
            assert_eq!(
                (preflight.status, preflight.header("access-control-allow-origin")),
                (204, expected),
                "{origin}"
            );
            assert_eq!(
                (
                    preflight.header("access-control-allow-methods"),
                    preflight.header("access-control-allow-headers")
                ),
                ("GET, POST", "content-type")
            );
            assert!(!preflight.headers.contains_key("access-control-allow-credentials"));
            assert!(preflight.header("vary").contains("Origin"));
        }
        let read = app.visitor().header("origin", origin).get(&paths(form)[0]).await;
        assert_eq!((read.status, read.header("access-control-allow-origin")), (200, expected), "{origin}");
        assert_eq!(
            read.header("cross-origin-resource-policy"),
            if allowed { "cross-origin" } else { "same-origin" }
        );
        assert!(
            read.header("vary").contains("Origin")
                && !read.headers.contains_key("access-control-allow-credentials")
        );
        let posted = app.visitor().header("origin", origin).post_json(&paths(form)[1], &json!({})).await;
        let status = if allowed || origin == "null" { 409 } else { 403 };
        assert_eq!(
            (posted.status, posted.header("access-control-allow-origin")),
            (status, expected),
            "{origin}"
        );
    }
    // That a form does not exist is no secret, and the embed needs to report it.
    let nowhere = app
        .visitor()
        .header("origin", "https://mine.example")
        .get(&format!("/forms/{}/definition", FormId::new()))
        .await;
    assert_eq!((nowhere.status, nowhere.header("access-control-allow-origin")), (404, "*"));
}

#[tokio::test(flavor = "multi_thread")]
async fn script_and_style_are_served_whole_cached_by_content_and_the_script_for_everyone() {
    let app = TestApp::new().await;
    for (path, file, kind, origin, policy) in [
        (
            "/embed.js",
            include_str!("../../embed/embed.js"),
            "text/javascript; charset=utf-8",
            "*",
            "cross-origin",
        ),
        (
            "/accord.css",
            include_str!("../../platform/src/pages/accord.css"),
            "text/css; charset=utf-8",
            "",
            "same-origin",
        ),
    ] {
        let answer = app.visitor().header("origin", "https://anyone.example").get(path).await;
        assert_eq!(
            (answer.status, answer.header("content-type"), answer.header("cache-control")),
            (200, kind, "public, max-age=600")
        );
        assert_eq!(
            (answer.header("access-control-allow-origin"), answer.header("cross-origin-resource-policy")),
            (origin, policy)
        );
        assert_eq!(
            (answer.header("x-content-type-options"), answer.headers.contains_key("set-cookie")),
            ("nosniff", false)
        );
        assert_eq!(answer.text, file);
        let known = app.visitor().header("if-none-match", answer.header("etag")).get(path).await;
        assert_eq!(
            (known.status, known.text.as_str(), known.header("etag")),
            (304, "", answer.header("etag"))
        );
        assert_eq!(app.visitor().post_form(path, &[]).await.status, 405);
    }
    let code: String = include_str!("../../embed/embed.js")
        .lines()
        .filter(|line| !line.trim_start().starts_with("//") && !line.trim_start().starts_with('*'))
        .collect();
    for forbidden in [
        "eval(",
        "new Function",
        "document.cookie",
        "localStorage",
        "sessionStorage",
        "indexedDB",
        "innerHTML",
        "insertAdjacentHTML",
        "document.write",
    ] {
        assert!(!code.contains(forbidden), "{forbidden} in the embed");
    }
}

/// The value of a hidden field or checkbox in a piece of HTML.
fn value_in(html: &str, name: &str) -> String {
    let (_, rest) =
        html.split_once(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name}: {html}"));
    rest.split_once("value=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plain_html_of_a_form_is_escaped_and_can_be_posted_from_a_page_of_ones_own() {
    let app = TestApp::new().await;
    let newsletter = app.purpose("newsletter", LegalBasis::Consent).await;
    let mut asked = definition(vec![ConsentOffer { purpose_id: newsletter, channel: Channel::Email }], None);
    asked.fields[1].label.insert("en".to_owned(), "Given <name> & \"so on\"".to_owned());
    asked.fields[1].reason.insert("en".to_owned(), "</form><script>alert(1)</script>".to_owned());
    let form = app.publish_in(app.workspace, asked, newsletter).await;
    let client = app.api_key(Role::Marketing).await;
    let query = "query($id: ID!) { node(id: $id) { ... on Form { plainHtml french: plainHtml(language: \"fr\") other: plainHtml(language: \"de\") } } }";
    let answer = client.gql(query, json!({ "id": form.id.to_string() })).await["node"].clone();
    let html = answer["plainHtml"].as_str().unwrap();
    assert_eq!(answer["other"].as_str(), Some(html), "a language that the form does not speak");
    assert!(
        html.starts_with("<form ")
            && html.ends_with("</form>")
            && html.contains("Given &lt;name&gt; &amp; &quot;so on&quot;"),
        "{html}"
    );
    assert!(
        html.contains("inputmode=\"email\"")
            && !html.contains("type=\"email\"")
            && html.contains("(required)"),
        "what the server takes: {html}"
    );
    assert!(
        !html.contains("<script")
            && !html.contains("class=")
            && !html.contains("style=")
            && !html.contains(" checked"),
        "{html}"
    );
    assert!(
        answer["french"].as_str().unwrap().contains(r#"<input type="hidden" name="language" value="fr">"#),
        "{answer}"
    );

    let action = html.split_once("action=\"").unwrap().1.split_once('"').unwrap().0.replace("&#x2F;", "/");
    let path = action.strip_prefix("http://localhost:8080").unwrap_or_else(|| panic!("{action}")).to_owned();
    let box_key = value_in(html, "consent").replace("&#x2F;", "/");
    let fields = [
        ("language", "en"),
        ("email", "ada@example.org"),
        ("given_name", "Ada"),
        ("consent", box_key.as_str()),
    ];
    let page = app.visitor().header("origin", "https://site.example").post_form(&path, &fields).await;
    assert!(
        page.status == 200 && page.words().contains("Please check your answers and send them"),
        "{}",
        page.words()
    );
    app.advance(chrono::TimeDelta::seconds(3));
    let ticket = value_in(&page.text, "ticket");
    let mut again = vec![("ticket", ticket.as_str())];
    again.extend(fields);
    assert_eq!(app.visitor().post_form(&path, &again).await.status, 303);
    app.run_jobs().await;
    assert_eq!(app.mails_to("ada@example.org").len(), 1);

    let archive = "mutation($id: ID!) { archiveForm(input: { formId: $id }) { userErrors { code } } }";
    client.gql(archive, json!({ "id": form.id.to_string() })).await;
    assert_eq!(
        client.gql(query, json!({ "id": form.id.to_string() })).await["node"]["plainHtml"],
        json!(null)
    );
}
